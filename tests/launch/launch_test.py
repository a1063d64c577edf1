#!/usr/bin/env python3
"""cloud-init/launch.py: plans, requests by botocore's stubber, and fleets of simulated instances
against a local EC2 endpoint and an S3 server that checks signatures.

usage: launch_test.py ASSAY MAKE_FLEET SOURCE_ROOT S3_DRIVER_FOLDER
"""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import unittest.mock
import urllib.parse
import urllib.request

ASSAY, MAKE_FLEET = map(os.path.abspath, sys.argv[1:3])
ROOT, DRIVER = (pathlib.Path(text).absolute() for text in sys.argv[3:5])
try:
    import boto3
    from botocore.stub import Stubber
except ImportError:
    print("skipped: no boto3 (apt-get install python3-boto3)")
    sys.exit(77)
sys.dont_write_bytecode = True
sys.path[:0] = [str(ROOT / "tests/upload"), str(ROOT / "cloud-init")]

import ec2_endpoint  # noqa: E402
import s3  # noqa: E402
from fleet import aws, matrix, plan  # noqa: E402

S3_THERE = shutil.which("node") and (DRIVER / "node_modules/@20minutes/s3rver").is_dir()
TYPES = ["i4i.xlarge", "m6id.xlarge", "m7i.large"]
FILE = """name = "{name}"
region = "us-east-1"
bucket = "reports"
bundle = "{bundle}"
suite = "quick"
budget_usd = {usd}
budget_instances = {most}
at_once = {at_once}
[[matrix]]
types = {types}
zones = ["us-east-1a", "us-east-1b"]
{row}
"""


class Scratch(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="assay-launch-", dir=os.getcwd()))
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        self.bundle = self.root / "bundle.tar.gz"
        self.bundle.write_bytes(b"a bundle " * 100)
        self.environment = {k: v for k, v in os.environ.items()
                            if not k.startswith("AWS_") and "proxy" not in k.lower()}
        self.environment |= {"AWS_ACCESS_KEY_ID": s3.KEY, "AWS_SECRET_ACCESS_KEY": s3.SECRET,
                             "AWS_EC2_METADATA_DISABLED": "true", "PYTHONDONTWRITEBYTECODE": "1"}

    def matrix(self, name="try", usd=50, most=20, at_once=20, row="", types=None, more=""):
        path = self.root / f"{name}.toml"
        path.write_text(FILE.format(name=name, usd=usd, most=most, at_once=at_once, row=row,
                                    types=json.dumps(types or TYPES), bundle=self.bundle) + more)
        return path

    def command(self, *arguments):
        return [sys.executable, ROOT / "cloud-init/launch.py", "--assay", ASSAY,
                *map(str, arguments)]

    def launch(self, *arguments, code=0):
        done = subprocess.run(self.command(*arguments), cwd=self.root, env=self.environment,
                              text=True, capture_output=True, check=False, timeout=120)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        self.assertNotIn("X-Amz-Signature", done.stdout + done.stderr)
        self.assertNotIn("Traceback", done.stderr)
        return done.stdout + done.stderr


