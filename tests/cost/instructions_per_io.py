#!/usr/bin/env python3
"""User instructions per I/O of the measuring loop with every latency recorded, by callgrind.

usage: instructions_per_io.py HOT_LOOP

Asserts at most 90 at 16 completions or more a system call (depth 128) and 200 at one (depth 1). What
is spent once a case (clearing histograms) is taken out by measuring two lengths.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

LIMITS = {128: 90, 1: 200}  # by queue depth
BATCHES = {128: 16, 1: 0}  # completions a system call, at least


def counts(hot_loop, depth, milliseconds, directory):
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", f"--callgrind-out-file={directory}/out",
         "--toggle-collect=*run_closed_loop*", hot_loop, str(depth), str(milliseconds)],
        cwd=directory, capture_output=True, text=True, check=False)
    if done.returncode == 77:
        print("skipped: the time-stamp counter of this CPU is not invariant")
        sys.exit(77)
    told = re.search(r"ops (\d+) system_calls (\d+)", done.stdout)
    collected = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not told or not collected:
        if "io_uring cannot be set up" in done.stderr:
            print("skipped: no io_uring here (or not under valgrind)")
            sys.exit(77)
        sys.exit(f"valgrind failed:\n{done.stdout}{done.stderr}")
    return int(collected[1]), int(told[1]), int(told[2])


def costs_of(hot_loop, depth, directory):
    """(instructions per I/O, completions per system call)"""
    short, few, _ = counts(hot_loop, depth, 200, directory)
    long, many, calls = counts(hot_loop, depth, 1500, directory)
    return (long - short) / (many - few), many / calls


def main():
    if shutil.which("valgrind") is None:
        print("skipped: valgrind is not installed")
        sys.exit(77)
    failed = False
    with tempfile.TemporaryDirectory(dir=os.getcwd()) as directory:
        for depth, limit in LIMITS.items():
            count, batch = costs_of(sys.argv[1], depth, directory)
            print(f"depth {depth:3}: {count:6.1f} instructions per I/O, at most {limit}; "
                  f"{batch:.1f} completions a system call, at least {BATCHES[depth]}")
            failed = failed or count > limit or batch < BATCHES[depth]
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
