#!/usr/bin/env python3
"""Host memory by assay, by likwid-bench and by STREAM, in one run.

usage: against_memory.py ASSAY [--rounds N] [--seconds S] [--stream FILE]

read, copy and triad with one thread and with all, by turns; which tool begins changes from round to
round. In the first round likwid-bench runs each of its kernels that this CPU has (plain and
non-temporal stores), then only the two that were fastest, and the best of a round counts; it gets
huge pages too, by glibc's tunable. STREAM is a binary built by you with
arrays large enough (--stream, or stream_c.exe in the path); it says the best of its passes, assay
the median of its samples. Bytes are counted as STREAM counts: read and written by the kernel.
Nothing is asserted: the table is the result. Exit code 0, 1 when a run failed, or 77 when there is
nothing to compare with.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

from comparison import command, describe

SET_BYTES = 768_000_000  # all arrays together, as likwid-bench counts it too
SUITE = """name = "against-memory"
warm_up = "0.3s"
duration = "{seconds}s"

[[memory]]
workload = ["read", "copy", "triad"]
threads = [1, "all"]
working_set = {bytes}
"""
LIKWID = {"read": ("load", "load_sse", "load_avx", "load_avx512"),
          "copy": ("copy_sse", "copy_avx", "copy_avx512", "copy_mem_sse", "copy_mem_avx",
                   "copy_mem_avx512"),
          "triad": ("stream_avx", "stream_avx_fma", "stream_avx512_fma", "stream_mem_sse_fma",
                    "stream_mem_avx_fma", "stream_mem_avx512")}
STREAM_NAMES = {"Copy": "copy", "Triad": "triad"}


def with_assay(assay, suite, directory):
    out = tempfile.mkdtemp(dir=directory) + "/run"
    document = json.loads(command([assay, "run", "--suite", suite, "--json", "--out", out], directory))
    values = {}
    for case in document["cases"]:
        words = case["id"].split("/")
        if case["status"] != "ok":
            sys.exit(f"{case['id']}: {case['reason']}")
        threads = 1 if words[3] == "1-thread" else os.cpu_count()
        values[words[2], threads] = case["metrics"][0]["value"]
    return values


def likwid_kernels(likwid):
    """Those that this likwid has; of instruction sets that the CPU lacks it would crash."""
    known = set(re.findall(r"^(\S+) - ", command([likwid, "-a"], "."), re.M))
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
        flags = set(re.search(r"^flags\s*:(.*)$", file.read(), re.M)[1].split())
    lacking = [word for word, flag in (("avx512", "avx512f"), ("fma", "fma"), ("avx", "avx"))
               if flag not in flags]
    return {operation: [kernel for kernel in kernels
                        if kernel in known and not any(word in kernel for word in lacking)]
            for operation, kernels in LIKWID.items()}


def with_likwid(likwid, kernels, threads):
    """(bytes a second, name) of each of the kernels that ran, the fastest first."""
    measured = []
    environment = {**os.environ, "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
    for kernel in kernels:
        done = subprocess.run([likwid, "-t", kernel, "-W", f"N:{SET_BYTES // 1000}kB:{threads}", "-s", "1"],
                              capture_output=True, text=True, check=False, env=environment)
        told = re.search(r"^MByte/s:\s+([\d.]+)", done.stdout, re.M)
        if told:
            measured.append((float(told[1]) * 1e6, kernel))
    if not measured:
        sys.exit(f"likwid-bench measured none of {', '.join(kernels)}")
    return sorted(measured, reverse=True)


def with_stream(stream, threads):
    done = subprocess.run([stream], capture_output=True, text=True, check=True,
                          env={**os.environ, "OMP_NUM_THREADS": str(threads)})
    return {STREAM_NAMES[name]: float(value) * 1e6
            for name, value in re.findall(r"^(Copy|Triad):\s+([\d.]+)", done.stdout, re.M)}


def measure_round(arguments, tools, number, kernels):
    """By (tool, operation, threads). `kernels` of likwid-bench by (operation, threads): those of the
    first round are replaced by the two fastest."""
    values = {}
    turns = [("assay", None)] + tools
    for name, tool in turns[number % len(turns):] + turns[:number % len(turns)]:
        if name == "assay":
            for key, value in with_assay(arguments.assay, arguments.suite, arguments.work).items():
                values["assay", *key] = value
            continue
        for threads in sorted({1, os.cpu_count()}):
            if name == "STREAM":
                for operation, value in with_stream(tool, threads).items():
                    values[name, operation, threads] = value
                continue
            for operation in LIKWID:
                measured = with_likwid(tool, kernels[operation, threads], threads)
                kernels[operation, threads] = [kernel for _, kernel in measured[:2]]
                values[name, operation, threads] = measured[0][0]
                print(f"  likwid-bench {operation}, {threads} threads: {measured[0][1]}",
                      file=sys.stderr)
    return values


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("assay")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--stream", default=shutil.which("stream_c.exe"))
    arguments = parser.parse_args()
    arguments.assay = os.path.abspath(arguments.assay)
    tools = [(name, tool) for name, tool in (("likwid-bench", shutil.which("likwid-bench")),
                                             ("STREAM", arguments.stream)) if tool]
    if not tools:
        print("neither likwid-bench (package likwid) nor a STREAM binary is here: nothing to "
              "compare with")
        return 77
    with tempfile.TemporaryDirectory() as arguments.work:
        arguments.suite = os.path.join(arguments.work, "suite.toml")
        with open(arguments.suite, "w", encoding="utf-8") as file:
            file.write(SUITE.format(seconds=arguments.seconds, bytes=SET_BYTES))
        known = likwid_kernels(tools[0][1]) if tools[0][0] == "likwid-bench" else {}
        kernels = {(operation, threads): names for operation, names in known.items()
                   for threads in (1, os.cpu_count())}
        rounds = [measure_round(arguments, tools, number, kernels)
                  for number in range(arguments.rounds)]
    print("GB/s: median, then min .. max; ratios by round, target of the best other: at least 1.00")
    for operation, threads in [(o, t) for o in LIKWID for t in sorted({1, os.cpu_count()})]:
        print(f"{operation}, {threads} thread{'' if threads == 1 else 's'}")
        names = [name for name, _ in [("assay", None)] + tools if (name, operation, threads) in rounds[0]]
        for name in names:
            print(f"  {name:22}{describe([r[name, operation, threads] / 1e9 for r in rounds], 2)}")
        ratios = [r["assay", operation, threads] / max(r[name, operation, threads] for name in names[1:])
                  for r in rounds]
        print(f"  {'assay / best other':22}{describe(ratios, 3)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
