#!/usr/bin/env python3
"""How long `assay report` takes over 100 and over 10,000 Results, and how much memory.

usage: fleet_speed.py ASSAY MAKE_FLEET

Writes a synthetic fleet next to where it is called (1.4 GB, removed afterwards), reads it once so
that every run finds it in the page cache, and prints seconds, CPU time and peak memory of each format.
"""

import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time

GOALS_S = {100: 0.5, 10000: 10}


def timed(command):
    """Wall and CPU seconds and peak KiB of a command. The peak of children only ever rises, so each
    has a parent of its own."""
    read_end, write_end = os.pipe()
    if (child := os.fork()) == 0:
        start = time.monotonic()
        done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
        seconds = time.monotonic() - start
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = used.ru_utime + used.ru_stime
        os.write(write_end, f"{seconds} {cpu} {used.ru_maxrss} {done.returncode}".encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(write_end)
    seconds, cpu, peak, code = os.read(read_end, 200).decode().split()
    os.close(read_end)
    if code != "0":
        sys.exit(f"{' '.join(map(str, command))} ended with {code}")
    return float(seconds), float(cpu), int(peak)


def files_of(fleet, count):
    found = sorted(fleet.glob("*/*/result.json"), key=lambda path: (path.parent.name, path))
    return found[:count]


def subset(root, files):
    for path in files:
        place = root / path.parent.parent.name / path.parent.name
        place.mkdir(parents=True)
        os.link(path, place / path.name)
    return root


def main():
    assay, make_fleet = sys.argv[1:3]
    root = pathlib.Path(tempfile.mkdtemp(prefix="fleet-speed-", dir=os.getcwd()))
    try:
        subprocess.run([make_fleet, root / "all", "556"], check=True)  # of 18 types: 10,008
        for count, goal_s in GOALS_S.items():
            files = files_of(root / "all", count)
            fleet = subset(root / str(count), files)
            size = sum(len(path.read_bytes()) for path in files)
            print(f"{count} Results, {size / 1e6:.0f} MB of JSON; goal {goal_s} s, 1 GiB")
            for suffix in ["csv", "html", "md", "ndjson"]:
                output = root / f"out.{suffix}"
                seconds, cpu, peak = timed([assay, "report", fleet, "-o", output])
                print(f"  .{suffix:7} {seconds:6.2f} s ({cpu:5.2f} s of CPU) {peak / 1024:7.0f} MiB at most, "
                      f"{output.stat().st_size / 1e6:.1f} MB written")
    finally:
        shutil.rmtree(root)


main()
