#!/usr/bin/env python3
"""Measures the same file with assay and with fio, by turns, and prints the ratios.

usage: against_fio.py ASSAY [--rounds N] [--seconds S] [--directory DIR] [--depths 1,32]

fio writes the file first (incompressible data); both then read it at random, 4 KiB, O_DIRECT,
io_uring. In each round assay and fio take turns, and which one begins changes from round to round,
so that a drift of the machine hits both. fio's `lat` (from before submission) is what assay's
latency is compared with: its `clat` starts after the submission. Nothing is asserted: the table is
the result. Exit code 0, or 2 when fio is missing or a run failed.
"""

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile

from comparison import command, describe

FILE_BYTES = 1 << 30
WARM_UP_S = 0.3  # assay's quick suite has the same


def fill(path, directory):
    command(["fio", "--name=fill", f"--filename={path}", f"--size={FILE_BYTES}", "--rw=write",
             "--bs=1m", "--direct=1", "--ioengine=psync", "--refill_buffers=1", "--end_fsync=1"],
            directory)


def with_assay(assay, path, depth, seconds, directory):
    text = command([assay, "run", "--target", path, "--assume-written", "--json",
                    "--duration", f"{seconds}s", "--only", f"*/random-read/4k/qd{depth}",
                    "--out", tempfile.mkdtemp(dir=directory) + "/run"], directory)
    metrics = {m["name"]: m["value"] for m in json.loads(text)["cases"][0]["metrics"]}
    return metrics["iops"], metrics["latency/p50"]


def with_fio(path, depth, seconds, directory):
    text = command(["fio", "--name=read", f"--filename={path}", "--rw=randread", "--bs=4k",
                    "--direct=1", "--ioengine=io_uring", f"--iodepth={depth}", "--norandommap",
                    "--randrepeat=0", "--time_based", f"--runtime={seconds}",
                    f"--ramp_time={WARM_UP_S}", "--lat_percentiles=1", "--clat_percentiles=0",
                    "--percentile_list=50", "--output-format=json"], directory)
    read = json.loads(text[text.index("{"):])["jobs"][0]["read"]
    return read["iops"], read["lat_ns"]["percentile"]["50.000000"]


def print_table(depth, by_tool):
    for index, (metric, unit) in enumerate([("IOPS", "1/s"), ("latency p50", "ns")]):
        assay, fio = ([round_[index] for round_ in by_tool[tool]] for tool in ("assay", "fio"))
        ratios = [a / f for a, f in zip(assay, fio)]
        print(f"random read 4 KiB, depth {depth:3}, {metric} ({unit})")
        print(f"  assay  {describe(assay, 0)}")
        print(f"  fio    {describe(fio, 0)}")
        print(f"  assay / fio: median over median "
              f"{statistics.median(assay) / statistics.median(fio):.3f}; by round "
              f"{', '.join(f'{ratio:.3f}' for ratio in ratios)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("assay")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--directory", default=".", help="on the disk to measure")
    parser.add_argument("--depths", default="1,32")
    arguments = parser.parse_args()
    if shutil.which("fio") is None:
        sys.exit("fio is not installed: apt-get install fio")
    assay = os.path.abspath(arguments.assay)
    with tempfile.TemporaryDirectory(dir=arguments.directory, prefix="against-fio-") as scratch:
        scratch = os.path.abspath(scratch)
        path = os.path.join(scratch, "data")
        fill(path, scratch)
        print(f"{command(['fio', '--version'], scratch).strip()}; median, then min .. max of "
              f"{arguments.rounds} interleaved rounds of {arguments.seconds} s")
        for depth in (int(word) for word in arguments.depths.split(",")):
            by_tool = {"assay": [], "fio": []}
            for number in range(arguments.rounds):
                order = ["assay", "fio"] if number % 2 == 0 else ["fio", "assay"]
                for tool in order:
                    measured = (with_assay(assay, path, depth, arguments.seconds, scratch)
                                if tool == "assay"
                                else with_fio(path, depth, arguments.seconds, scratch))
                    by_tool[tool].append(measured)
            print_table(depth, by_tool)


if __name__ == "__main__":
    main()
