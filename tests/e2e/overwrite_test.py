"""Devices that a run may overwrite, on loop devices over files of the test: what is let through, what
is refused whatever the options, and that a refused device keeps every byte."""

import hashlib
import json
import os
import pathlib
import signal
import stat
import subprocess
import time

import support
from support import SHORT

MIB = 1 << 20
SIZE = 64 * MIB
ONE_WRITE = ["--only", "storage/*/random-write/4k/qd4"]


def digest(path, start=0):
    return hashlib.sha256(path.read_bytes()[start:]).hexdigest()


def run(*command):
    return subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)


class Loops(support.Scratch):
    """Owns one disk image with a loop device; `serial` is what --allow-write calls it."""

    def setUp(self):
        super().setUp()
        self.need_root()
        self.need_tools("losetup")
        self.image = self.root / "disk.img"
        self.serial = f"loop:{os.path.realpath(self.image)}"
        # Not zeros: what is changed by mistake must be seen.
        self.image.write_bytes(os.urandom(MIB) * (SIZE // MIB))

    def attach(self, *options):
        done = run("losetup", "--find", "--show", *options, self.image)
        if done.returncode != 0:
            self.skip(f"no loop device here: {done.stderr.strip()}")
        device = done.stdout.strip()
        self.addCleanup(run, "losetup", "-d", device)
        return device

    def made(self, *command):
        """Runs a tool that changes the image; skips where it is missing."""
        self.need_tools(command[0])
        done = run(*command)
        if done.returncode != 0:
            self.skip(f"{command[0]}: {done.stderr.strip()}")

    def node_of(self, number, name):
        """A device node of the test's own: udev may be slow or missing."""
        node = self.root / name
        major, minor = map(int, number.read_text().split(":"))
        os.mknod(node, 0o600 | stat.S_IFBLK, os.makedev(major, minor))
        return node

    def clear_start(self):
        with open(self.image, "r+b") as file:
            file.write(bytes(MIB))

    def is_refused(self, words, device, *options):
        """Named, allowed and even forced, the device is refused by each of its names in words, and
        keeps every byte."""
        os.sync()
        before = digest(self.image)
        allow = ["--allow-write", self.serial, *options]
        self.refused(words, "--target", device, *allow)
        self.refused(words, "--target", device, *allow, "--force-destroy", self.serial)
        os.sync()
        self.assertEqual(digest(self.image), before)


class Permitted(Loops):
    def test_only_the_span_of_a_blank_device_is_overwritten(self):
        device = self.attach()
        before = digest(self.image, 16 * MIB)
        start = self.image.read_bytes()[:16 * MIB]
        done = self.run_case("--target", device, "--allow-write", self.serial,
                             "--only", "storage/*/4k/qd[14]")
        self.assertIn(f"WILL BE OVERWRITTEN: the first 16.0 MiB of {device}", done.stderr)
        result = self.result()
        self.assertEqual({c["status"] for c in result["cases"]}, {"ok"})
        workloads = {c["id"].split("/")[2] for c in result["cases"]}
        self.assertLessEqual({"random-read", "random-write", "write-fdatasync", "write-dsync"},
                             workloads)
        target = result["plan"]["targets"][0]
        self.assertEqual(target["serial"], self.serial)
        self.assertEqual(target["overwrite"]["permission"], self.serial)
        self.assertEqual(target["overwrite"]["device_bytes"], SIZE)
        self.assertEqual(target["contents"], "written by this run")
        self.assertEqual([p["bytes"] for p in result["preparations"]], [16 * MIB])
        self.assertTrue(result["comparability"]["comparable"])
        os.sync()
        self.assertEqual(digest(self.image, 16 * MIB), before)
        after = self.image.read_bytes()[:16 * MIB]
        kept = [at for at in range(0, 16 * MIB, 4096) if start[at:at + 512] == after[at:at + 512]]
        self.assertEqual(kept, [], "blocks of the span that were never written")

    def test_a_dry_run_says_so_and_writes_nothing(self):
        device = self.attach()
        before = digest(self.image)
        alias = self.root / "alias"
        alias.symlink_to(device)
        second = self.root / "second"
        second.symlink_to(alias)
        text = self.assay("run", "--dry-run", "--target", second, "--allow-write",
                          self.serial).stdout
        self.assertIn(f"WILL BE OVERWRITTEN: the first 64.0 MiB of {device} (serial {self.serial}, "
                      "64.0 MiB)", text)
        self.assertIn(f"allowed by --allow-write {self.serial}", text)
        plan = json.loads(self.assay("run", "--dry-run", "--json", "--target", device,
                                     "--allow-write", self.serial).stdout)
        self.assertEqual(plan["targets"][0]["overwrite"]["destroys"], [])
        os.sync()
        self.assertEqual(digest(self.image), before)

    def test_the_name_to_type_is_shown_by_probe(self):
        device = self.attach()
        self.assertIn(self.serial, self.assay("probe").stdout)
        disks = json.loads(self.assay("probe", "--json").stdout)["block_devices"]
        mine = [disk for disk in disks if disk["path"] == device]
        self.assertEqual(mine[0]["backing_file"], os.path.realpath(self.image))

    def interrupt_after_a_case(self, device):
        command = [support.ASSAY, "run", "--out", self.out, "--target", device, "--allow-write",
                   self.serial, "--size", "16MiB", "--duration", "1s", "--only",
                   "storage/*/random-read/4k/*"]
        with subprocess.Popen([*map(str, command)], cwd=self.work, stderr=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL) as process:
            journal = self.out / "journal.ndjson"
            until = time.monotonic() + 60
            while time.monotonic() < until and process.poll() is None:
                if journal.exists() and '{"case"' in journal.read_text():
                    break
                time.sleep(0.05)
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(60), 4)
        os.sync()

    def test_a_resumed_run_does_not_fill_again(self):
        device = self.attach()
        self.interrupt_after_a_case(device)
        # A mark between the blocks that tell a discarded device: a second fill would remove it.
        with open(device, "r+b") as file:
            file.seek(MIB)
            file.write(b"mark")
        self.assay("run", "--resume", self.out)
        result = self.result()
        self.assertEqual([p["bytes"] for p in result["preparations"]], [16 * MIB])
        self.assertEqual({c["status"] for c in result["cases"]}, {"ok"})
        os.sync()
        self.assertEqual(self.image.read_bytes()[MIB:MIB + 4], b"mark")

    def test_a_fill_that_was_interrupted_goes_on_where_it_ended(self):
        device = self.attach()
        self.interrupt_after_a_case(device)
        # As if the run had been stopped in the middle of its fill: half of it in the journal, no case.
        journal = self.out / "journal.ndjson"
        lines = journal.read_text().splitlines()
        fill = next(line for line in lines if line.startswith('{"preparation"'))
        self.assertIn(f'"bytes":{16 * MIB}', fill)
        half = fill.replace(f'"bytes":{16 * MIB}', f'"bytes":{8 * MIB}')
        journal.write_text("\n".join([lines[0], half]) + "\n")
        (self.out / "result.json").unlink(missing_ok=True)
        for at in (MIB, 9 * MIB):  # beside the blocks that tell a discarded device
            with open(device, "r+b") as file:
                file.seek(at)
                file.write(b"mark")
        self.assay("run", "--resume", self.out)
        self.assertEqual([p["bytes"] for p in self.result()["preparations"]], [8 * MIB, 16 * MIB])
        os.sync()
        data = self.image.read_bytes()
        self.assertEqual(data[MIB:MIB + 4], b"mark")
        self.assertNotEqual(data[9 * MIB:9 * MIB + 4], b"mark")

    def test_a_device_that_was_emptied_meanwhile_is_filled_again(self):
        device = self.attach()
        self.interrupt_after_a_case(device)
        with open(device, "r+b") as file:
            file.write(bytes(16 * MIB))
        self.assay("run", "--resume", self.out)
        self.assertEqual([p["bytes"] for p in self.result()["preparations"]], [16 * MIB] * 2)

    def test_a_resumed_run_looks_at_the_device_again(self):
        device = self.attach()
        self.interrupt_after_a_case(device)
        self.need_tools("mkfs.ext4")
        for _ in range(50):  # the kernel lets go of the device after the process has ended
            done = run("mkfs.ext4", "-q", device)
            if done.returncode == 0:
                break
            time.sleep(0.1)
        else:
            self.skip(f"mkfs.ext4: {done.stderr}")
        os.sync()
        before = digest(self.image)
        done = self.assay("run", "--resume", self.out, code=2)
        self.assertIn("is not blank: it holds ext4", done.stderr)
        os.sync()
        self.assertEqual(digest(self.image), before)


class Forced(Loops):
    def setUp(self):
        super().setUp()
        self.clear_start()
        self.made("mkfs.ext4", "-q", "-F", "-L", "precious", self.image)

    def test_a_signature_is_destroyed_only_by_the_serial_of_its_disk(self):
        device = self.attach()
        before = digest(self.image)
        allow = ["--target", device, "--allow-write", self.serial]
        self.refused(["is not blank", "ext4 (file system, label 'precious', UUID",
                      f"--force-destroy {self.serial}"], *allow)
        self.refused("no disk of this host", *allow, "--force-destroy", "AWS123")
        self.refused("kernel names move", *allow, "--force-destroy", device)
        self.refused("never destroyed as a whole", *allow, "--force-destroy", "ebs")
        self.refused("also takes --allow-write", "--target", device, "--force-destroy", self.serial)
        os.sync()
        self.assertEqual(digest(self.image), before)
        done = self.run_case(*allow, "--force-destroy", self.serial, *ONE_WRITE)
        self.assertIn("DESTROYS, by --force-destroy: ext4 (file system, label 'precious', UUID",
                      done.stderr)
        self.assertEqual(self.result()["cases"][0]["status"], "ok")
        os.sync()
        self.assertNotEqual(digest(self.image), before)

    def test_what_is_mounted_stays_whatever_the_options(self):
        device = self.attach()
        self.mount("-o", "ro", device)
        alias = self.root / "alias"
        alias.symlink_to(device)
        for name in (device, alias):
            self.is_refused("is mounted at", name)

    def test_a_mount_in_another_namespace_is_found(self):
        self.need_tools("unshare", "mount")
        device = self.attach()
        point = self.root / "point"
        point.mkdir()
        with subprocess.Popen(["unshare", "-m", "sh", "-c",
                               f"mount -o ro {device} {point} && echo up && exec sleep 60"],
                              stdout=subprocess.PIPE, text=True) as hidden:
            try:
                if hidden.stdout.readline().strip() != "up":
                    self.skip("no mount namespace here")
                self.is_refused(["is mounted at", "point"], device)
            finally:
                hidden.kill()


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
            self.is_refused("is swap space", device)
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
        self.run_case("--target", device, "--allow-write", self.serial, *ONE_WRITE)
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
