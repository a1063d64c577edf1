"""An instance as RunInstances starts it: firmware, metadata service, disks with the vendor's model
strings; whoever starts it gives the user-data."""

import glob
import os
import pathlib
import subprocess
import time
import unittest

import disks
import image
import metadata
import payload
from machine import Failed, Machine

SOURCE = pathlib.Path(os.environ["ASSAY_SOURCE"])
FOLDER = pathlib.Path(os.environ["ASSAY_VM_FOLDER"])
GATEWAY = "169.254.169.2"  # this machine, as the instance sees it
STORES = ["AWS1C00000000000001C", "AWS2C00000000000002C"]
VOLUME = "vol0c0c0c0c0c0c0c0c0"
STORE_MIB, VOLUME_MIB = 64, 256
BOOT_S, RUN_S = 420, 900

ADD_DISKS = disks.PREPARE + "".join(
    disks.add_command(serial, model, size) + disks.connect_command(serial)
    for serial, model, size in [(STORES[0], disks.INSTANCE_STORE, STORE_MIB),
                                (STORES[1], disks.INSTANCE_STORE, STORE_MIB),
                                (VOLUME, disks.EBS, VOLUME_MIB)])
MOUNT_VOLUME = f"""
volume=/dev/$(for block in /sys/block/nvme*; do
  if [ "$(tr -d ' ' <"$block/device/serial")" = {VOLUME} ]; then basename "$block"; fi
done)
mke2fs -q -F -t ext4 -E lazy_itable_init=0,lazy_journal_init=0 "$volume"
mkdir -p /data
mount "$volume" /data
"""


def made_image():
    return image.ensure(FOLDER, SOURCE / "tests/fresh/copy_apt_configuration.sh")


def bundle():
    found = glob.glob(os.environ["ASSAY_BUNDLE_FOLDER"] + "/assay-*-linux-x86_64.tar.gz")
    if not found:
        raise unittest.SkipTest("no bundle: ./test.sh vm builds it, or cmake --build BUILD --target "
                                "bundle")
    return pathlib.Path(found[0])


class Launched:
    """Owns an instance and its metadata service. `at_boot` is what its shell does before user-data;
    `root` is a disk that keeps what a boot has written: without one nothing is kept."""

    def __init__(self, at_boot, user_data, identity=metadata.Identity(), root=None,
                 log_folder=FOLDER):
        self.made = made_image()
        log_folder.mkdir(parents=True, exist_ok=True)
        self.payload = payload.at_boot(at_boot, log_folder)
        self.service = metadata.Service(user_data, identity)
        self.root, self.log_folder, self.machine = root, log_folder, None

    def boot(self):
        relay = f"socat - TCP:127.0.0.1:{self.service.server_port}"
        devices = ["-netdev", "user,id=net,net=169.254.169.0/24,"
                   f"guestfwd=tcp:169.254.169.254:80-cmd:{relay}",
                   "-device", "virtio-net-pci,netdev=net",
                   "-smbios", f"type=2,asset={self.service.identity.instance_id}"]
        self.machine = Machine(self.made, self.payload, kernel_arguments="nvme_core.multipath=N "
                               "at_boot", log_folder=self.log_folder, root=self.root,
                               devices=devices, boot_limit_s=BOOT_S)

    def wait_until_off(self, limit_s):
        """Seconds until the machine has powered itself off."""
        begin = time.monotonic()
        try:
            self.machine.process.wait(limit_s)
        except subprocess.TimeoutExpired:
            raise Failed(f"still on after {limit_s} s\n{self.story()}") from None
        if self.machine.process.returncode in (124, 137):  # those of `timeout`: it ended the machine
            raise Failed(f"still on at the end of its time\n{self.story()}")
        return time.monotonic() - begin

    def story(self):
        """What a failure is understood by."""
        return self.machine.tail(80)

    def close(self):
        if self.machine:
            self.machine.stop()
        self.service.shutdown()
        self.service.server_close()
