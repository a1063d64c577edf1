"""Runs that are stopped or killed in the middle, and taken up again."""

import json
import os
import signal
import subprocess
import time

import support
from support import ASSAY

CASES = ["--duration", "0.4s", "--size", "16MiB", "--only", "storage/*/random-*/4k/*"]  # 13 of them


class Interrupted(support.Scratch):
    def start(self):
        return subprocess.Popen([ASSAY, "run", "--out", self.out, *CASES], cwd=self.work,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def finished(self):
        """Ids of the cases in the journal, whole lines only."""
        path = self.out / "journal.ndjson"
        lines = path.read_text().split("\n")[:-1] if path.exists() else []
        entries = [json.loads(line) for line in lines[1:]]
        return [entry["case"]["id"] for entry in entries if "case" in entry]

    def wait_for_cases(self, process, count):
        deadline = time.monotonic() + 60
        while len(self.finished()) < count:
            self.assertIsNone(process.poll(), "ended too early")
            self.assertLess(time.monotonic(), deadline)
            self.assertEqual(list(self.work.iterdir()), [], "the test file has a name")
            time.sleep(0.02)

    def interrupt(self, number):
        with self.start() as process:
            self.wait_for_cases(process, 3)
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
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number.name):
                code, stdout, _ = self.interrupt(number)
                self.assertEqual(code, 4)
                self.assertIn(f"--resume {self.out}", stdout)
                result = self.result()
                self.assertIn(number.name, result["partial"])
                self.assertEqual([case["id"] for case in result["cases"]], self.finished())
                self.resume()
                for path in self.out.iterdir():
                    path.unlink()

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
        path.write_text("garbage\n")
        self.assertNotEqual(os.waitstatus_to_exitcode(
            os.system(f"{ASSAY} run --resume {self.out} >/dev/null 2>&1")), 0)


if __name__ == "__main__":
    support.main()