class Plans(Scratch):
    """Nothing here has an endpoint to talk to: a plan needs none."""

    def test_a_plan_says_what_it_costs_and_shows_before_anything_starts(self):
        text = self.launch(self.matrix(row="repeats = 3"))
        self.assertIn("fleet try: 18 instances in us-east-1, suite quick, 5 min each, 18 at most",
                      text)
        # 6 instances at $0.343/h (the catalog's), 5 min each; 18 min at most.
        self.assertRegex(text, r"i4i.xlarge +on-demand +us-east-1a,us-east-1b +6 +0.343 +5 +0.17 "
                               r"+0.62 +-")
        self.assertIn("verdicts between i4i.xlarge (6), m6id.xlarge (6), m7i.large (6)", text)
        self.assertIn("--by az, m7i.large, no data volumes: only indications between us-east-1a "
                      "(3), us-east-1b (3)", text)
        self.assertIn("nothing was started", text)

    def test_too_few_instances_are_told_before_they_cost_money(self):
        self.assertIn("no claim: i4i.xlarge (2), m6id.xlarge (2), m7i.large (2)",
                      self.launch(self.matrix()))

    def test_volumes_that_cannot_reach_the_instance_s_limit(self):
        volumes = '[volumes.one]\n[volumes.many]\ncount = "auto"\niops = 16000\nmbps = 1000\n'
        text = self.launch(self.matrix(types=["i4i.xlarge"], row='volumes = ["one", "many"]',
                                       more=volumes))
        self.assertIn("1 x gp3 100 GiB: CANNOT reach its baseline: 3,000 of 5,000 IOPS, 131 of 156 "
                      "MB/s", text)
        self.assertIn("3 x gp3 100 GiB: reach the instance's limit", text)
        self.assertIn("MiB/s of gp3 has no price in the catalog and is NOT in the dollars", text)

    def test_the_budget_is_kept(self):
        self.assertIn("budget_usd is 0.1", self.launch(self.matrix(usd=0.1), code=2))
        self.assertIn("budget_instances is 5", self.launch(self.matrix(most=5), code=2))

    def test_what_cannot_work_is_refused_in_words(self):
        for change, words in (
                ({"row": "repeat = 2"}, "did you mean 'repeats'"),
                ({"row": 'market = "cheap"'}, "on-demand, spot, capacity-block"),
                ({"row": 'market = "capacity-block"'}, "capacity_reservation"),
                ({"row": "repeats = 0"}, "0 is not within 1 to 1000"),
                ({"row": 'volumes = ["x"]'}, "there is no [volumes.x]"),
                ({"row": "repeats = [1"}, "Unclosed array"),
                ({"types": ["i4i.moon"]}, "'i4i.moon'"),
                ({"types": ["m7g.large"]}, "arm64"),
                ({"types": ["i4i"]}, "types"),
                ({"more": '[volumes.v]\ntype = "st1"'}, "launches gp3 and io2"),
                ({"more": "[volumes.v]\ngib = 4\niops = 16000"}, "give gib = 32 or more"),
                ({"more": "[volumes.v]\nmbps = 5000"}, "125 to 2000"),
                ({"more": '[volumes.v]\ntype = "io2"\nmbps = 500'}, "leave mbps out"),
                ({"name": "No Good"}, "a-z")):
            with self.subTest(words):
                self.assertIn(words, self.launch(self.matrix(**change), code=2))
        self.assertIn("No such file", self.launch("nowhere.toml", code=2))
        self.bundle.unlink()
        self.assertIn("there is no file", self.launch(self.matrix(), code=2))

    def test_the_program_s_own_refusals_come_before_a_start(self):
        path = self.matrix()
        path.write_text('max_minutes = 2\n' + path.read_text())
        self.assertIn("--max-minutes: give 5 to 2880", self.launch(path, code=2))
        path = self.matrix()
        path.write_text('[tags]\n' + path.read_text())
        self.launch(path, code=2)

    def test_the_matrix_of_the_readme(self):
        text = (ROOT / "cloud-init/README.md").read_text().split("```toml\n")[1].split("```")[0]
        path = self.root / "readme.toml"
        path.write_text(re.sub(r'bundle = "[^"]*"', f'bundle = "{self.bundle}"', text))
        text = self.launch(path)
        self.assertIn("verdicts between i4i.xlarge (6), i7ie.xlarge (6)", text)
        self.assertIn("budget: $40 and 30 instances", text)

    def test_one_type_without_a_file(self):
        text = self.launch("--type", "i4i.large", "--region", "us-east-1", "--bucket", "reports",
                           "--bundle", self.bundle, "--market", "spot", "--repeats", "2")
        self.assertIn("fleet one-i4i-large: 2 instances in us-east-1, suite standard", text)
        self.assertIn("spot is counted at the price on demand", text)


