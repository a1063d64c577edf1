#!/usr/bin/env python3
"""Measures a fleet of EC2 instances: one matrix file, many instances, one report.

  launch.py matrix.toml            print the plan: what it costs, what it can show; starts nothing
  launch.py matrix.toml --start    the same, then start it and stay until every Result is in
  launch.py --type i4i.xlarge --region us-east-1 --bucket B --bundle FILE [--start]
  launch.py --orphans --region R   instances and volumes of any fleet that are still there
  launch.py --reap NAME --region R terminate what is left of one

The same call again goes on where it was: Results in the bucket are kept, gaps are filled. See
README.md beside this file for the matrix. Needs Python 3.11 and boto3 (python3-boto3).
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

from fleet import matrix, plan, screen

try:
    from fleet import aws, follow
except ImportError as missing:  # without boto3, --help works
    aws = follow = None
    MISSING = str(missing)

HERE = pathlib.Path(__file__).resolve().parent
PROGRAMS = ("../bin/assay", "../build/release/runners/assay",
            "../build/ci/runners/assay")


def parse():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("matrix", nargs="?", help="the matrix file")
    parser.add_argument("--start", action="store_true", help="start what the plan says")
    parser.add_argument("--assay", help="the program; default: on the PATH or in a build")
    parser.add_argument("--out", type=pathlib.Path,
                        help="Results and the report are fetched to here; default: fleet-NAME")
    parser.add_argument("--poll", type=float, default=20, metavar="S",
                        help="seconds between two looks; default: 20")
    parser.add_argument("--again", action="append", default=[], metavar="RUN", help="with --start: "
                        "measure this run again; its whole Result is kept under another name")
    one = parser.add_argument_group("one type without a file")
    for name, words in (("type", "instance type"), ("bucket", "S3 bucket for Results"),
                        ("bundle", "the bundle: a file, s3:// or https://"),
                        ("sha256", "the bundle's, where it is no file here"),
                        ("suite", "default: standard"), ("zone", "such as us-east-1a"),
                        ("market", "on-demand or spot"), ("image", "AMI or resolve:ssm:NAME")):
        one.add_argument(f"--{name}", help=words)
    one.add_argument("--repeats", type=int, default=1, help="how many instances; default: 1")
    one.add_argument("--budget", type=float, default=10, help="dollars at most; default: 10")
    parser.add_argument("--region", help="for --type, --orphans and --reap")
    parser.add_argument("--orphans", action="store_true", help="list what is still there")
    parser.add_argument("--reap", metavar="NAME", help="terminate what is left of this fleet")
    options = parser.parse_args()
    chosen = [bool(options.matrix), bool(options.type), options.orphans, bool(options.reap)]
    if sum(chosen) != 1:
        parser.error("give a matrix file, --type, --orphans or --reap")
    if not options.matrix and not options.region:
        parser.error("--region is needed without a matrix file")
    if options.again and not options.start:
        parser.error("--again is for --start")
    if options.type and not (options.bucket and options.bundle):
        parser.error("--type needs --bucket and --bundle")
    return options


def settings_of(options):
    if options.matrix:
        try:
            text = pathlib.Path(options.matrix).read_text()
        except (OSError, UnicodeDecodeError) as error:
            raise matrix.Refused(f"{options.matrix}: {error}") from None
        return matrix.read(text, options.matrix)
    row = {"types": [options.type], "repeats": options.repeats,
           "zones": [options.zone] if options.zone else [], "market": options.market or "on-demand"}
    document = {"name": "one-" + re.sub(r"[^a-z0-9-]", "-", options.type)[:36],
                "region": options.region, "bucket": options.bucket,
                "budget_usd": options.budget, "budget_instances": options.repeats, "matrix": [row]}
    if options.suite:
        document["suite"] = options.suite
    for key in ("bundle", "sha256", "image"):  # of the one type, whatever its architecture is
        if getattr(options, key):
            document[key] = document[f"{key}_arm64"] = getattr(options, key)
    return matrix.check(document, "the command line")


def program(options):
    found = options.assay or shutil.which("assay")
    for place in [] if found else PROGRAMS:
        if (HERE / place).exists():
            return str(HERE / place)
    if not found or not shutil.which(found):
        raise matrix.Refused("the assay program is not found: give --assay PATH")
    return found


def make_plan(settings, assay):
    """Checked by the program itself, with a URL that stands for those to come."""
    catalog = plan.Catalog(assay, settings["prices"], settings["region"])
    stand_in = matrix.cells(settings, catalog.limits)
    if not stand_in:
        raise matrix.Refused("the matrix has no row")
    text = note = ""
    for cell in {(c.type, c.volumes): c for c in stand_in}.values():
        architecture = catalog.architecture(cell.type)
        matrix.check_software(settings, cell.type, architecture)
        bundle = matrix.of_architecture(settings, "bundle", architecture)
        if "://" not in bundle and not pathlib.Path(bundle).is_file():
            raise matrix.Refused(f"bundle: there is no file {bundle}")
        sha256 = matrix.of_architecture(settings, "sha256", architecture) or "0" * 64
        text, note = aws.user_data(assay, settings, cell, "https://bundle.invalid/x", sha256,
                                   "s3://bucket/x")
    minutes = int(re.search(r"ends within (\d+) min", text).group(1))
    return plan.Plan(settings, catalog, minutes, note)


def start(settings, the_plan, options, assay):
    """0 where every Result is in, else 1."""
    out = options.out or pathlib.Path(f"fleet-{settings['name']}")
    for run in options.again:
        if run not in {cell.id for cell in the_plan.cells}:
            raise matrix.Refused(f"--again {run}: the matrix has no run of that name; `assay "
                                 "collect` lists them")
    fleet = aws.Fleet(settings, assay)
    fleet.prepare(the_plan.cells, the_plan.minutes_max, the_plan.catalog.architecture)
    follower = follow.Follower(fleet, the_plan, screen.Screen())
    follower.adopt(options.again)
    the_plan.check_budget(follower.waiting())
    set_aside([cell for cell in follower.waiting() if cell.id in options.again], fleet, out)
    try:
        follower.follow(options.poll)
    except KeyboardInterrupt:
        print(f"\nleft alone: {follower.counts()}. What runs goes on and ends by itself; the same "
              f"call again follows it, and --reap {settings['name']} --region "
              f"{settings['region']} ends it now")
        return 4
    return finish(fleet, follower, out, assay)


def set_aside(some, fleet, out):
    """Whole Results get another name, here and in the bucket: assay never overwrites one."""
    kept = time.strftime("result-before-%Y%m%dT%H%M%SZ.json", time.gmtime())
    for cell in some:
        fleet.set_aside(cell, kept)
        here = out / cell.folder() / "result.json"
        if here.exists():
            here.rename(here.with_name(kept))


def finish(fleet, follower, out, assay):
    """Fetches what came, makes the report, says what is missing."""
    files = {}
    for cell in follower.plan.cells:
        keys, state = follower.keys.get(cell.folder(), {}), follower.states[cell.id]
        name = {"done": "result.json", "partial": "result-partial.json"}.get(state.word)
        if name:
            files[cell] = out / cell.folder() / name
            if not files[cell].exists():
                fleet.fetch(keys[name], files[cell])
    print(f"\n{follower.counts()}; Results are in {out}")
    for cell_id, state in follower.states.items():
        if state.word != "done":
            print(f"  {cell_id}: {state.word}: {state.note}")
    bad = [f for f in files.values() if subprocess.run([assay, "verify", f], capture_output=True,
                                                       check=False).returncode != 0]
    for file in bad:
        print(f"  NOT VERIFIED: {file} (assay verify says why)")
    whole = {cell: file for cell, file in files.items() if file.name == "result.json"}
    if whole:
        make_reports(whole, out, assay)
        put_rows(fleet, follower.plan.catalog, sorted({cell.type for cell in whole}), out)
    print_orphans(fleet, fleet.settings["name"])
    all_done = all(state.word == "done" for state in follower.states.values())
    if not all_done:
        print("the same call again starts what has no whole Result")
    return 0 if all_done and not bad else 1


def make_reports(whole, out, assay):
    """Runs on different volumes are not to be compared: each kind gets a page of its own, and the
    page on all of them says so in a banner."""
    volumes = sorted({cell.volumes.name if cell.volumes else "none" for cell in whole})
    pages = [("rows.ndjson", whole.values(), ()),
             ("report.html", whole.values(), ("--force",) if len(volumes) > 1 else ())]
    for name in volumes if len(volumes) > 1 else ():
        pages.append((f"report-volumes-{name}.html", [
            file for cell, file in whole.items()
            if name == (cell.volumes.name if cell.volumes else "none")], ()))
    for name, files, more in pages:
        done = subprocess.run([assay, "report", *files, "-o", out / name, *more], check=False,
                              stdout=subprocess.DEVNULL)
        if done.returncode != 0:
            raise matrix.Refused(f"the Results are in {out}; assay report refused them (above)")
        print(f"  {out / name}")


def put_rows(fleet, catalog, types, out):
    """What queries.sql reads, here and in the bucket."""
    (out / "types.ndjson").write_text("".join(
        json.dumps(catalog.flat_row(kind)) + "\n" for kind in types))
    for name in ("rows", "types"):
        fleet.put(f"{name}/{name}.ndjson", (out / f"{name}.ndjson").read_bytes())


def print_orphans(fleet, name=None):
    """What is there and should not be: each costs money."""
    instances = [i for i in fleet.instances(name) if i["State"]["Name"] in aws.LIVE]
    volumes = fleet.loose_volumes(name)
    for i in instances:
        tags = {t["Key"]: t["Value"] for t in i.get("Tags", [])}
        print(f"  still there: {i['InstanceId']} {i['InstanceType']} {i['State']['Name']} since "
              f"{i['LaunchTime']:%Y-%m-%d %H:%M}, fleet {tags.get(aws.TAG_FLEET)}")
    for volume in volumes:
        print(f"  still there: volume {volume['VolumeId']}, {volume['Size']} GiB, not attached")
    return instances, volumes


def look_after(options):
    """--orphans and --reap."""
    fleet = aws.Fleet({"region": options.region, "name": options.reap or "", "prefix": ""}, "")
    instances, volumes = print_orphans(fleet, options.reap)
    if not instances and not volumes:
        print("nothing is left" + (f" of fleet {options.reap}; --orphans lists every fleet"
                                   if options.reap else ""))
    if options.reap and instances:
        fleet.ec2.terminate_instances(InstanceIds=[i["InstanceId"] for i in instances])
        print(f"terminated: {len(instances)} instances")
    if options.reap:
        for volume in volumes:
            fleet.ec2.delete_volume(VolumeId=volume["VolumeId"])
            print(f"deleted: {volume['VolumeId']}")
    return 0


def main():
    options = parse()
    if aws is None:
        print(f"launch: {MISSING}: install boto3 (apt-get install python3-boto3)", file=sys.stderr)
        return 1
    try:
        if options.orphans or options.reap:
            return look_after(options)
        settings = settings_of(options)
        assay = program(options)
        the_plan = make_plan(settings, assay)
        print(the_plan.text())
        if not options.start:
            the_plan.check_budget(the_plan.cells)
            print("nothing was started: --start does")
            return 0
        return start(settings, the_plan, options, assay)
    except matrix.Refused as error:
        print(f"launch: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader of the plan has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:  # of AWS in words; anything else is a defect and shows itself
        words = aws.failure_words(error)
        if words is None:
            raise
        print(f"launch: {words}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
