"""What must never be overwritten, and what is said instead."""

import hashlib
import json
import os
import pathlib
import stat
import subprocess

import support
from loops import MIB, ONE_WRITE, SIZE, Loops, digest, run


class Refused(Loops):
    def test_every_signature(self):
        device = self.attach()

        def bytes_at(offset, data):
            with open(self.image, "r+b") as file:
                file.seek(offset)
                file.write(data)

        def tool(*command):
            return lambda: self.made(*command)

        table = [
            ("ext4", tool("mkfs.ext4", "-q", "-F", self.image)),
            ("swap", tool("mkswap", self.image)),
            ("dos (partition table",
             lambda: bytes_at(446, bytes(4) + b"\x83" + bytes(3) + b"\0\x08\0\0\0\x20\0\0"
                              + bytes(48) + b"\x55\xaa")),
            ("crypto_LUKS", lambda: bytes_at(0, b"LUKS\xba\xbe\0\x01")),
            ("linux_raid_member (member of a set",
             lambda: bytes_at(SIZE - 65536, b"\xfc\x4e\x2b\xa9" + bytes(4) + b"\x5a\0\0\0")),
        ]
        for word, write in table:
            with self.subTest(word):
                self.clear_start()
                with open(self.image, "r+b") as file:
                    file.seek(SIZE - MIB)
                    file.write(bytes(MIB))
                write()
                os.sync()
                run("blockdev", "--flushbufs", device)
                before = digest(self.image)
                self.refused(["is not blank", word], "--target", device, "--allow-write",
                             self.serial)
                os.sync()
                self.assertEqual(digest(self.image), before)

    def test_partitions(self):
        self.need_tools("sfdisk", "mkfs.ext4")
        self.clear_start()
        done = subprocess.run(["sfdisk", "-q", "--label", "gpt", self.image], input="2048,65536\n",
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            self.skip(f"sfdisk: {done.stderr}")
        device = self.attach("--partscan")
        number = pathlib.Path(f"/sys/class/block/{device[5:]}p1/dev")
        if not number.exists():
            # A kernel that knows no partition tables is told of the partitions.
            self.made("partx", "--add", device)
            self.addCleanup(run, "partx", "--delete", device)
        partition = self.node_of(number, "p1")
        before = digest(self.image)
        allow = ["--allow-write", self.serial]
        self.refused(["is not blank", "gpt (partition table", "partition (loop"], "--target",
                     device, *allow)
        self.refused("is a partition of", "--target", partition, *allow)
        self.refused("is a partition of", "--target", partition, *allow, "--force-destroy",
                     self.serial)
        os.sync()
        self.assertEqual(digest(self.image), before)
        self.made("mkfs.ext4", "-q", partition)
        self.mount("-o", "ro", partition)
        self.is_refused("is mounted at", device)

    def test_swap(self):
        self.need_tools("mkswap", "swapon", "swapoff")
        self.made("mkswap", self.image)
        device = self.attach()
        done = run("swapon", device)
        if done.returncode != 0:
            self.skip(f"swapon: {done.stderr.strip()}")
        try:
            # Behind its header the kernel of a machine that is short of memory puts pages.
            self.is_refused("is swap space", device, kept=os.sysconf("SC_PAGE_SIZE"))
        finally:
            self.assertEqual(run("swapoff", device).returncode, 0)

    def test_another_exclusive_opener(self):
        device = self.attach()
        with os.fdopen(os.open(device, os.O_RDONLY | os.O_EXCL), "rb", buffering=0):
            self.is_refused(["cannot be opened exclusively", "busy"], device)

    def test_a_read_only_device(self):
        self.is_refused("is read-only", self.attach("--read-only"))

    def test_a_second_name_of_a_disk(self):
        first = self.attach()
        done = run("losetup", "--find", "--show", first)
        if done.returncode != 0:
            self.skip(f"no loop device on another: {done.stderr.strip()}")
        second = done.stdout.strip()
        self.addCleanup(run, "losetup", "-d", second)
        before = digest(self.image)
        self.refused("no loop device of this host", "--target", second, "--allow-write",
                     f"loop:{first}")
        twin = run("losetup", "--find", "--show", self.image).stdout.strip()
        self.addCleanup(run, "losetup", "-d", twin)
        self.refused("several disks", "--target", twin, "--allow-write", self.serial)
        os.sync()
        self.assertEqual(digest(self.image), before)

    def test_a_device_with_an_offset_shows_only_part_of_its_file(self):
        device = self.attach("--offset", str(16 * MIB))
        before = digest(self.image)
        self.run_case("--target", device, "--allow-write", self.serial, *ONE_WRITE, code=1)
        case = self.result()["cases"][0]
        self.assertEqual(case["status"], "failed")
        self.assertIn("only a part of its file", case["reason"])
        self.assertIn("nothing was changed", case["reason"])
        os.sync()
        self.assertEqual(digest(self.image), before)

    def test_a_device_that_is_exchanged_after_the_plan(self):
        device = self.attach()
        self.assay("run", "--out", self.out, "--duration", "1s", "--size", "16MiB", "--target", device,
                   "--allow-write", self.serial, *ONE_WRITE)
        run("losetup", "-d", device)
        other = self.root / "other.img"
        other.write_bytes(bytes(SIZE))
        if run("losetup", device, other).returncode != 0:
            self.skip("the same loop device cannot be set up again")
        result = self.out / "result.json"
        journal = self.out / "journal.ndjson"
        lines = journal.read_text().splitlines(keepends=True)
        journal.write_text("".join(line for line in lines if not line.startswith('{"case"')))
        result.unlink()
        done = self.assay("run", "--resume", self.out, code=2)
        self.assertIn("results must not be mixed", done.stderr)
        self.assertEqual(digest(other), hashlib.sha256(bytes(SIZE)).hexdigest())

    def test_names_that_are_no_permission(self):
        device = self.attach()
        before = digest(self.image)
        for value, words in ((device, f"give {self.serial} instead"),
                             (device[5:], f"give {self.serial} instead"),
                             ("", "no disk of this host"), ("other", "could be any disk"),
                             ("/dev/disk/by-id/nope", "`assay probe` lists them"),
                             (self.root / "x", "a path may lead to another disk"),
                             ("loop:/nope", "losetup -a"),
                             ("ebs", "no --target of this run")):
            self.refused(words, "--target", device, "--allow-write", value)
        self.refused("no --target of this run", "--target", ".", "--allow-write", self.serial)
        os.sync()
        self.assertEqual(digest(self.image), before)

    def test_an_existing_file_is_no_device(self):
        file = self.root / "data"
        file.write_bytes(os.urandom(20 * MIB))
        before = digest(file)
        self.refused("no loop device of this host", "--target", file, "--allow-write",
                     f"loop:{file}")
        self.assertEqual(digest(file), before)


class RootDisk(support.Scratch):
    def test_it_is_refused_by_every_alias(self):
        self.need_root()
        disks = json.loads(self.assay("probe", "--json").stdout)["block_devices"]
        roots = [d for d in disks if d["serial"] and
                 "/" in d["mounts"] + [m for p in d["partitions"] for m in p["mounts"]]]
        if not roots:
            self.skip("the root file system lies on no disk with a serial number here")
        disk = roots[0]
        major, minor = map(int, pathlib.Path(f"/sys/block/{disk['name']}/dev").read_text()
                           .split(":"))
        node = self.root / "node"
        os.mknod(node, 0o600 | stat.S_IFBLK, os.makedev(major, minor))
        alias = self.root / "alias"
        alias.symlink_to(node)
        for name in (node, alias, *disk["by_id"], disk["path"]):
            if not os.path.exists(name):
                continue
            # --dry-run: not even a broken rule may write to this disk.
            for forced in ([], ["--force-destroy", disk["serial"]]):
                self.refused("is the root disk", "--dry-run", "--target", name, "--allow-write",
                             disk["serial"], *forced)


class NamedTwice(support.Scratch):
    def test_a_target_is_named_once(self):
        self.refused("name each target once", "--target", ".", "--target", self.work)
        self.refused("--target '': give a directory", "--target", "")

    def test_a_closed_directory_is_not_missing(self):
        prefix = self.as_nobody()
        closed = self.root / "closed"
        (closed / "data").mkdir(parents=True)
        closed.chmod(0o700)
        self.refused(["Permission denied", "run as root"], "--target", closed / "data",
                     prefix=prefix)


if __name__ == "__main__":
    support.main()
