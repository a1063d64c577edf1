"""What a user may get wrong: each answer says what to do, and nothing is left behind."""

import pathlib
import subprocess

import support
from support import ONE_READ, SHORT


class Options(support.Scratch):
    def test_unknown_words(self):
        self.refused(["no such suite", "did you mean 'quick'"], "--suite", "quik")
        self.refused("does the file exist", "--suite", "/nope/suite.toml")
        self.refused(["matches none of the", "--dry-run"], "--only", "nothing/*")
        self.refused("no block device of that class", "--target", "instance-store")
        self.refused(["no such file", "ebs"], "--target", "esb")
        self.assertIn("--durration", self.assay("run", "--durration", "3s", code=2).stderr)
        self.assay("meassure", code=2)
        self.assay(code=2)
        self.assay("report", code=2)

    def test_values_out_of_range(self):
        for value in ("0", "-1", "forever", "1ms", "8000h"):
            self.refused("--duration", "--duration", value)
        for value in ("0", "many", "1k", "-5G"):
            self.refused("--size", f"--size={value}")
        for value in ("-1", "x", "1.5", "9007199254740992", "99999999999999999999"):
            self.refused("--seed", f"--seed={value}")
        self.refused(["more than 20 %", "at most"], "--size", "1000TiB")

    def test_out_that_cannot_be_made(self):
        (self.root / "file").write_text("x")
        done = self.assay("run", *SHORT, "--out", self.root / "file" / "sub", code=2)
        self.assertIn("choose another directory", done.stderr)


class Suites(support.Scratch):
    def suite(self, text, words):
        path = self.root / "bad.toml"
        path.write_text(text)
        done = self.refused(words, "--suite", path)
        self.assertIn("bad.toml", done.stderr)

    def test_each_mistake_is_named_with_its_place(self):
        head = 'name = "x"\nduration = "1s"\n'
        row = head + '[[storage]]\nworkload = "random-read"\n'
        self.suite("name = \"x\nduration = 3\n", "bad.toml:1:10:")
        self.suite(head + "[[storage]\n", "bad.toml:3:11:")
        self.suite(head + "durtaion = 1\n", ["bad.toml:3:1", "did you mean 'duration'"])
        self.suite(row + 'block_sise = "4k"\n', ["bad.toml:5:1", "did you mean 'block_size'"])
        self.suite(head + '[[storage]]\nworkload = "random-raed"\nblock_size = "4k"\n'
                          "queue_depth = 1\n", "did you mean 'random-read'")
        self.suite(row + 'block_size = "4k"\nqueue_depth = 0\n', "from 1 to 4096")
        self.suite(row + 'block_size = "4k"\nqueue_depth = "deep"\n', "whole number")
        self.suite(row + "block_size = 1000\nqueue_depth = 1\n", "multiple of 4k")
        self.suite(row + "block_size = true\nqueue_depth = 1\n", "text in quotes")
        self.suite(head, "no cases")
        self.suite("\x00\x01\x02", "bad.toml:1:")