class Requests(unittest.TestCase):
    """What RunInstances is asked, by botocore's own model of it."""

    def cell(self, market="on-demand", volumes=None, row=""):
        text = FILE.format(name="n", usd=1, most=1, at_once=1, types='["i4i.large"]', bundle="b",
                           row=f'market = "{market}"\n{row}')
        top = 'capacity_reservation = "cr-1"\n'
        settings = matrix.read(top + text + (volumes or ""), "test")
        return settings, matrix.cells(settings, lambda kind: (None, None))[0]

    def ask(self, settings, cell):
        """The request, once botocore has taken it for a right one."""
        ec2 = boto3.client("ec2", region_name="us-east-1", aws_access_key_id="k",
                           aws_secret_access_key="s")
        request = aws.launch_request(settings, cell, cell.zones[0], "ami-1", "#cloud-config\n")
        with Stubber(ec2) as stub:
            stub.add_response("run_instances", {"Instances": []})
            ec2.run_instances(**request)
        return request

    def test_an_instance_cannot_be_reached_and_ends_itself(self):
        request = self.ask(*self.cell())
        self.assertEqual(request["MetadataOptions"]["HttpTokens"], "required")
        self.assertEqual(request["InstanceInitiatedShutdownBehavior"], "terminate")
        self.assertEqual((request["MinCount"], request["MaxCount"]), (1, 1))
        self.assertEqual(request["Placement"], {"AvailabilityZone": "us-east-1a"})
        self.assertEqual([s["ResourceType"] for s in request["TagSpecifications"]],
                         ["instance", "volume"])
        self.assertIn({"Key": "assay:fleet", "Value": "n"}, request["TagSpecifications"][0]["Tags"])
        for absent in ("KeyName", "SecurityGroupIds", "IamInstanceProfile",
                       "InstanceMarketOptions", "BlockDeviceMappings"):
            self.assertNotIn(absent, request)

    def test_spot_ends_when_it_is_taken_back(self):
        options = self.ask(*self.cell("spot"))["InstanceMarketOptions"]
        self.assertEqual(options["SpotOptions"], {"SpotInstanceType": "one-time",
                                                  "InstanceInterruptionBehavior": "terminate"})

    def test_volumes_as_bought_and_gone_with_the_instance(self):
        settings, cell = self.cell(row='volumes = ["v"]', volumes="[volumes.v]\ncount = 2\n"
                                   "iops = 4000\nmbps = 500\ngib = 64\n")
        first, second = self.ask(settings, cell)["BlockDeviceMappings"]
        self.assertEqual((first["DeviceName"], second["DeviceName"]), ("/dev/sdf", "/dev/sdg"))
        self.assertEqual(first["Ebs"], {"VolumeType": "gp3", "VolumeSize": 64, "Iops": 4000,
                                        "Throughput": 500, "DeleteOnTermination": True})
        self.assertEqual(cell.volumes.notes()[1], "sdg gp3 iops=4000 mbps=500")
        settings, cell = self.cell(row='volumes = ["v"]',
                                   volumes='[volumes.v]\ntype = "io2"\niops = 64000\n')
        [mapping] = self.ask(settings, cell)["BlockDeviceMappings"]
        self.assertNotIn("Throughput", mapping["Ebs"])  # EC2 refuses it for io2
        self.assertEqual((cell.volumes.mbps, cell.volumes.gib), (4000, 100))

    def test_urls_are_for_the_bucket_s_own_region(self):
        settings = {**self.cell()[0], "region": "eu-west-1", "bucket": "some-bucket"}
        keys = {"AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s"}
        with unittest.mock.patch.dict(os.environ, keys):
            url = aws.Fleet(settings, ASSAY).presigned("put_object", "some-bucket", "a/b=c", 10)
        self.assertTrue(url.startswith("https://some-bucket.s3.eu-west-1.amazonaws.com/a/b%3Dc?"),
                        url)

    def test_fields_that_this_botocore_lacks_are_told_with_the_version(self):
        ec2 = boto3.client("ec2", region_name="us-east-1")
        settings, cards = self.cell(row='volumes = ["v"]', volumes="[volumes.v]\ncount = 2\n"
                                    "cards = 2\n")
        blocks = self.cell("capacity-block")
        for (chosen, cell), field in (((settings, cards), "EbsCardIndex"),
                                      (blocks, "capacity-block")):
            with self.subTest(field):
                words = aws.lacking_fields(ec2, [cell])
                if words:
                    self.assertIn(field, words)
                    self.assertRegex(words, r"botocore 1\.43\.11; botocore [0-9.]+ is installed")
                else:
                    self.assertIn(field, str(self.ask(chosen, cell)))

    def test_auto_counts_reach_the_limit_where_names_last(self):
        volumes = matrix.read_volumes("v", {"count": "auto", "iops": 16000, "mbps": 1000})
        self.assertEqual(matrix.sized(volumes, (40000, 1.25e9)).count, 3)
        self.assertEqual(matrix.sized(volumes, (None, None)).count, 1)
        self.assertEqual(matrix.sized(volumes, (4e6, 1e9)).count, 11)

    def test_prices_of_volumes_are_those_of_the_program(self):
        catalog = plan.Catalog(ASSAY, {}, "us-east-1")
        io2 = matrix.read_volumes("v", {"type": "io2", "iops": 64000, "gib": 1000, "count": 2})
        month = 1000 * 0.125 + 32000 * 0.065 + 32000 * 0.046
        self.assertAlmostEqual(catalog.volumes_price("i4i.large", io2)[0], 2 * month / 730)
        gp3 = matrix.read_volumes("v", {"iops": 5000, "gib": 100, "mbps": 126})
        self.assertEqual(catalog.volumes_price("i4i.large", gp3),
                         ((100 * 0.08 + 2000 * 0.005) / 730, "MiB/s"))


