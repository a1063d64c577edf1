"""Runs that are stopped or killed in the middle, and taken up again."""

import fcntl
import json
import os
import signal
import subprocess
import time

import support
from support import ASSAY

# Eight cases of 1.1 s each: long enough to be met in the middle, and to outlast a stall of the disk.
SUITE = """name = "short"
warm_up = "0.1s"
duration = "1s"
[[storage]]
workload = ["random-read", "random-write"]
block_size = "4k"
queue_depth = [1, 4, 16, 32]
"""


class Interrupted(support.Scratch):
    def setUp(self):
        super().setUp()
        suite = self.root / "short.toml"
        suite.write_text(SUITE)
        self.short = ["--suite", suite, "--size", "16MiB"]

    def start(self, *arguments):
        return subprocess.Popen([ASSAY, "run", "--out", self.out, *(arguments or self.short)],
                                cwd=self.work, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                text=True)

    def finished(self):
        """Ids of the cases in the journal, whole lines only."""
        path = self.out / "journal.ndjson"
        lines = path.read_text().split("\n")[:-1] if path.exists() else []
        entries = [json.loads(line) for line in lines[1:]]
        return [entry["case"]["id"] for entry in entries if "case" in entry]

    def wait_for(self, process, condition):
        deadline = time.monotonic() + 60
        while not condition():
            self.assertIsNone(process.poll(), "ended too early")
            self.assertLess(time.monotonic(), deadline)
            self.assertEqual(list(self.work.iterdir()), [], "the test file has a name")
            time.sleep(0.02)

    def interrupt(self, number):
        with self.start() as process:
            self.wait_for(process, lambda: len(self.finished()) >= 3)
            process.send_signal(number)
            stdout, stderr = process.communicate(timeout=30)
        self.assertEqual(list(self.work.iterdir()), [])
        return process.returncode, stdout, stderr

    def resume(self):
        before = self.finished()
        self.assay("run", "--resume", self.out)
        result = self.result()
        ids = [case["id"] for case in result["cases"]]
        self.assertEqual(ids[:len(before)], before)
        self.assertEqual(sorted(ids), sorted(case["id"] for case in result["plan"]["cases"]))
        self.assertEqual(len(ids), len(set(ids)))
        self.assertEqual(result["provenance"]["resumed"], 1)
        self.assertEqual(result["partial"], "")
        starts = [case["start_s"] for case in result["cases"]]
        self.assertEqual(starts, sorted(starts))

    def test_stop_signals_leave_a_partial_result_that_can_be_resumed(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number.name):
                self.out = self.root / number.name  # what one leaves is no start of the next
                code, stdout, _ = self.interrupt(number)
                self.assertEqual(code, 4)
                self.assertIn(f"--resume {self.out}", stdout)
                result = self.result()
                self.assertIn(number.name, result["partial"])
                self.assertEqual([case["id"] for case in result["cases"]], self.finished())
                self.resume()

    def test_a_stop_in_the_middle_of_memory_cases(self):
        for case in ("copy/all-threads", "latency/1-thread"):
            with self.subTest(case):
                self.out = self.root / case.split("/", maxsplit=1)[0]
                with self.start("--only", f"memory/*/{case}", "--duration", "60s") as process:
                    self.wait_for(process, (self.out / "journal.ndjson").exists)
                    time.sleep(0.5)
                    process.send_signal(signal.SIGTERM)
                    process.communicate(timeout=30)  # far less than the case would take
                self.assertEqual(process.returncode, 4)
                self.assertEqual(self.result()["cases"], [])

    def test_the_space_of_the_test_file_is_free_again(self):
        """On a file system of its own, whether the run is killed or asked to stop."""
        device, _ = self.loop_device(256 << 20, "ext4")
        point = self.mount(device)

        def used():
            space = os.statvfs(point)
            return (space.f_blocks - space.f_bfree) * space.f_frsize

        before = used()
        for number in (signal.SIGKILL, signal.SIGINT):
            with self.subTest(number.name):
                self.out = self.root / number.name
                with self.start("--target", point, "--size", "32MiB", "--duration", "60s", "--only",
                                "*/random-write/4k/qd1") as process:
                    self.wait_for(process, lambda: used() >= before + (32 << 20))
                    self.assertEqual([p.name for p in point.iterdir()], ["lost+found"])
                    process.send_signal(number)
                    process.communicate(timeout=30)
                deadline = time.monotonic() + 120  # ext4 frees blocks in the background
                while used() > before and time.monotonic() < deadline:
                    os.sync()
                    time.sleep(0.05)
                self.assertEqual(used(), before)
                self.assertEqual([p.name for p in point.iterdir()], ["lost+found"])

    def test_a_run_that_goes_on_is_not_taken_up_by_another(self):
        path = self.out / "journal.ndjson"
        with self.start() as process:
            self.wait_for(process, lambda: len(self.finished()) >= 1)
            # By this process, as another assay may take longer to begin than the run to end.
            with open(path, "rb") as file, self.assertRaises(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
        self.assertEqual(process.returncode, 4)
        before = path.read_bytes()
        with open(path, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            done = self.assay("run", "--resume", self.out, code=2)
        self.assertIn("another assay is writing to it", done.stderr)
        self.assertEqual(path.read_bytes(), before)
        self.resume()

    def test_options_that_a_resumed_run_would_ignore_are_refused(self):
        self.interrupt(signal.SIGINT)
        before = (self.out / "journal.ndjson").read_bytes()
        for option in (["--dry-run"], ["--duration", "1s"], ["--target", "."], ["--suite", "quick"],
                       ["--only", "*"], ["--size", "1GiB"], ["--seed", "1"], ["--out", "x"],
                       ["--assume-written"]):
            done = self.assay("run", "--resume", self.out, *option, code=2)
            self.assertIn(option[0], done.stderr)
            self.assertIn("--resume", done.stderr)
        self.assertEqual((self.out / "journal.ndjson").read_bytes(), before)
        self.assertEqual(json.loads(self.assay("run", "--resume", self.out, "--json").stdout),
                         self.result())

    def test_a_kill_loses_at_most_the_running_case(self):
        code, _, stderr = self.interrupt(signal.SIGKILL)
        self.assertEqual(code, -signal.SIGKILL)
        self.assertFalse((self.out / "result.json").exists())
        said = [line for line in stderr.splitlines() if line.startswith("[")]
        self.assertGreaterEqual(len(self.finished()), len(said))
        self.resume()

    def test_a_journal_cut_in_its_last_line_is_resumed(self):
        self.interrupt(signal.SIGKILL)
        path = self.out / "journal.ndjson"
        text = path.read_text()
        path.write_text(text[:-200])
        self.resume()

    def test_a_run_is_not_resumed_on_another_file_system(self):
        self.interrupt(signal.SIGKILL)
        self.need_root()
        done = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", self.work], capture_output=True,
                              text=True, check=False)
        if done.returncode != 0:
            self.skip(f"mount: {done.stderr}")
        self.addCleanup(subprocess.run, ["umount", "-l", self.work], check=False)
        refused = self.assay("run", "--resume", self.out, code=2, cwd=self.root)
        self.assertIn("results must not be mixed", refused.stderr)

    def test_a_finished_run_is_not_resumed(self):
        self.run_case(*support.ONE_READ)
        before = (self.out / "result.json").read_bytes()
        self.assertIn("finished", self.assay("run", "--resume", self.out, code=2).stderr)
        self.assertIn("--resume", self.assay("run", "--out", self.out, code=2).stderr)
        self.assertEqual((self.out / "result.json").read_bytes(), before)

    def test_a_run_whose_result_could_not_be_written_is_finished_from_its_journal(self):
        self.run_case(*support.ONE_READ)
        before = self.result()
        (self.out / "result.json").unlink()
        self.assay("run", "--resume", self.out)
        self.assertEqual(self.result()["cases"], before["cases"])

    def test_resume_needs_a_journal_of_this_machine(self):
        self.assertIn("no journal.ndjson", self.assay("run", "--resume", self.work, code=2).stderr)
        self.interrupt(signal.SIGKILL)
        path = self.out / "journal.ndjson"
        header, rest = path.read_text().split("\n", 1)
        other = json.loads(header)
        other["host"]["memory"]["total_bytes"] += 1
        path.write_text(json.dumps(other) + "\n" + rest)
        self.assertIn("another machine", self.assay("run", "--resume", self.out, code=2).stderr)

    def test_a_damaged_journal_is_told_in_words_and_left_as_it_is(self):
        self.run_case(*support.ONE_READ)
        (self.out / "result.json").unlink()
        path = self.out / "journal.ndjson"
        whole = path.read_bytes()
        for damaged, words in ((b"garbage\n", "journal.ndjson:1: not valid JSON"),
                               (b"", "not the journal of a run"),
                               (whole[:300], "cut off in its first line"),
                               (whole.replace(b'{"case":', b'{"kase":'), "neither a case")):
            with self.subTest(words):
                path.write_bytes(damaged)
                done = self.assay("run", "--resume", self.out, code=2)
                self.assertIn(words, done.stderr)
                self.assertIn("start a new run with another --out", done.stderr)
                self.assertEqual(path.read_bytes(), damaged)

    def test_a_stop_as_soon_as_there_is_a_directory(self):
        """From then on something would be left behind: the answer is a partial Result."""
        for attempt in range(3):
            with self.subTest(attempt):
                self.out = self.root / f"out-{attempt}"
                with self.start(*self.short, "--duration", "30s") as process:
                    while not self.out.exists() and process.poll() is None:
                        pass  # a sleep would miss the time before the journal
                    process.send_signal(signal.SIGINT)
                    process.communicate(timeout=30)
                self.assertEqual(process.returncode, 4)
                self.assertEqual(self.result()["cases"], [])
                self.assertEqual(list(self.work.iterdir()), [])

    def test_a_stop_while_the_test_file_is_written(self):
        """Before any case: a partial Result without cases, which every report can show."""
        with self.start("--size", "128MiB", "--duration", "5s", *support.ONE_READ) as process:
            self.wait_for(process, (self.out / "journal.ndjson").exists)
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)
        self.assertEqual(process.returncode, 4)
        self.assertEqual(self.result()["cases"], [])
        self.assertEqual(list(self.work.iterdir()), [])
        for suffix in ("html", "md", "csv"):
            report = self.root / f"partial.{suffix}"
            self.assay("report", self.out / "result.json", "-o", report)
            if suffix != "csv":
                self.assertIn("SIGINT", report.read_text())
        self.resume()


if __name__ == "__main__":
    support.main()