class Places(support.Scratch):
    def test_memory_is_not_storage(self):
        shared = pathlib.Path("/dev/shm")
        kind = subprocess.run(["stat", "-f", "-c", "%T", shared], capture_output=True, text=True,
                              check=False).stdout.strip()
        if kind != "tmpfs":
            self.skip("/dev/shm is no tmpfs here")
        self.refused(["in memory (tmpfs)", "--target"], "--target", shared)

    def test_a_working_directory_in_memory_skips_storage_and_says_so(self):
        done = self.assay("run", "--out", self.out, "--only", "storage/*/4k/qd1", code=1,
                          cwd="/dev/shm")
        self.assertIn("in memory", done.stderr)
        self.assertEqual({c["status"] for c in self.result()["cases"]}, {"skipped"})

    def test_overlay_says_whether_it_has_direct_io(self):
        self.need_root()
        for name in ("lower", "upper", "tmp"):
            (self.root / name).mkdir()
        options = f"lowerdir={self.root}/lower,upperdir={self.root}/upper,workdir={self.root}/tmp"
        point = self.mount("-t", "overlay", "overlay", "-o", options)
        done = self.unstalled(lambda: subprocess.run(
            [support.ASSAY, "run", "--out", self.out, "--target", point, *SHORT, *ONE_READ],
            cwd=self.work, capture_output=True, text=True, check=False))
        if done.returncode == 2:
            self.assertIn("no direct I/O (overlay", done.stderr)
        else:
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("overlay", self.result()["plan"]["targets"][0]["label"])
        self.assertEqual(list(point.iterdir()), [])

    def test_a_directory_without_write_permission(self):
        prefix = self.as_nobody()
        closed = self.root / "closed"
        closed.mkdir(mode=0o755)
        done = self.assay("run", "--out", self.out, "--target", closed, code=2, prefix=prefix)
        self.assertIn("not writable", done.stderr)
        self.assertIn("run as root", done.stderr)

    def test_another_user_measures_a_directory_of_its_own(self):
        prefix = self.as_nobody()
        self.run_case(*ONE_READ, prefix=prefix)
        self.assay("probe", prefix=prefix)
        self.assertEqual(list(self.work.iterdir()), [])

    def test_a_low_memlock_limit_goes_on_unregistered(self):
        self.need_tools("prlimit")
        prefix = ["prlimit", "--memlock=65536:65536", *self.as_nobody()]
        self.assay("run", "--out", self.out, "--duration", "1s", "--size", "64MiB", "--only",
                   "*/sequential-read/1m/*", prefix=prefix)
        case = self.result()["cases"][0]
        self.assertEqual(case["status"], "ok")
        method = {entry["name"]: entry["text"] for entry in case["method"]}
        self.assertIn("RLIMIT_MEMLOCK is too low", method["registered buffers"])

    def test_a_read_only_file_system(self):
        device, _ = self.loop_device(64 << 20, "ext4")
        point = self.mount("-o", "ro", device)
        self.refused(["not writable", "read-only"], "--target", point)

    def test_a_file_system_with_no_space(self):
        device, _ = self.loop_device(64 << 20, "ext4")
        point = self.mount(device)
        self.refused(["free some space", "20 %"], "--target", point)
        (point / "out").mkdir()
        for size in (1 << 20, 1 << 12):
            with open(point / f"filler-{size}", "wb", buffering=0) as file:
                try:
                    while file.write(bytes(size)) == size:
                        pass
                except OSError:
                    pass
        self.refused("free", "--target", point)
        # A full disk for the output: words and a code, no crash.
        done = self.assay("run", "--out", point / "out", *SHORT, *ONE_READ, code=1)
        self.assertIn("No space left", done.stderr)

    def test_io_uring_switched_off(self):
        switch = pathlib.Path("/proc/sys/kernel/io_uring_disabled")
        self.need_root()
        if not switch.exists():
            self.skip("this kernel has no kernel.io_uring_disabled")
        before = switch.read_text()
        try:
            switch.write_text("2")
        except OSError as error:
            self.skip(f"kernel.io_uring_disabled cannot be set: {error}")
        try:
            self.run_case(*ONE_READ, code=1)
            suite = self.root / "baseline.toml"
            suite.write_text('name = "baseline"\nduration = "1s"\n[[storage]]\nworkload = '
                             '"random-read"\nblock_size = "4k"\nqueue_depth = 1\n'
                             'engine = "pread"\n')
            self.assay("run", "--suite", suite, "--size", "16MiB", "--out", self.root / "second")
        finally:
            switch.write_text(before)
        case = self.result()["cases"][0]
        self.assertEqual(case["status"], "skipped")
        self.assertIn("io_uring_disabled", case["reason"])


if __name__ == "__main__":
    support.main()
