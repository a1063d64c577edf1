#!/usr/bin/env python3
"""What one cached I/O costs the machine with assay, with fio and with fio's t/io_uring.

usage: page_cache_cost.py ASSAY [--tools DIR] [--rounds N] [--seconds S] [--directory DIR]

All read the same 16 MiB file in the page cache at random, 4 KiB, by turns; which one begins changes
from round to round. Cost is CPU time of the whole process, kernel threads of its rings included:
assay's is its metric cpu/per-io; fio's is that of all its processes by getrusage, less that of a run
with one I/O (start and end); t/io_uring's is read from /proc whenever it prints what it did in the
last second. Ratios are taken by round. Nothing is asserted: the table is the result. fio and
t/io_uring are built from the distribution's source package. Exit code 0, 1 when a run failed, or 77
when they cannot be had.
"""

import argparse
import glob
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time

from comparison import command, describe
from fio_tools import Unavailable, build

FILE_BYTES = 16 << 20
SUITE = """name = "page-cache"
warm_up = "0.3s"
duration = "{seconds}s"

[[storage]]
workload = "random-read"
block_size = "4k"
queue_depth = 128
direct = false
"""
FIO_DEFAULT = ["--iodepth=32"]
# Latency is recorded once an I/O; everything else that costs is off.
FIO_BEST = ["--iodepth=128", "--iodepth_batch_submit=32", "--iodepth_batch_complete_min=32",
            "--fixedbufs=1", "--registerfiles=1", "--norandommap", "--nonvectored=1",
            "--disable_slat=1", "--disable_clat=1"]
# By name: the tools compared with, the quantity, and the target.
TARGETS = [("fio, best with latency", "cost", "at most", 0.70),
           ("fio, default", "cost", "at most", 0.36),
           ("t/io_uring", "cost", "at most", 1.00),
           ("t/io_uring", "iops", "at least", 1.00)]


class Comparison:
    """Owns the paths; each method measures once: CPU ns per I/O and I/Os a second."""

    def __init__(self, assay, fio, t_io_uring, seconds, directory):
        self.assay, self.fio, self.t_io_uring = assay, fio, t_io_uring
        self.seconds = seconds
        self.directory = directory
        self.path = os.path.join(directory, "data")
        self.suite = os.path.join(directory, "suite.toml")
        with open(self.path, "wb") as file:
            file.write(os.urandom(FILE_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with open(self.suite, "w", encoding="utf-8") as file:
            file.write(SUITE.format(seconds=seconds))

    def with_assay(self):
        text = command([self.assay, "run", "--target", self.path, "--assume-written", "--json",
                        "--suite", self.suite, "--out",
                        tempfile.mkdtemp(dir=self.directory) + "/run"], self.directory)
        metrics = {m["name"]: m["value"] for m in json.loads(text)["cases"][0]["metrics"]}
        return metrics["cpu/per-io"], metrics["iops"]

    def fio_run(self, options):
        """CPU ns of all processes, and what fio says of the reads."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        text = command([self.fio, "--name=read", f"--filename={self.path}", "--rw=randread",
                        "--bs=4k", "--direct=0", "--invalidate=0", "--ioengine=io_uring",
                        "--randrepeat=0", "--output-format=json"] + options, self.directory)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return cpu_s * 1e9, json.loads(text[text.index("{"):])["jobs"][0]["read"]

    def with_fio(self, options):
        start_ns, _ = self.fio_run(options + ["--io_size=4k"])
        cpu_ns, read = self.fio_run(options + ["--time_based", f"--runtime={self.seconds}"])
        return (cpu_ns - start_ns) / read["total_ios"], read["iops"]

    def with_t_io_uring(self):
        runtime = max(4, round(self.seconds) + 1)  # the first second and the last tell nothing
        arguments = ["stdbuf", "-oL", self.t_io_uring, "-p0", "-O0", "-d128", "-s32", "-c32",
                     "-X1", f"-r{runtime}", self.path]
        marks = []  # CPU ns, time, I/Os since the mark before
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True) as process:
            for line in process.stdout:
                told = re.match(r"IOPS=([\d.]+)([MK]?)", line)
                if not told:
                    continue
                ios = float(told[1]) * {"M": 1e6, "K": 1e3, "": 1}[told[2]]
                cpu_ns = sum(int(open(task, encoding="utf-8").read().split()[0])
                             for task in glob.glob(f"/proc/{process.pid}/task/*/schedstat"))
                marks.append((cpu_ns, time.monotonic(), ios))
        if len(marks) < 2:
            sys.exit(f"{' '.join(arguments)} did not tell its I/Os a second")
        ios = sum(mark[2] for mark in marks[1:])
        return ((marks[-1][0] - marks[0][0]) / ios, ios / (marks[-1][1] - marks[0][1]))


def print_results(by_tool):
    for index, unit in enumerate(["CPU ns per I/O, whole process", "I/Os a second"]):
        print(f"{unit}: median, then min .. max")
        for tool, rounds in by_tool.items():
            print(f"  {tool:24}{describe([round_[index] for round_ in rounds], 0)}")
    print("ratios by round: median, then min .. max")
    for tool, quantity, word, limit in TARGETS:
        index = ["cost", "iops"].index(quantity)
        ratios = [ours[index] / theirs[index]
                  for ours, theirs in zip(by_tool["assay"], by_tool[tool])]
        print(f"  {quantity}, assay / {tool:24}{describe(ratios, 3)}   target: {word} {limit:.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("assay")
    parser.add_argument("--tools", default="fio-source", help="where fio is built and kept")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--directory", default=".", help="on a file system that caches, ext4")
    arguments = parser.parse_args()
    try:
        fio, t_io_uring = build(arguments.tools)
    except Unavailable as reason:
        print(f"skipped: fio and t/io_uring cannot be built here: {reason}")
        sys.exit(77)
    with tempfile.TemporaryDirectory(dir=arguments.directory, prefix="page-cache-") as scratch:
        scratch = os.path.abspath(scratch)
        kind = command(["df", "--output=fstype", scratch], scratch).split()[-1]
        print(f"{command([fio, '--version'], scratch).strip()}; random read 4 KiB, 16 MiB in the "
              f"page cache of {kind}; {arguments.rounds} interleaved rounds of "
              f"{arguments.seconds} s; load average {os.getloadavg()[0]:.1f} on "
              f"{os.cpu_count()} CPUs", flush=True)
        comparison = Comparison(os.path.abspath(arguments.assay), fio, t_io_uring,
                                arguments.seconds, scratch)
        tools = {"assay": comparison.with_assay,
                 "fio, best with latency": lambda: comparison.with_fio(FIO_BEST),
                 "fio, default": lambda: comparison.with_fio(FIO_DEFAULT),
                 "t/io_uring": comparison.with_t_io_uring}
        by_tool = {tool: [] for tool in tools}
        for number in range(arguments.rounds):
            order = list(tools) if number % 2 == 0 else list(reversed(tools))
            for tool in order:
                by_tool[tool].append(tools[tool]())
        print_results(by_tool)
        print(f"load average at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
