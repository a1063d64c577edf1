"""What the scenarios share: the one instance of this process, its disks, running assay in it."""

import atexit
import json
import os
import pathlib
import sys
import unittest

import disks
import image
import payload
from machine import Machine

FOLDER = pathlib.Path(os.environ["ASSAY_VM_FOLDER"])
SOURCE = pathlib.Path(os.environ["ASSAY_SOURCE"])
sys.path.append(str(SOURCE / "tests/e2e"))
import stall  # noqa: E402

APT_HOOK = SOURCE / "tests/fresh/copy_apt_configuration.sh"
STORE = [f"AWS{n}00000000000000{n:02}" for n in range(1, 4)]
VOLUME = "vol0b0b0b0b0b0b0b0b0"
PLUGGED = "other1"
# What the hypervisor lets through to each of these disks: the truth that a verdict is checked with.
# A gp3 volume as it comes, and one that first may do three times its rate for two seconds.
GP3_IOPS, GP3_BYTES_PER_S = 3000, 125 << 20
SUSTAINED_IOPS, BURST_IOPS, BURST_S = 1000, 3000, 2
LIMITED = {"free": "snapshot=on",
           "gp3": f"snapshot=on,throttling.iops-total={GP3_IOPS},"
                  f"throttling.bps-total={GP3_BYTES_PER_S}",
           "burst": f"snapshot=on,throttling.iops-total={SUSTAINED_IOPS},"
                    f"throttling.iops-total-max={BURST_IOPS},"
                    f"throttling.iops-total-max-length={BURST_S}"}
# Suites divide it by their rounds, and without KVM a thousand I/Os take half a second.
SHORT = ["--duration", "1.5s", "--size", "16MiB"]
ONE_READ = ["--only", "*/random-read/4k/qd4"]

# EC2's controllers are no multipath subsystems, and neither are these.
KERNEL_ARGUMENTS = "nvme_core.multipath=N nvme.poll_queues=1 cloud-init=disabled"
WRAPPER = """mkdir -p /opt/assay && mount -o ro /dev/disk/by-label/payload /opt/assay
cd /usr/local/bin
printf '#!/bin/sh\\nLD_LIBRARY_PATH=/opt/assay/lib exec /opt/assay/assay "$@"\\n' >assay
chmod 755 assay
"""

EXT4 = "mke2fs -q -F -t ext4 -E lazy_itable_init=0,lazy_journal_init=0"
# One partition; the disk is to follow.
GPT = "printf 'label: gpt\\nsize=24MiB\\n' | sfdisk -q"


class Instance:
    """The booted machine and the kernel names of its disks by serial."""

    def __init__(self):
        made = image.ensure(FOLDER, APT_HOOK)
        program = payload.make(os.environ["ASSAY"], FOLDER)
        plugged = FOLDER / "plugged.img"
        plugged.write_bytes(os.urandom(disks.SIZE_MIB << 20))
        plugged_disks = {name: (plugged, options)
                         for name, options in {PLUGGED: "snapshot=on", **LIMITED}.items()}
        self.machine = Machine(made, program, plugged_disks, KERNEL_ARGUMENTS, FOLDER)
        atexit.register(self.machine.stop)
        self.machine.shell(WRAPPER)
        disks.prepare(self.machine)
        self.names = {serial: disks.add(self.machine, serial, disks.INSTANCE_STORE)
                      for serial in STORE}
        self.names[VOLUME] = disks.add(self.machine, VOLUME, disks.EBS)


class Shared:
    """The instance once it is booted, or why it is not: found out once for all scenarios."""

    instance = None
    problem = None

    @classmethod
    def get(cls):
        if cls.problem:
            raise cls.problem
        if not cls.instance:
            try:
                cls.instance = Instance()
            except image.Unavailable as error:
                print(f"skipped: {error}", file=sys.stderr)
                cls.problem = unittest.SkipTest(str(error))
                raise cls.problem from None
            except Exception as error:
                cls.problem = RuntimeError("the instance did not boot, see the first error")
                raise error
        return cls.instance


class Scenario(unittest.TestCase):
    """One thing tried in the instance; leaves its disks empty and free."""

    @classmethod
    def setUpClass(cls):
        cls.instance = Shared.get()
        cls.machine = cls.instance.machine

    def setUp(self):
        self.out = "/root/out/" + self.id().rsplit(".", 1)[1]

    def shell(self, command, code=0, limit_s=60):
        return self.machine.shell(command, code, limit_s)

    def shell_later(self, command):
        """Runs when the scenario is over, the last first, whatever came of it."""
        self.addCleanup(self.machine.shell, command, None)

    def disk(self, serial):
        """/dev/NAME of a disk full of data and without any signature, wiped after the scenario."""
        path = "/dev/" + self.instance.names[serial]
        self.shell(disks.fill_command(serial, path))
        self.shell_later(f"umount -q {path}; {disks.clear_command(path)}")
        return path

    def plugged(self, name):
        """/dev/NAME of a disk of the hypervisor."""
        link = f"/dev/disk/by-id/nvme-QEMU_NVMe_Ctrl_{name.upper()}"
        return self.shell(f"readlink -f {link}").stdout.strip()

    def serial_of(self, path):
        return next(key for key, name in self.instance.names.items() if "/dev/" + name == path)

    def digest(self, path, skip_mib=0):
        """Of what lies on the medium, past every cache, behind the first `skip_mib`."""
        return self.shell(f"sync; tail -c +{(skip_mib << 20) + 1} "
                          f"{disks.medium(self.serial_of(path))} | md5sum").stdout

    def assay(self, *arguments, code=0, limit_s=60):
        command = "cd /root && assay " + " ".join(str(word) for word in arguments)
        if stall.may_repeat(arguments, code or 0):
            out = stall.out_of(arguments)
            done = stall.repeated(
                self.id(), lambda: self.shell(command, None, limit_s),
                lambda: self.shell(f"cat {out}/result.json", None).stdout,
                lambda: self.shell(f"rm -r {out}"))
        else:
            done = self.shell(command, None, limit_s)
        if code is not None:
            self.assertEqual(done.returncode, code, f"{command}\n{done.stdout}\n{done.stderr}")
        return done

    def probe(self):
        return json.loads(self.assay("probe", "--json").stdout)

    def block_device(self, name):
        return next(d for d in self.probe()["block_devices"] if d["name"] == name)

    def result(self):
        return json.loads(self.shell(f"cat {self.out}/result.json").stdout)
