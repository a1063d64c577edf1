"""Measuring in the instance: raw disks, a class of disks, a file system on a stripe."""

import disks
from instance import ONE_READ, SHORT, STORE, VOLUME, Scenario

STRIPED = ["AWS7000000000000007", "AWS8000000000000008"]


class Runs(Scenario):
    def targets(self):
        return {target["id"]: target for target in self.result()["plan"]["targets"]}

    def test_reading_a_raw_disk_is_labelled_with_its_class(self):
        for serial, device_class in ((STORE[0], "instance-store"), (VOLUME, "ebs")):
            with self.subTest(device_class=device_class):
                disk = self.disk(serial)
                before = self.digest(disk)
                self.out = f"/root/out/raw-{device_class}"
                # Two parts each: a window must outlast a thousand I/Os in the queue without KVM.
                self.assay("run", "--out", self.out, "--duration", "3s", "--size", "16MiB",
                           "--only", "*/random-read/4k/qd1*[0-9]", "--target", disk,
                           "--assume-written", limit_s=120)
                result = self.result()
                target = result["plan"]["targets"][0]
                self.assertEqual((target["id"], target["class"], target["contents"]),
                                 (device_class, device_class, "assumed written"))
                self.assertFalse(result["comparability"]["comparable"])
                self.assertEqual({case["status"] for case in result["cases"]}, {"ok"})
                self.assertEqual(self.digest(disk), before)

    def test_a_class_stands_for_all_its_disks(self):
        for serial in STORE:
            self.disk(serial)
        self.assay("run", "--out", self.out, *SHORT, *ONE_READ, "--target", "instance-store",
                   "--assume-written")
        devices = {target["device"] for target in self.targets().values()
                   if target["device"]}  # the set of all of them has none
        self.assertEqual(devices, {self.instance.names[serial] for serial in STORE})

    def test_file_system_on_a_stripe_says_what_is_beneath(self):
        members = []
        for serial in STRIPED:
            members.append("/dev/" + disks.add(self.machine, serial, disks.INSTANCE_STORE, 64))
            self.addCleanup(disks.remove, self.machine, serial)
        self.shell("mdadm --create /dev/md0 --run --level=0 --raid-devices=2 "
                   f"{' '.join(members)} && mke2fs -q -t ext4 /dev/md0 && mkdir -p /mnt/stripe && "
                   "mount /dev/md0 /mnt/stripe")
        self.shell_later("umount /mnt/stripe; mdadm --stop /dev/md0")
        self.assay("run", "--out", self.out, *SHORT, "--only", "*/random-*/4k/qd4", "--target",
                   "/mnt/stripe")
        result = self.result()
        self.assertEqual({case["status"] for case in result["cases"]}, {"ok"})
        target = result["plan"]["targets"][0]
        self.assertEqual((target["device"], target["class"]), ("md0", "instance-store"))
        stripe = next(d for d in result["host"]["block_devices"] if d["name"] == "md0")
        self.assertEqual(stripe["model"], "raid0")
        self.assertEqual({"/dev/" + name for name in stripe["lower_devices"]}, set(members))
        self.shell("test -z \"$(ls -A /mnt/stripe | grep -v lost+found)\"")
