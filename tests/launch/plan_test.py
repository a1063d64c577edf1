#!/usr/bin/env python3
"""cloud-init/launch.py: plans, and requests by botocore's stubber. Nothing is started."""

import os
import re
import unittest
import unittest.mock

from support import ASSAY, FILE, ROOT, Scratch

import boto3  # noqa: E402
from botocore.stub import Stubber  # noqa: E402
from fleet import aws, matrix, plan  # noqa: E402


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

    def test_a_time_that_is_too_short_is_told(self):
        text = self.launch(self.matrix(suite="standard", top="max_minutes = 24"))
        self.assertIn("suite standard takes up to 20 min and boot, download and upload 5 more; "
                      "--max-minutes 24 ends it before", text)
        self.assertNotIn("ends it before", self.launch(self.matrix()))

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
                ({"suite": "gpu"}, "i4i.xlarge has no GPU"),
                ({"types": ["m7g.large"]}, "m7g.large is arm64: give bundle_arm64, the bundle for "
                                           "aarch64"),
                ({"types": ["mac1.metal"]}, "mac1.metal is x86_64_mac: there is no bundle for it"),
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

    def test_graviton_gets_a_bundle_and_an_image_of_its_own(self):
        arm = f'bundle_arm64 = "{self.bundle}"\n'
        text = self.launch(self.matrix(top=arm, types=["i4i.xlarge", "i8g.xlarge"]))
        self.assertIn("no claim: i4i.xlarge (2), i8g.xlarge (2)", text)
        self.assertNotIn("no GPU", text)
        self.assertIn("of g5g.xlarge CPU and storage only are measured, no GPU",
                      self.launch(self.matrix(top=arm, types=["g5g.xlarge", "m7g.large"])))
        for top, words in (
                ('need_class = "gpu"\n' + arm, "g5g.xlarge is arm64, and the bundle for aarch64 "
                                               "measures CPU and storage only, no GPU"),
                ('image = "ami-1"\n' + arm, "give image_arm64 too"),
                ('bundle_arm64 = "s3://b/k"\n', "sha256_arm64 of the bundle must be given"),
                ('bundle_arm64 = "s3://b/assay-1-linux-x86_64.tar.gz"\n', "is for x86_64"),
                ('bundle_arm64 = "nowhere"\n', "there is no file nowhere")):
            with self.subTest(words):
                self.assertIn(words, self.launch(self.matrix(top=top, types=["g5g.xlarge"]),
                                                 code=2))
        self.assertIn("fleet one-m7g-large: 1 instances", self.launch(
            "--type", "m7g.large", "--region", "us-east-1", "--bucket", "reports", "--bundle",
            self.bundle))

    def test_each_architecture_s_image_is_looked_up_once(self):
        settings = matrix.read(FILE.format(
            name="n", usd=1, most=1, at_once=1, top="", row="", suite="quick", bundle="https://x/b",
            types='["i4i.large", "m7g.large", "i8g.large"]'), "test")
        settings |= {"sha256": "ab", "bundle_arm64": "https://x/arm", "sha256_arm64": "cd"}
        fleet = aws.Fleet.__new__(aws.Fleet)
        fleet.settings = settings
        with unittest.mock.patch.object(aws.Fleet, "client", create=True) as client:
            client.return_value.get_parameter.side_effect = lambda Name: {
                "Parameter": {"Value": "ami-" + Name.rsplit("-", 1)[1]}}
            catalog = plan.Catalog(ASSAY, {}, "us-east-1")
            found = fleet.find_software({"i4i.large", "m7g.large", "i8g.large"},
                                        catalog.architecture)
            self.assertEqual(client.return_value.get_parameter.call_count, 2)
        self.assertEqual(found["i4i.large"], aws.Software("ami-x86_64", "", "https://x/b", "ab"))
        self.assertEqual(found["m7g.large"], aws.Software("ami-arm64", "", "https://x/arm",
                                                            "cd"))
        self.assertIs(found["i8g.large"], found["m7g.large"])

    def test_a_session_that_ends_too_soon_is_renewed_or_told(self):
        fleet = aws.Fleet.__new__(aws.Fleet)
        fleet.settings = {"instance_profile": ""}
        with unittest.mock.patch.object(aws.Fleet, "connect") as connect, \
                unittest.mock.patch.object(aws.Fleet, "session_minutes") as left:
            for minutes, connects, words in (([None], 0, ""), ([60], 0, ""), ([16, 60], 1, ""),
                                             ([16, 16], 1, "these credentials end in 16 min")):
                left.side_effect = minutes
                connect.reset_mock()
                told = ""
                try:
                    fleet.check_session(45)
                except matrix.Refused as refused:
                    told = str(refused)
                self.assertEqual((connect.call_count, told[:len(words) or 1]), (connects, words))

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
        text = FILE.format(name="n", usd=1, most=1, at_once=1, top="", suite="quick",
                           types='["i4i.large"]', bundle="b", row=f'market = "{market}"\n{row}')
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


if __name__ == "__main__":
    unittest.main()
