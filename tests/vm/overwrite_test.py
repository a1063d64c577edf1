"""Disks that a run may overwrite: free ones only, the part that was said, by leave for each."""

import disks
from disks import SIZE_MIB
from instance import EXT4, GPT, STORE, VOLUME, Scenario
from machine import ROOT_SERIAL

ONE_WRITE = ["--only", "storage/*/random-write/4k/qd4"]
SPAN_MIB = 16
# What overwrites a disk has one try, and the suite takes it in two parts.
SHORT = ["--duration", "2s", "--size", f"{SPAN_MIB}MiB"]
MORE = ["AWS5000000000000005", "AWS6000000000000006"]


class Overwrite(Scenario):
    def tail(self, path):
        """Digest of what lies on the medium behind the part that a run may overwrite."""
        return self.digest(path, skip_mib=SPAN_MIB)

    def check_overwritten(self, disk, before, behind):
        self.assertNotEqual(self.digest(disk), before)
        self.assertEqual(self.tail(disk), behind)

    def run_ok(self, *arguments):
        done = self.assay("run", "--out", self.out, *SHORT, *arguments, limit_s=120)
        result = self.result()
        self.assertEqual({case["status"] for case in result["cases"]}, {"ok"})
        return done, result

    def test_only_the_named_disk_and_only_its_start(self):
        disk, other = self.disk(STORE[0]), self.disk(STORE[1])
        before, behind, untouched = self.digest(disk), self.tail(disk), self.digest(other)
        done, result = self.run_ok("--only", "storage/*/4k/qd[14]", "--target", disk,
                                   "--allow-write", STORE[0])
        self.assertIn(f"WILL BE OVERWRITTEN: the first {SPAN_MIB}.0 MiB of {disk}", done.stderr)
        target = result["plan"]["targets"][0]
        self.assertEqual((target["class"], target["serial"], target["contents"]),
                         ("instance-store", STORE[0], "written by this run"))
        self.assertTrue(result["comparability"]["comparable"])
        self.check_overwritten(disk, before, behind)
        self.assertEqual(self.digest(other), untouched)

    def test_ebs_volume_by_its_volume_id(self):
        disk = self.disk(VOLUME)
        before, behind = self.digest(disk), self.tail(disk)
        _, result = self.run_ok(*ONE_WRITE, "--target", disk, "--allow-write",
                                VOLUME.replace("vol", "vol-"))
        self.assertEqual(result["plan"]["targets"][0]["class"], "ebs")
        self.check_overwritten(disk, before, behind)

    def test_by_id_link(self):
        disk = self.disk(STORE[0])
        behind, before = self.tail(disk), self.digest(disk)
        link = self.shell(f"ls /dev/disk/by-id/nvme-Amazon*{STORE[0]}").stdout.strip()
        self.run_ok(*ONE_WRITE, "--target", link, "--allow-write", link)
        self.check_overwritten(disk, before, behind)

    def more_disks(self):
        for serial in MORE:
            self.instance.names[serial] = disks.add(self.machine, serial, disks.INSTANCE_STORE)
            self.addCleanup(self.instance.names.pop, serial)
            self.addCleanup(disks.remove, self.machine, serial)
        return [self.disk(serial) for serial in MORE]

    def test_a_class_means_its_free_disks_only(self):
        mounted, grouped, free = (self.disk(serial) for serial in STORE)
        formatted, divided = self.more_disks()
        self.shell(f"{EXT4} {mounted} && mkdir -p /mnt/d && mount -o ro {mounted} /mnt/d && "
                   f"pvcreate -qq -ff -y {grouped} && vgcreate -qq vg.02 {grouped} && "
                   f"{EXT4} {formatted} && "
                   f"{GPT} {divided} && udevadm settle")
        self.shell_later(f"umount /mnt/d; vgremove -qq -ff -y vg.02; pvremove -qq -ff -y {grouped}")
        others = [mounted, grouped, formatted, divided]
        kept = [self.digest(disk) for disk in others]
        before, behind = self.digest(free), self.tail(free)
        done = self.assay("run", "--out", self.out, *SHORT, *ONE_WRITE, "--target",
                          "instance-store", "--allow-write", "instance-store")
        self.assertEqual(done.stderr.count("WILL BE OVERWRITTEN"), 1)
        for reason in ("LVM2_member", "ext4", "gpt", "/mnt/d is not writable"):
            self.assertIn(reason, done.stderr)
        self.check_overwritten(free, before, behind)
        self.assertEqual([self.digest(disk) for disk in others], kept)

    def test_a_signature_is_lost_only_by_force(self):
        disk = self.disk(STORE[0])
        self.shell(f"{EXT4} {disk}")
        before, behind = self.digest(disk), self.tail(disk)
        arguments = ["run", "--out", self.out, *SHORT, *ONE_WRITE, "--target", disk,
                     "--allow-write", STORE[0]]
        done = self.assay(*arguments, code=2)
        self.assertIn("ext4", done.stderr)
        self.assertIn(f"--force-destroy {STORE[0]}", done.stderr)
        self.assertEqual(self.digest(disk), before)
        self.assertIn("DESTROYS", self.assay(*arguments, "--force-destroy", STORE[0]).stderr)
        self.check_overwritten(disk, before, behind)

    def test_leave_for_the_root_disk_is_refused_by_every_option(self):
        root = self.shell("readlink -f /dev/disk/by-id/nvme-QEMU*" + ROOT_SERIAL).stdout.strip()
        allow = ["--target", root, "--allow-write", ROOT_SERIAL]
        for options in (allow, [*allow, "--force-destroy", ROOT_SERIAL]):
            done = self.assay("run", "--out", self.out, *SHORT, *options, code=2)
            self.assertIn("is the root disk", done.stderr)

    def test_names_that_move_give_no_leave(self):
        disk = self.disk(STORE[0])
        before = self.digest(disk)
        path = self.shell(f"find -L /dev/disk/by-path /dev/disk/by-diskseq -samefile {disk} | "
                          "head -n 1").stdout.strip()
        names = [disk, disk.replace("nvme", "ng"), *([path] if path else [])]
        for name in names:
            done = self.assay("run", "--out", self.out, *SHORT, "--target", disk, "--allow-write",
                              name, code=2)
            self.assertIn("give", done.stderr)
        self.assertEqual(self.digest(disk), before)

    def test_nobody_can_mount_a_disk_while_it_is_measured(self):
        disk = self.disk(STORE[0])
        running = self.machine.start(
            f"cd /root && assay run --out {self.out} --duration 5s --size {SPAN_MIB}MiB "
            f"--only 'storage/*/random-read/4k/qd[14]' --target {disk} "
            f"--allow-write {STORE[0]}", 90)
        # Filled, and so held from before the fill until the end of the run.
        self.shell(f"until grep -qs '{{\"preparation\"' {self.out}/journal.ndjson; do sleep 0.2; done")
        done = self.shell(f"mke2fs -q -t ext4 {disk}", None)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("in use", done.stderr)
        done = running.wait(100)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(SIZE_MIB << 20, self.block_device(disk[5:])["size_bytes"])
