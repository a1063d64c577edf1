"""Limits of the process and its streams: what does not fit is told in words and never lost in silence."""

import os
import resource
import subprocess

import support
from support import ASSAY, ONE_READ, SHORT


class Streams(support.Scratch):
    def to_full_disk(self, *arguments):
        """Standard output goes where every write fails with ENOSPC."""
        with open("/dev/full", "w", encoding="utf-8") as full:
            return self.unstalled(lambda: subprocess.run(
                [ASSAY, *map(str, arguments)], cwd=self.work, stdout=full, stderr=subprocess.PIPE,
                text=True, check=False))

    def test_output_that_is_lost_is_no_success(self):
        for arguments in (["probe"], ["probe", "--json"], ["run", "--dry-run"],
                          ["run", "--out", self.out, *SHORT, *ONE_READ, "--json"]):
            with self.subTest(arguments):
                done = self.to_full_disk(*arguments)
                self.assertEqual(done.returncode, 1)
                self.assertRegex(done.stderr, "write to stdout: ")
        self.assertEqual(self.result()["cases"][0]["status"], "ok")  # the files are whole all the same

    def test_a_reader_that_left_loses_no_files(self):
        reader, writer = os.pipe()
        os.close(reader)
        done = self.unstalled(lambda: subprocess.run(
            [ASSAY, "run", "--out", self.out, *SHORT, *ONE_READ], cwd=self.work, stdout=writer,
            stderr=subprocess.PIPE, text=True, check=False))
        os.close(writer)
        self.assertEqual(done.returncode, 1)
        self.assertIn("write to stdout: Broken pipe", done.stderr)
        self.assertEqual(self.result()["cases"][0]["status"], "ok")
        self.assertTrue((self.out / "report.html").exists())

    def test_no_standard_streams_at_all(self):
        done = self.unstalled(lambda: subprocess.run(
            ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", ASSAY, "run", "--out", self.out, *SHORT,
             *ONE_READ], cwd=self.work, check=False))
        self.assertEqual(done.returncode, 0)
        self.assertEqual(self.result()["cases"][0]["status"], "ok")


class Limits(support.Scratch):
    def test_a_file_size_limit_fails_the_case_in_words(self):
        limit = (4 << 20, 4 << 20)
        self.run_case(*ONE_READ, code=1,
                      preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit))
        case = self.result()["cases"][0]
        self.assertEqual(case["status"], "failed")
        self.assertIn("File too large (ask for less with --size)", case["reason"])
        self.assertEqual(list(self.work.iterdir()), [])


class Directories(support.Scratch):
    def test_an_output_directory_of_somebody_else(self):
        prefix = self.as_nobody()
        self.out.mkdir(mode=0o755)
        done = self.assay("run", "--out", self.out, *SHORT, *ONE_READ, code=2, prefix=prefix)
        self.assertIn("Permission denied); choose another directory", done.stderr)
        self.assertEqual(list(self.out.iterdir()), [])

    def test_a_working_directory_that_was_removed(self):
        gone = self.root / "gone"
        gone.mkdir()
        done = subprocess.run(["sh", "-c", 'rmdir "$PWD" && exec "$@"', "sh", ASSAY, "run",
                               "--dry-run"], cwd=gone, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("working directory", done.stderr)
        self.assertIn("change to another", done.stderr)


if __name__ == "__main__":
    support.main()
