"""Loop devices on files of their own, and what their bytes are, for the tests that overwrite."""

import hashlib
import os
import signal
import stat
import subprocess
import time

import support

MIB = 1 << 20
SIZE = 64 * MIB
ONE_WRITE = ["--only", "storage/*/random-write/4k/qd4"]


def digest(path, start=0, end=None):
    return hashlib.sha256(path.read_bytes()[start:end]).hexdigest()


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

    def is_refused(self, words, device, *options, kept=SIZE):
        """Named, allowed and even forced, the device is refused by each of its names in words, and
        keeps every byte, or the first `kept` of them."""
        os.sync()
        before = digest(self.image, end=kept)
        allow = ["--allow-write", self.serial, *options]
        self.refused(words, "--target", device, *allow)
        self.refused(words, "--target", device, *allow, "--force-destroy", self.serial)
        os.sync()
        self.assertEqual(digest(self.image, end=kept), before)

    def interrupt_after_a_case(self, device, *options):
        """Leaves a journal with a fill and a case at least, and more cases to do."""
        command = [support.ASSAY, "run", "--out", self.out, "--target", device, "--allow-write",
                   self.serial, "--size", "16MiB", "--duration", "1s", "--only",
                   "storage/*/random-read/4k/*", *options]
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

    def make_file_system(self, device, *options):
        """As soon as the kernel lets go of the device, which is after the process has ended."""
        self.need_tools("mkfs.ext4")
        for _ in range(50):
            done = run("mkfs.ext4", "-q", "-F", *options, device)
            if done.returncode == 0:
                os.sync()
                return
            time.sleep(0.1)
        self.skip(f"mkfs.ext4: {done.stderr}")
