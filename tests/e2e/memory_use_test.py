"""The memory of a run does not grow with its target."""

import os

import support

TARGET_BYTES = 10 << 40
LIMIT_BYTES = 64 << 20
# One second suffices: a map of what was read would be touched all over by then, 320 MiB of it.
SUITE = """name = "coverage"
duration = "1s"
device_span = "whole"

[[storage]]
workload = "full-coverage-read"
block_size = "4k"
queue_depth = 128
"""


class MemoryUse(support.Scratch):
    def test_each_block_of_10_tib_once_within_64_mib(self):
        target = self.root / "large"
        try:
            with open(target, "wb") as file:
                os.truncate(file.fileno(), TARGET_BYTES)
        except OSError as error:
            self.skip(f"no sparse file of 10 TiB on this file system: {error.strerror}")
        suite = self.root / "suite.toml"
        suite.write_text(SUITE)
        arguments = [support.ASSAY, "run", "--suite", suite, "--target", target,
                     "--assume-written", "--out", self.out]
        pid = os.posix_spawn(support.ASSAY, list(map(str, arguments)), os.environ)
        _, status, usage = os.wait4(pid, 0)
        self.assertEqual(os.waitstatus_to_exitcode(status), 0)
        case = self.result()["cases"][0]
        self.assertEqual(case["status"], "ok", case["reason"])
        self.assertEqual(self.result()["plan"]["targets"][0]["span_bytes"], TARGET_BYTES)
        # An upper bound: what this process had when it began the other counts, too.
        resident_bytes = usage.ru_maxrss * 1024
        print(f"most resident memory: {resident_bytes >> 20} MiB, for 10 TiB")
        if os.environ.get("ASSAY_SANITIZED") == "1":
            self.skip("sanitizers keep memory of their own: the run is checked, its size is not")
        self.assertLess(resident_bytes, LIMIT_BYTES)


if __name__ == "__main__":
    support.main()
