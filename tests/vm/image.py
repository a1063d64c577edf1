"""The disk image that every test instance boots: a Debian 12 root with the tools of the scenarios.

Made once and kept in a folder named by the hash of this file; the program under test is not in it.
"""

import contextlib
import fcntl
import hashlib
import os
import pathlib
import platform
import shutil
import subprocess

SUITE = "bookworm"
PACKAGES = ["linux-image-cloud-amd64", "systemd-sysv", "udev", "kmod", "qemu-guest-agent",
            "cloud-init", "ifupdown", "isc-dhcp-client", "iproute2", "ca-certificates", "dbus",
            "nvme-cli", "lvm2", "mdadm", "dmsetup", "fdisk", "xfsprogs", "e2fsprogs"]
SIZE_MIB = 1600
START_MIB = 1
PARTITION_ID = "aa55a100-0000-4000-8000-000000000001"
TOOLS = {"qemu-system-x86_64": "qemu-system-x86", "mmdebstrap": "mmdebstrap", "socat": "socat",
         "mke2fs": "e2fsprogs", "sfdisk": "fdisk"}
MAKE_LIMIT_S = 600
# A scenario that does not speak to the instance brings what it wants done first on a disk of its own.
AT_BOOT = """[Unit]
Description=what a scenario wants done before user-data
ConditionKernelCommandLine=at_boot
After=networking.service
Before=cloud-final.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'mount -o ro LABEL=payload /mnt && cp /mnt/at-boot.sh /run/ && umount /mnt && exec bash /run/at-boot.sh'
StandardOutput=journal+console
StandardError=journal+console

[Install]
WantedBy=multi-user.target
"""
# What apt says when there is no way to the packages, as opposed to a recipe that is wrong.
NO_NETWORK = ("Could not resolve", "Temporary failure resolving", "Could not connect",
              "Connection timed out", "Network is unreachable", "Unable to connect")


class Unavailable(Exception):
    """Why no instance can be booted on this machine, in words."""


def os_release():
    with contextlib.suppress(OSError):
        lines = pathlib.Path("/etc/os-release").read_text(encoding="utf-8").splitlines()
        return dict(line.replace('"', "").split("=", 1) for line in lines if "=" in line)
    return {}


def check_machine():
    """Raises Unavailable unless an instance can boot here with the program that was built here."""
    system = os_release()
    if platform.machine() != "x86_64":
        raise Unavailable(f"the image is for x86_64, and this is {platform.machine()}")
    if (system.get("ID"), system.get("VERSION_ID")) != ("debian", "12"):
        raise Unavailable("the image is Debian 12, where a program built on "
                          f"{system.get('PRETTY_NAME', 'another system')} may not start")
    missing = [package for tool, package in TOOLS.items() if not shutil.which(tool)]
    if missing:
        raise Unavailable(f"missing: {' '.join(missing)} (./quickstart.sh --setup vm)")


def recipe_hash():
    return hashlib.sha256(pathlib.Path(__file__).read_bytes()).hexdigest()[:12]


def logged(log, *command):
    with open(log, "ab") as file:
        subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=file,
                       stderr=subprocess.STDOUT, check=True, timeout=MAKE_LIMIT_S)


def make_root(root, log, apt_hook):
    sources = [path for path in [pathlib.Path("/etc/apt/sources.list"),
                                 *sorted(pathlib.Path("/etc/apt/sources.list.d").glob("*.list")),
                                 *sorted(pathlib.Path("/etc/apt/sources.list.d").glob("*.sources"))]
               if path.is_file() and path.stat().st_size > 0]
    try:
        logged(log, "mmdebstrap", "--variant=minbase", "--include=" + ",".join(PACKAGES),
               f"--setup-hook={apt_hook}", SUITE, root, *sources)
    except subprocess.CalledProcessError:
        text = log.read_text(errors="replace")
        if any(words in text for words in NO_NETWORK):
            raise Unavailable("the image needs Debian's packages, and there is no way to them "
                              f"here ({log})") from None
        raise RuntimeError(f"mmdebstrap failed ({log}):\n{text[-2000:]}") from None
    shutil.rmtree(root / "etc/apt")  # how this machine reaches packages is nobody else's business
    (root / "etc/hostname").write_text("instance\n")
    (root / "etc/systemd/system/at-boot.service").write_text(AT_BOOT)
    wanted = root / "etc/systemd/system/multi-user.target.wants/at-boot.service"
    wanted.symlink_to("/etc/systemd/system/at-boot.service")
    # Raids are assembled by the scenario that wants one, never by udev behind its back.
    (root / "etc/mdadm").mkdir(exist_ok=True)
    (root / "etc/mdadm/mdadm.conf").write_text("AUTO -all\n")


def make_disk(root, disk, log):
    """A GPT with one ext4, as the root volumes of cloud images are."""
    with open(disk, "wb") as file:
        file.truncate(SIZE_MIB << 20)
    table = f"label: gpt\nstart={START_MIB}MiB, type=linux, uuid={PARTITION_ID}, name=root\n"
    subprocess.run(["sfdisk", "--quiet", disk], input=table, text=True, check=True)
    logged(log, "mke2fs", "-q", "-t", "ext4", "-d", root, "-L", "root", "-E",
           f"offset={START_MIB << 20}", disk, f"{SIZE_MIB - 2 * START_MIB}M")


def ensure(folder, apt_hook):
    """The folder with `vmlinuz` and `root.img`; makes them when this recipe was not made yet."""
    check_machine()
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / f"image-{recipe_hash()}"
    with open(folder / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if made.exists():
            return made
        if os.geteuid() != 0:
            raise Unavailable("making the image needs root: run ./test.sh vm as root once")
        for old in folder.glob("image-*"):
            shutil.rmtree(old)
        work, log = folder / "making", folder / "make.log"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        log.unlink(missing_ok=True)
        root = work / "root"
        print("making the image of the test instance, once (about 90 s)", flush=True)
        make_root(root, log, apt_hook)
        shutil.copy(next((root / "boot").glob("vmlinuz-*")), work / "vmlinuz")
        make_disk(root, work / "root.img", log)
        shutil.rmtree(root)
        work.rename(made)
    return made
