#!/usr/bin/env python3
"""runners/slurm on a real Slurm cluster of two nodes on this machine's loopback.

usage: slurm_test.py ASSAY SOURCE_ROOT
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import cluster

ASSAY, ROOT = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).absolute()
MATRIX = ROOT / "runners/slurm/assay-matrix"
WHY_NOT = cluster.missing()
if WHY_NOT:
    print(f"skipped: {WHY_NOT}")
    sys.exit(77)

FOLDER = tempfile.mkdtemp(prefix="assay-slurm-")  # short: a socket's path has a limit
unittest.addModuleCleanup(shutil.rmtree, FOLDER, ignore_errors=True)
SLURM = cluster.Cluster(FOLDER)
unittest.addModuleCleanup(SLURM.close)
SHORT = ["--only", "*/random-read/4k/qd4", "--duration", "0.3s", "--size", "16MiB"]


class Slurm(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="assay-slurm-", dir=os.getcwd()))
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        self.out = self.root / "results"

    def matrix(self, *arguments, code=0, run=SHORT, target=True):
        command = [MATRIX, "--out", self.out, "--assay", ASSAY, "--suite", "quick", *arguments]
        if target:
            command += ["--", "--target", self.root, *run]
        done = subprocess.run([str(part) for part in command], env=SLURM.environment, text=True,
                              cwd=self.root, capture_output=True, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def wait_until(self, words, *arguments, run=SHORT):
        """Until assay-matrix says so."""
        try:
            SLURM.wait_for(lambda: words in self.matrix(*arguments, run=run), words)
        except TimeoutError as error:
            logs = "".join(log.read_text() for log in self.out.glob("*/*.log"))
            self.fail(f"{error}\n{logs}\n{SLURM.run('squeue')}")

    def results(self):
        return {str(path.parent.relative_to(self.out)): json.loads(path.read_text())
                for path in self.out.glob("*/*/result.json")}

    def test_an_array_over_two_partitions(self):
        partitions = ["--partition", "a", "--partition", "b", "--repeats", "2"]
        text = self.matrix(*partitions)
        self.assertIn("partition=a: 0 done, 0 in the queue, 0 partial, 2 missing", text)
        self.assertIn("sbatch --job-name", text)
        self.assertEqual(list(self.out.glob("*/*/result.json")), [])
        self.matrix(*partitions, "--submit")
        # Asked again at once, nothing is submitted twice.
        self.assertNotIn("Submitted", self.matrix(*partitions, "--submit"))
        self.wait_until("all are done", *partitions)
        results = self.results()
        self.assertEqual(sorted(results), ["partition=a/run=01", "partition=a/run=02",
                                           "partition=b/run=01", "partition=b/run=02"])
        for name, result in results.items():
            tags = dict(list(item.values()) for item in result["method"])
            self.assertEqual(tags["tag partition"], name.split("=")[1].split("/")[0])
            self.assertEqual([case["status"] for case in result["cases"]], ["ok"])
        subprocess.run([ASSAY, "verify", *self.out.glob("*/*/result.json")], check=True,
                       capture_output=True)
        page = self.root / "fleet.html"
        subprocess.run([ASSAY, "report", self.out, "-o", page], check=True, capture_output=True)
        self.assertIn("4 runs", " ".join(page.read_text().split()))
        # An element that is submitted by hand although it is done measures nothing.
        before = (self.out / "partition=a/run=01/result.json").read_bytes()
        SLURM.run("sbatch", "--wait", "--partition", "a", "--array", "1", "--output",
                  self.root / "again.log", ROOT / "runners/slurm/assay.sbatch", ASSAY,
                  self.out / "partition=a", "--target", self.root)
        self.assertIn("there is a whole Result", (self.root / "again.log").read_text())
        self.assertEqual((self.out / "partition=a/run=01/result.json").read_bytes(), before)

    def test_a_node_that_is_drained_in_the_middle(self):
        partition = ["--partition", "b", "--repeats", "2"]
        self.addCleanup(SLURM.run, "scontrol", "update", "nodename=n2", "state=resume", check=False)
        self.matrix(*partition, "--submit", run=["--only", "*/random-read/4k/qd4", "--duration",
                                                 "3s", "--size", "16MiB"])
        SLURM.wait_for(lambda: (self.out / "partition=b/run=01/journal.ndjson").exists(),
                       "the first element")
        SLURM.run("scontrol", "update", "nodename=n2", "state=drain", "reason=test")
        # What runs ends well, what waits goes on waiting and is told.
        self.wait_until("1 done, 1 in the queue, 0 partial, 0 missing", *partition)
        SLURM.run("scontrol", "update", "nodename=n2", "state=resume")
        self.wait_until("all are done", *partition)

    def test_preempted_requeued_resumed(self):
        partition = ["--partition", "a", "--repeats", "1"]
        run = ["--only", "*/random-read/4k/qd*", "--duration", "2s", "--size", "16MiB"]
        self.matrix(*partition, "--submit", run=run)
        journal = self.out / "partition=a/run=01/journal.ndjson"
        SLURM.wait_for(lambda: journal.exists() and '{"case":' in journal.read_text(), "a case")
        SLURM.run("sbatch", "--partition", "urgent", "--nodelist", "n1", "--exclusive", "--output",
                  self.root / "urgent.log", "--wrap", "sleep 1")
        SLURM.wait_for(lambda: self.results(), "a partial Result")
        [partial] = self.results().values()
        self.assertIn("stopped by SIGTERM", partial["partial"])
        done = [case["id"] for case in partial["cases"]]
        self.assertGreater(len(done), 0)
        # Slurm lets a requeued job wait for two minutes; the test does not.
        SLURM.wait_for(lambda: "PENDING" in SLURM.run("squeue", "-h", "-p", "a", "-o", "%T"),
                       "the job in the queue again")
        [job] = SLURM.run("squeue", "-h", "-p", "a", "-o", "%A").split()
        SLURM.run("scontrol", "update", f"jobid={job}", "StartTime=now")
        self.wait_until("all are done", *partition, run=run)
        [whole] = self.results().values()
        self.assertEqual(whole["partial"], "")
        self.assertEqual(whole["provenance"]["resumed"], 1)
        self.assertEqual([case["id"] for case in whole["cases"]][:len(done)], done)

    def test_what_cannot_be_gone_on_with_is_kept_beside(self):
        partition = ["--partition", "a", "--repeats", "1"]
        folder = self.out / "partition=a/run=01"
        folder.mkdir(parents=True)
        (folder / "journal.ndjson").write_text('{"not": "a run"}\n')
        self.assertIn("1 partial", self.matrix(*partition))
        self.matrix(*partition, "--submit")
        self.wait_until("all are done", *partition)
        [kept] = self.out.glob("partition=a/run=01.of-*")
        self.assertEqual((kept / "journal.ndjson").read_text(), '{"not": "a run"}\n')

    def test_nodes_with_a_feature(self):
        rows = ["--constraint", "blue", "--partition", "b", "--repeats", "1"]
        self.matrix(*rows, "--submit")
        self.wait_until("all are done", *rows)
        self.assertEqual(list(self.results()), ["constraint=blue/run=01"])

    def test_usage(self):
        for arguments, words in (([], "--partition or --constraint"),
                                 (["--partition"], "needs a value"),
                                 (["--partition", "a", "--repeats", "0"], "1 to 999"),
                                 (["--partition", "a", "--minutes", "x"], "a number"),
                                 (["--partition", "a", "--assay", "/nowhere"], "not found"),
                                 (["--party"], "no '--party'"),
                                 (["--partition", "a"], "say what of a node")):
            with self.subTest(words):
                self.assertIn(words, self.matrix(*arguments, code=2, target=words[:3] != "say"))
        self.assertIn("usage:", self.matrix("--help"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=2)
