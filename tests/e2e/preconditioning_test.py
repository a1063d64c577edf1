"""What brings a target into the state to be measured: when it runs, and what is told of it."""

import json

import support
from loops import MIB, Loops

SUITE = """name = "prepared"
warm_up = "0.1s"
duration = "{duration}"
[[storage]]
workload = "random-write"
block_size = "4k"
queue_depth = 8
precondition = true
[[storage]]
workload = "random-read"
block_size = "4k"
queue_depth = [1, 2, 4, 8, 16, 32]
"""


class Prepared(support.Scratch):
    def setUp(self):
        super().setUp()
        self.suite = self.root / "prepared.toml"
        self.suite.write_text(SUITE.format(duration="0.5s"))

    def write_longer_suite(self):
        """For a run that is met in its middle, also by a test that stood still for a while."""
        self.suite.write_text(SUITE.format(duration="2s"))

    def journaled(self):
        """What the journal holds, in its order: "fill", and the workload of each case."""
        lines = [json.loads(line) for line in
                 (self.out / "journal.ndjson").read_text().splitlines()[1:]]
        return [line["case"]["id"].split("/", 2)[2] if "case" in line else "fill" for line in lines]


class Files(Prepared):
    def test_what_only_leaves_out_is_not_told_and_not_compared_with_what_was_prepared(self):
        prepared = self.root / "prepared"
        self.assay("run", "--suite", self.suite, "--size", "16MiB", "--out", prepared)
        self.assay("run", "--suite", self.suite, "--size", "16MiB", "--out", self.out, "--only",
                   "storage/*/random-read/*")
        keys = [self.result(directory)["comparability"] for directory in (prepared, self.out)]
        self.assertEqual([key["preconditioning"] for key in keys],
                         ["sequential fill, then random-write", "sequential fill"])
        self.assertEqual(keys[0]["suite_sha256"], keys[1]["suite_sha256"])
        done = self.assay("compare", "--by", "directory", prepared, self.out, code=2)
        self.assertIn("preconditioning", done.stderr)

    def test_a_new_test_file_is_preconditioned_before_the_cases_that_are_left(self):
        self.write_longer_suite()
        self.stopped("run", "--suite", self.suite, "--size", "16MiB", "--out", self.out, cases=2)
        first = {case["id"]: case for case in self.result()["cases"]}
        # The preconditioning, and one more.
        self.stopped("run", "--resume", self.out, cases=len(first) + 2)
        self.assay("run", "--resume", self.out)
        before_reads = [entry for entry in self.journaled() if not entry.startswith("random-read")]
        self.assertEqual(before_reads, ["fill", "random-write/4k/qd8"] * 3)
        reads = [entry for entry in self.journaled() if entry.startswith("random-read")]
        self.assertEqual(reads, [f"random-read/4k/qd{depth}" for depth in (1, 2, 4, 8, 16, 32)])
        result = self.result()
        self.assertEqual([case["id"] for case in result["cases"]],
                         [case["id"] for case in result["plan"]["cases"]])
        write, *rest = result["cases"]
        self.assertGreater(write["start_s"], first[write["id"]]["start_s"])
        self.assertGreater(write["start_s"], rest[1]["start_s"])
        self.assertLess(write["start_s"], rest[-1]["start_s"])
        self.assertEqual(rest[0]["start_s"], first[rest[0]["id"]]["start_s"])

    def test_what_is_finished_is_not_preconditioned_again(self):
        self.assay("run", "--suite", self.suite, "--size", "16MiB", "--out", self.out)
        before = self.result()
        (self.out / "result.json").unlink()
        self.assay("run", "--resume", self.out)
        self.assertEqual(self.journaled().count("fill"), 1)
        self.assertEqual(self.result()["cases"], before["cases"])


class Devices(Prepared, Loops):
    def test_a_device_is_preconditioned_again_only_when_it_was_emptied(self):
        device = self.attach()
        self.write_longer_suite()
        for emptied in (False, True):
            with self.subTest(emptied=emptied):
                self.out = self.root / f"out-{emptied}"
                self.clear_start()
                self.stopped("run", "--suite", self.suite, "--size", "16MiB", "--out", self.out,
                             "--target", device, "--allow-write", self.serial, cases=2)
                if emptied:
                    with open(device, "r+b") as file:
                        file.write(bytes(16 * MIB))
                self.assay("run", "--resume", self.out)
                prepared = [entry for entry in self.journaled() if "random-read" not in entry]
                self.assertEqual(prepared, ["fill", "random-write/4k/qd8"] * (1 + emptied))
                self.assertEqual({c["status"] for c in self.result()["cases"]}, {"ok"})


if __name__ == "__main__":
    support.main()
