#!/usr/bin/env python3
"""cloud-init/launch.py: fleets of simulated instances against a local EC2 endpoint and an S3 server
that checks signatures."""

import contextlib
import json
import os
import pathlib
import pty
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse
import urllib.request

from support import DRIVER, MAKE_FLEET, TYPES, Scratch

import ec2_endpoint  # noqa: E402
import s3  # noqa: E402


class Fleets(Scratch):
    """Simulated instances: what each does is a function of the test."""

    @classmethod
    def setUpClass(cls):
        cls.store = s3.server_of(cls, DRIVER)
        cls.canned = pathlib.Path(tempfile.mkdtemp(prefix="assay-canned-", dir=os.getcwd()))
        cls.addClassCleanup(shutil.rmtree, cls.canned, ignore_errors=True)
        subprocess.run([MAKE_FLEET, cls.canned, "2"], check=True)  # SYNTHETIC

    def setUp(self):
        super().setUp()
        self.name = self.id().rsplit("test_", 1)[1].replace("_", "-")[:40].strip("-")
        self.seconds = 0
        self.seconds_after = 0  # from the Result to the power-off
        self.canned_number = 0  # of the canned Results, which one the first cell sends
        self.behaviour = {}  # cell's id: what else than a Result it sends
        self.before_the_last = lambda: None  # called when all but one of its objects are sent
        self.gate = threading.Event()
        self.gate.set()
        self.endpoint = ec2_endpoint.Endpoint(self.instance)
        self.addCleanup(self.endpoint.close)
        self.addCleanup(self.gate.set)
        self.environment |= {"AWS_ENDPOINT_URL_EC2": self.endpoint.url,
                             "AWS_ENDPOINT_URL_SSM": self.endpoint.url,
                             "AWS_ENDPOINT_URL_S3": self.store.url}

    def instance(self, instance):
        """A simulated life: the canned Result of its type and number goes where its URL says."""
        self.gate.wait(300)
        time.sleep(self.seconds)
        run, urls = instance.tags["assay:run"], instance.urls()
        number = (int(run.rsplit("-", 1)[1]) - 1 + self.canned_number) % 2
        result = (self.canned / instance.type / f"{number:05}" / "result.json").read_bytes()
        names = self.behaviour.get(run, ("log", "result"))
        for name in names:
            if name == names[-1]:
                self.before_the_last()
            body = b"a log\n" if name == "log" else result
            urllib.request.urlopen(urllib.request.Request(urls[name], body, method="PUT"))
        time.sleep(self.seconds_after)

    def fleet(self, *arguments, code=0, **how):
        return self.launch(self.matrix(name=self.name, **how), "--start", "--poll", "0.1",
                           *arguments, code=code)

    def folder(self):
        return self.root / f"fleet-{self.name}"

    def key(self, run, name):
        kind = run.split("-")[0]
        return f"assay/{self.name}/family={kind.split('.')[0]}/type={kind}/run={run}/{name}"

    def stored(self, key):
        return self.store.get(urllib.parse.quote(key))[0]

    def test_three_types_twice_end_to_end(self):
        self.seconds_after = 1
        text = self.fleet()
        self.assertIn("6 done; Results are in fleet-", text)
        self.assertNotIn("still there", text)
        # One Result each, below names that are columns elsewhere, here as in the bucket.
        for kind in TYPES:
            for number in ("01", "02"):
                key = self.key(f"{kind}-{number}", "result.json")
                here = self.folder() / key.split("/", 2)[2]
                self.assertEqual(here.read_bytes(), self.stored(key))
                self.assertEqual(json.loads(here.read_text())["host"]["identity"]["product_name"],
                                 kind)
        page = (self.folder() / "report.html").read_text()
        for kind in TYPES:
            self.assertIn(kind, page)
        rows = (self.folder() / "rows.ndjson").read_bytes()
        self.assertEqual(self.stored(f"assay/{self.name}/rows/rows.ndjson"), rows)
        self.assertEqual({json.loads(line)["instance_type"] for line in rows.splitlines()},
                         set(TYPES))
        self.assertEqual(self.stored(f"assay/{self.name}/types/types.ndjson"),
                         (self.folder() / "types.ndjson").read_bytes())
        # Each instance has URLs of its own, a bundle that is what it should be, and two zones.
        instances = list(self.endpoint.instances.values())
        self.assertEqual(len({i.urls()["result"] for i in instances}), 6)
        self.assertEqual({i.zone for i in instances}, {"us-east-1a", "us-east-1b"})
        self.assertEqual({i.asked["ImageId"] for i in instances}, {ec2_endpoint.IMAGE})
        self.assertEqual(self.endpoint.dry_runs, 3)
        url = next(line for line in instances[0].user_data.splitlines() if "BUNDLE_URL=" in line)
        with urllib.request.urlopen(url.split("'")[1]) as answer:
            self.assertEqual(answer.read(), self.bundle.read_bytes())
        # The same call again finds everything done.
        self.assertIn("its Result was there already", self.fleet())
        self.assertEqual(len(self.endpoint.instances), 6)

    def test_a_terminal_shows_a_table_until_every_result_is_in(self):
        self.gate.clear()
        here, there = pty.openpty()
        process = subprocess.Popen(
            self.command(self.matrix(name=self.name), "--start", "--poll", "0.1"), cwd=self.root,
            env=self.environment | {"COLUMNS": "100", "LINES": "40"}, stdout=there)
        os.close(there)
        text, seen = b"", None
        with contextlib.suppress(OSError):  # the other end is closed
            while part := os.read(here, 65536):
                text += part
                seen = seen or re.search(rb"i4i.xlarge-01 +running +0  i-0+1  us-east-1a\r?\n", text)
                if seen:
                    self.gate.set()
        os.close(here)
        self.assertEqual(process.wait(60), 0)
        self.assertTrue(seen, text)
        tables = re.split("run +state", text.decode())
        self.assertGreater(len(tables), 2)
        self.assertIn("\x1b[8A\x1b[J", tables[1])  # heading, six runs, what they sum up to
        self.assertIn("6 done", tables[-1])

    def test_two_kinds_of_volumes_get_a_page_each(self):
        self.fleet(types=["m7i.large"], row='volumes = ["none", "fast"]',
                   more="[volumes.fast]\niops = 6000\n")
        self.assertEqual(sorted(path.name for path in self.folder().glob("*.*ml")),
                         ["report-volumes-fast.html", "report-volumes-none.html", "report.html"])
        with_volumes = [i for i in self.endpoint.instances.values()
                        if "-fast-" in i.tags["assay:run"]]
        self.assertEqual(len(with_volumes), 2)
        for instance in with_volumes:
            self.assertEqual(instance.asked["BlockDeviceMapping.1.Ebs.Iops"], "6000")
            self.assertIn("'ebs:sdf'", instance.user_data)
            self.assertIn("'sdf gp3 iops=6000 mbps=125'", instance.user_data)

    def test_gaps_are_told_and_filled_by_the_same_call(self):
        self.behaviour = {"m7i.large-01": ("log",), "m7i.large-02": ("log", "partial"),
                          "i4i.xlarge-01": ()}
        text = self.fleet(code=1)
        self.assertIn("3 done, 1 partial, 2 failed", text)
        self.assertIn(f"its log is {self.key('m7i.large-01', 'assay.log')}", text)
        self.assertIn("i4i.xlarge-01: failed: it ended without a whole Result; Instance initiated "
                      "shutdown; no log came", text)
        self.assertTrue((self.folder() / self.key("m7i.large-02", "result-partial.json")
                         .split("/", 2)[2]).exists())
        self.behaviour = {}
        self.assertIn("6 done", self.fleet())
        self.assertEqual(len(self.endpoint.instances), 9)

    def test_a_run_is_measured_again_and_its_result_kept(self):
        self.fleet()
        key = self.key("i4i.xlarge-01", "result.json")
        here = self.folder() / key.split("/", 2)[2]
        first = here.read_bytes()
        # Another Result comes; too small a budget moves nothing.
        self.canned_number = 1
        self.assertIn("budget_usd", self.fleet("--again", "i4i.xlarge-01", usd=0.01, code=2))
        self.assertEqual(self.stored(key), first)
        text = self.fleet("--again", "i4i.xlarge-01")
        self.assertIn("6 done", text)
        self.assertEqual(len(self.endpoint.instances), 7)
        self.assertNotEqual(self.stored(key), first)
        self.assertEqual(here.read_bytes(), self.stored(key))
        [kept] = here.parent.glob("result-before-*.json")
        self.assertEqual(kept.read_bytes(), first)
        self.assertEqual(self.stored(self.key("i4i.xlarge-01", kept.name)), first)
        self.assertIn("the matrix has no run of that name",
                      self.fleet("--again", "i4i.xlarge-09", code=2))
        self.assertIn("--again is for --start",
                      self.launch(self.matrix(), "--again", "i4i.xlarge-01", code=2))

    def test_no_capacity_in_one_zone_is_tried_in_the_next(self):
        self.endpoint.no_capacity = {("i4i.xlarge", "us-east-1a"), ("m7i.large", "us-east-1a"),
                                     ("m7i.large", "us-east-1b")}
        text = self.fleet(code=1)
        self.assertIn("us-east-1b, instead of us-east-1a: InsufficientInstanceCapacity", text)
        self.assertIn("m7i.large-01: failed: no capacity (us-east-1a: InsufficientInstanceCapacity; "
                      "us-east-1b: InsufficientInstanceCapacity)", text)
        self.assertIn("4 done, 2 failed", text)

    def test_a_quota_makes_the_rest_wait(self):
        self.endpoint.most_at_once = 1
        self.seconds_after = 0.5  # its Result is there, and it still takes the room

        def wait_for_refusal(instance, whole=self.instance):
            self.endpoint.refused_by_quota.wait(60)  # else the first might end before the second
            whole(instance)
        self.endpoint.run = wait_for_refusal
        text = self.fleet()
        self.assertIn("6 done", text)
        self.assertIn("waits until one ends", text)
        self.assertIn("quota of the account", text)
        self.endpoint.most_at_once = 0
        self.name += "x"
        self.assertIn("6 failed", self.fleet(code=1))

    def test_no_more_at_once_than_was_said(self):
        self.seconds = 0.3
        lock, alive, seen = threading.Lock(), [0], []

        def count(change):
            with lock:
                alive[0] += change
                seen.extend([alive[0]] if change > 0 else [])

        def watch(instance, whole=self.instance):
            count(1)
            whole(instance)
        self.endpoint.run = watch
        # From its last object on the launcher may start another, whatever this thread does.
        self.before_the_last = lambda: count(-1)
        self.fleet(at_once=2)
        self.assertEqual(len(seen), 6)
        self.assertLessEqual(max(seen), 2)

    def test_without_leave_nothing_starts(self):
        self.endpoint.denied = True
        text = self.fleet(code=1)
        self.assertIn("these credentials may not RunInstances", text)
        self.assertEqual(len(self.endpoint.instances), 0)
        self.endpoint.denied = False
        parameters, self.endpoint.parameters = self.endpoint.parameters, {}
        self.assertIn("ParameterNotFound", self.fleet(code=1))
        self.endpoint.parameters = parameters
        self.environment["AWS_SECRET_ACCESS_KEY"] = "another"
        self.assertIn("SignatureDoesNotMatch", self.fleet(code=1))
        self.environment["AWS_ACCESS_KEY_ID"] = ""
        self.assertIn("no AWS credentials", self.fleet(code=2))

    def test_a_launcher_that_was_stopped_goes_on(self):
        self.gate.clear()
        process = subprocess.Popen(
            self.command(self.matrix(name=self.name), "--start", "--poll", "0.1"), cwd=self.root,
            env=self.environment, stdout=subprocess.PIPE, text=True)
        watchdog = threading.Timer(120, process.kill)
        watchdog.start()
        for line in process.stdout:
            if "6 running" in line:
                break
        watchdog.cancel()
        process.send_signal(signal.SIGINT)
        text, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 4)
        self.assertIn("6 running", text)
        self.assertIn("--reap", text)
        self.gate.set()
        text = self.fleet()
        self.assertIn("6 done", text)
        self.assertEqual(len(self.endpoint.instances), 6)

    def test_orphans_are_listed_and_reaped_by_name(self):
        self.assertIn("nothing is left", self.launch("--orphans", "--region", "us-east-1"))
        self.gate.clear()
        asked = {"InstanceType": "m7i.large", "ImageId": "ami-1", "UserData": "",
                 "TagSpecification.1.ResourceType": "instance",
                 "TagSpecification.1.Tag.1.Key": "assay:fleet",
                 "TagSpecification.1.Tag.1.Value": "old"}
        mine = [ec2_endpoint.Instance(n, asked, "us-east-1a") for n in (1, 2, 3)]
        other = ec2_endpoint.Instance(4, {**asked, "TagSpecification.1.Tag.1.Value": "new"},
                                      "us-east-1a")
        volume = type("Volume", (), {"id": "vol-1", "size": 100, "tags": {"assay:fleet": "old"}})
        self.endpoint.instances = {i.id: i for i in [*mine, other]}
        self.endpoint.volumes = {"vol-1": volume}
        listed = self.launch("--orphans", "--region", "us-east-1")
        self.assertEqual(listed.count("still there: i-"), 4)
        self.assertIn("volume vol-1, 100 GiB", listed)
        self.assertIn("terminated: 3 instances",
                      self.launch("--reap", "old", "--region", "us-east-1"))
        self.assertEqual([i.state for i in mine], ["terminated"] * 3)
        self.assertEqual(other.state, "pending")
        self.assertEqual(self.endpoint.volumes, {})


if __name__ == "__main__":
    unittest.main()
