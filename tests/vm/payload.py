"""The small disk that brings the program under test into the instance, with its libraries."""

import pathlib
import re
import shutil
import subprocess

LABEL = "payload"
# Of the image, because they must fit its loader.
GLIBC = re.compile(r"(libc|libm|libpthread|libdl|librt|ld-linux-x86-64)\.so\.")


def libraries_of(program):
    done = subprocess.run(["ldd", program], capture_output=True, text=True, check=True)
    found = [line.split("=>")[1].split()[0] for line in done.stdout.splitlines() if "=> /" in line]
    return [pathlib.Path(path) for path in found if not GLIBC.match(pathlib.Path(path).name)]


def make_disk(tree, disk):
    """An ext4 image of the folder, which is removed."""
    size_bytes = sum(path.stat().st_size for path in tree.rglob("*") if path.is_file())
    disk.unlink(missing_ok=True)
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-m", "0", "-L", LABEL, "-d", tree, disk,
                    f"{size_bytes * 5 // 4 // (1 << 20) + 16}M"], check=True)
    shutil.rmtree(tree)
    return disk


def make(program, folder):
    """An ext4 image in `folder` with `assay` and `lib/`."""
    tree = folder / "payload"
    shutil.rmtree(tree, ignore_errors=True)
    (tree / "lib").mkdir(parents=True)
    shutil.copy(program, tree / "assay")
    for library in libraries_of(program):
        shutil.copy(library, tree / "lib")
    return make_disk(tree, folder / "payload.img")


def at_boot(script, folder):
    """An ext4 image in `folder` with what the image's at-boot.service runs."""
    tree = folder / "payload-at-boot"
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    (tree / "at-boot.sh").write_text(script)
    return make_disk(tree, folder / "payload-at-boot.img")