class Fleets(Scratch):
    """Simulated instances: what each does is a function of the test."""

    @classmethod
    def setUpClass(cls):
        if not S3_THERE:
            why = f"no node, or no @20minutes/s3rver in {DRIVER} (./test.sh installs it there)"
            print(f"skipped {cls.__name__}: {why}", file=sys.stderr)
            raise unittest.SkipTest(why)
        cls.store = s3.Server(DRIVER / "node_modules")
        cls.addClassCleanup(cls.store.close)
        cls.canned = pathlib.Path(tempfile.mkdtemp(prefix="assay-canned-", dir=os.getcwd()))
        cls.addClassCleanup(shutil.rmtree, cls.canned, ignore_errors=True)
        subprocess.run([MAKE_FLEET, cls.canned, "2"], check=True)  # SYNTHETIC

    def setUp(self):
        super().setUp()
        self.name = self.id().rsplit("test_", 1)[1].replace("_", "-")[:40].strip("-")
        self.seconds = 0
        self.behaviour = {}  # cell's id: what else than a Result it sends
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
        self.gate.wait(60)
        time.sleep(self.seconds)
        run, urls = instance.tags["assay:run"], instance.urls()
        number = (int(run.rsplit("-", 1)[1]) - 1) % 2
        result = (self.canned / instance.type / f"{number:05}" / "result.json").read_bytes()
        for name in self.behaviour.get(run, ("log", "result")):
            body = b"a log\n" if name == "log" else result
            urllib.request.urlopen(urllib.request.Request(urls[name], body, method="PUT"))

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

    def test_no_capacity_in_one_zone_is_tried_in_the_next(self):
        self.endpoint.no_capacity = {("i4i.xlarge", "us-east-1a"), ("m7i.large", "us-east-1a"),
                                     ("m7i.large", "us-east-1b")}
        text = self.fleet(code=1)
        self.assertIn("us-east-1b, instead of us-east-1a: InsufficientInstanceCapacity", text)
        self.assertIn("m7i.large-01: failed: no capacity (us-east-1a: InsufficientInstanceCapacity; "
                      "us-east-1b: InsufficientInstanceCapacity)", text)
        self.assertIn("4 done, 2 failed", text)

    def test_a_quota_makes_the_rest_wait(self):
        self.endpoint.most_at_once = 2
        self.seconds = 0.5
        text = self.fleet()
        self.assertIn("6 done", text)
        self.assertIn("waits until one ends", text)
        self.assertIn("quota of the account", text)
        self.endpoint.most_at_once = 0
        self.name += "x"
        self.assertIn("6 failed", self.fleet(code=1))

    def test_no_more_at_once_than_was_said(self):
        seen = []
        def watch(instance, whole=self.instance):
            seen.append(len(self.endpoint.live()))
            whole(instance)
        self.endpoint.run = watch
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
        deadline = time.monotonic() + 60
        while len(self.endpoint.instances) < 6 and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.3)
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
    unittest.main(argv=sys.argv[:1] + [a for a in sys.argv[5:]])
