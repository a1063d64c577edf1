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


def make(program, folder):
    """An ext4 image in `folder` with `assay` and `lib/`."""
    tree, disk = folder / "payload", folder / "payload.img"
    shutil.rmtree(tree, ignore_errors=True)
    (tree / "lib").mkdir(parents=True)
    shutil.copy(program, tree / "assay")
    for library in libraries_of(program):
        shutil.copy(library, tree / "lib")
    size_bytes = sum(path.stat().st_size for path in tree.rglob("*") if path.is_file())
    disk.unlink(missing_ok=True)
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-m", "0", "-L", LABEL, "-d", tree, disk,
                    f"{size_bytes * 5 // 4 // (1 << 20) + 16}M"], check=True)
    shutil.rmtree(tree)
    return disk
