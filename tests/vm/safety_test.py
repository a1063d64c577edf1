"""Disks that belong to somebody: refused in words by every way in, and not one byte changed."""

from instance import EXT4, GPT, ONE_READ, SHORT, STORE, Scenario

ROOT_NAMES = """partition=/dev/$(basename $(readlink -f /sys/dev/block/$(mountpoint -d /)))
disk=/dev/$(lsblk -no PKNAME $partition)
ln -s $disk /root/alias
mknod /root/node b $(lsblk -dno MAJ:MIN $disk | tr : ' ')
echo $partition $disk /root/alias /root/node
find -L /dev/disk -samefile $partition -o -samefile $disk
"""


class Safety(Scenario):
    WAYS = ([], ["--dry-run"], ["--assume-written"])

    def refuses(self, target, *words, unchanged=None, words_with_leave=()):
        """Every way of naming `target`, with leave to write to its disk or without, ends with
        exit 2 and `words`; the disk stays as it is."""
        before = self.digest(unchanged or target)
        serial = self.serial_of(unchanged or target)
        leave = ["--allow-write", serial]
        for way in [*self.WAYS, leave, [*leave, "--force-destroy", serial]]:
            with self.subTest(way=way, target=target):
                done = self.assay("run", "--out", self.out, *way, *SHORT, "--target", target,
                                  code=2)
                with_leave = "--allow-write" in way
                for word in (words_with_leave or words) if with_leave else words:
                    self.assertIn(word, done.stderr)
        self.shell(f"test ! -e {self.out}")
        self.assertEqual(self.digest(unchanged or target), before)

    def test_mounted_file_system(self):
        disk = self.disk(STORE[0])
        self.shell(f"{EXT4} {disk} && mkdir -p /mnt/a && mount {disk} /mnt/a")
        self.refuses(disk, "is in use", "mounted at /mnt/a")

    def test_mounted_partition_by_disk_and_by_partition(self):
        disk = self.disk(STORE[0])
        self.shell(f"{GPT} {disk} && udevadm settle && "
                   f"{EXT4} {disk}p1 && mkdir -p /mnt/b && mount {disk}p1 /mnt/b")
        self.shell_later("umount /mnt/b")
        self.refuses(disk, "is in use", "mounted at /mnt/b")
        self.refuses(disk + "p1", "is in use", "mounted at /mnt/b", unchanged=disk,
                     words_with_leave=["is a partition of"])

    def test_swap(self):
        disk = self.disk(STORE[0])
        self.shell(f"mkswap -q {disk} && swapon {disk}")
        self.shell_later(f"swapoff {disk}")
        self.refuses(disk, "is in use", "swap space")

    def test_volume_group_with_an_active_logical_volume(self):
        disk = self.disk(STORE[1])
        self.shell(f"pvcreate -qq -ff -y {disk} && vgcreate -qq vg.01 {disk} && "
                   "lvcreate -qq -y -W n -L 16M -n lv_ephemeral vg.01")
        self.shell_later(f"vgremove -qq -ff -y vg.01; pvremove -qq -ff -y {disk}")
        self.refuses(disk, "is in use", "is part of dm-")

    def test_raid_member(self):
        members = [self.disk(serial) for serial in STORE[:2]]
        self.shell("mdadm --create /dev/md0 --run --level=1 --metadata=1.2 --assume-clean "
                   f"--raid-devices=2 {' '.join(members)}")
        self.shell_later(f"mdadm --stop /dev/md0; mdadm --zero-superblock {' '.join(members)}")
        for member in members:
            self.refuses(member, "is in use", "is part of md0")

    def test_disk_held_by_a_device_mapper_table(self):
        disk = self.disk(STORE[1])
        self.shell(f"dmsetup create held --table '0 32768 linear {disk} 2048'")
        self.shell_later("dmsetup remove --retry held")
        self.refuses(disk, "is in use", "is part of dm-")

    def test_root_disk_by_every_name(self):
        self.shell_later("rm /root/alias /root/node")
        names = self.shell(ROOT_NAMES).stdout.split()
        for folder in ("by-id", "by-path", "by-label", "by-partuuid"):
            self.assertTrue(any(folder in name for name in names), names)
        for name in names:
            with self.subTest(name=name):
                done = self.assay("run", "--out", self.out, *SHORT, "--target", name, code=2)
                self.assertIn("is in use", done.stderr)
                self.assertIn("mounted at /", done.stderr)

    def test_passthrough_node_of_a_mounted_disk(self):
        disk = self.disk(STORE[0])
        self.shell(f"{EXT4} {disk} && mkdir -p /mnt/c && mount {disk} /mnt/c")
        self.refuses(disk.replace("nvme", "ng"), "is in use", "mounted at /mnt/c", unchanged=disk)

    def test_unmounted_file_system_is_read_at_most(self):
        disk = self.disk(STORE[2])
        self.shell(f"{EXT4} {disk}")
        before = self.digest(disk)
        done = self.assay("run", "--out", self.out, *SHORT, "--only", "storage/*", "--target", disk,
                          code=1)
        self.assertIn("contents unknown", done.stderr + done.stdout)
        reasons = {case["status"] for case in self.result()["cases"]}
        self.assertEqual(reasons, {"skipped"})
        self.assay("run", "--out", self.out + "2", *SHORT, *ONE_READ, "--assume-written",
                   "--target", disk)
        self.assertEqual(self.digest(disk), before)

    def test_a_disk_that_is_gone_again(self):
        done = self.assay("run", "--out", self.out, *SHORT, "--target", "/dev/nvme77n1", code=2)
        self.assertIn("no such file", done.stderr)
