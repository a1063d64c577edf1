"""assay catalog: what is advertised, and the user's data over it."""

import json
import os

import support


class Catalog(support.Scratch):
    def setUp(self):
        super().setUp()
        self.home = self.root / "data"
        self.options = {"env": {**os.environ, "XDG_DATA_HOME": str(self.home)}}

    def catalog(self, *arguments, code=0):
        return self.assay("catalog", *arguments, code=code, **self.options)

    def test_a_type_is_shown_with_prices_sources_and_dates(self):
        text = self.catalog("show", "i4i.large").stdout
        for word in ["50000 IOPS", "0.172", "on-demand us-east-1", "reserved-3y", "2026-07-20",
                     "getmoto/moto", "built in", "30 minutes once in 24 hours"]:
            self.assertIn(word, text)

    def test_a_family_is_a_table_in_order_of_size(self):
        lines = self.catalog("show", "i4i").stdout.splitlines()
        self.assertTrue(lines[1].startswith("i4i.large "))
        self.assertTrue(lines[10].startswith("i4i.metal "))

    def test_a_list_is_filtered(self):
        done = self.catalog("list", "--where", "gpu>=1 and is_total_gb>=1000", "--json")
        types = json.loads(done.stdout)["types"]
        self.assertGreater(len(types), 10)
        for one in types:
            self.assertGreaterEqual(one["gpus"], 1)
            self.assertGreaterEqual(one["disk_bytes_total"], 10**12)

    def test_wrong_words_are_answered_with_the_nearest(self):
        self.assertIn("did you mean 'i4i.large'?",
                      self.catalog("show", "i4i.larg", code=2).stderr)
        error = self.catalog("list", "--where", "gpus > 1", code=2).stderr
        self.assertIn("column 1: no field 'gpus'", error)
        self.assertIn("  gpus > 1\n  ^\n", error)
        self.assertIn("did you mean 'gpu'?", error)
        self.catalog(code=2)

    def test_the_users_data_is_laid_over_and_says_so(self):
        types = self.work / "types.json"
        types.write_text(json.dumps({"InstanceTypes": [
            {"InstanceType": "zz9.large", "VCpuInfo": {"DefaultVCpus": 2}}]}))
        spot = self.work / "spot.json"
        spot.write_text(json.dumps({"SpotPriceHistory": [
            {"AvailabilityZone": "us-east-1a", "AvailabilityZoneId": "use1-az4",
             "InstanceType": "i4i.large", "ProductDescription": "Linux/UNIX", "SpotPrice": "0.07",
             "Timestamp": "2020-01-01T00:00:00Z"}]}))
        done = self.catalog("update", "--instance-types", types, "--spot", spot,
                            "--price", "i4i.large=0.11", "--ebs-price", "gp3:throughput=0.04")
        self.assertIn(str(self.home / "assay/catalog.json"), done.stdout)
        text = self.catalog("show", "i4i.large").stdout
        for word in ["spot us-east-1 use1-az4, spot.json, 2020-01-01 (", "days old)", "user-given",
                     "0.11", "and over it 1 type and 3 prices from", "types.json"]:
            self.assertIn(word, text)
        self.assertIn("types.json", self.catalog("show", "zz9.large").stdout)
        self.catalog("update", "--price", "i4i.large=0.12")  # what was there before stays
        self.assertIn("use1-az4", self.catalog("show", "i4i.large").stdout)

    def test_volumes_of_the_vendor_s_price_list_are_laid_over(self):
        def product(usage, unit, usd):
            return json.dumps({
                "product": {"attributes": {"usagetype": usage, "regionCode": "eu-west-1",
                                           "locationType": "AWS Region"}},
                "publicationDate": "2026-10-30T00:00:00Z",
                "terms": {"OnDemand": {"a": {"priceDimensions": {"b": {
                    "unit": unit, "pricePerUnit": {"USD": usd}}}}}}})
        prices = self.work / "gp3.json"
        prices.write_text(json.dumps({"PriceList": [
            product("EU-EBS:VolumeUsage.gp3", "GB-Mo", "0.088"),
            product("EU-EBS:VolumeP-Throughput.gp3", "GiBps-mo", "45.056")]}))
        self.assertIn("1 EBS prices from gp3.json", self.catalog("update", "--prices", prices).stdout)
        shown = json.loads(self.catalog("show", "i4i.large", "--json").stdout)["ebs"]
        [gp3] = [volume for volume in shown if volume["volume_type"] == "gp3"]
        self.assertAlmostEqual(gp3["per_mib_per_s_month"], 0.044)
        self.assertEqual(gp3["source"], "gp3.json, eu-west-1")
        self.catalog("update", "--prices", prices, "--ebs-price", "gp3:throughput=0.03")
        shown = json.loads(self.catalog("show", "i4i.large", "--json").stdout)["ebs"]
        [gp3] = [volume for volume in shown if volume["volume_type"] == "gp3"]
        self.assertAlmostEqual(gp3["per_mib_per_s_month"], 0.03)
        self.assertAlmostEqual(gp3["per_gib_month"], 0.088)  # of the list, not what was there

    def test_bad_input_changes_nothing(self):
        empty = self.work / "empty.json"
        empty.write_text("{}")
        for arguments, words in [
                ((), "nothing to update"),
                (("--instance-types", empty), "aws ec2 describe-instance-types"),
                (("--prices", empty), "aws pricing get-products"),
                (("--prices", self.work / "none"), "none"),
                (("--price", "i4i.large"), "TYPE=DOLLARS_AN_HOUR"),
                (("--price", "i4i.large=-1"), "TYPE=DOLLARS_AN_HOUR"),
                (("--price", "nothing.large=1"), "no such instance type"),
                (("--ebs-price", "gp3:speed=1"), "no part 'speed'")]:
            self.assertIn(words, self.catalog("update", *arguments, code=2).stderr)
        self.assertFalse(self.home.exists())

    def test_damaged_data_is_named_and_not_passed_over(self):
        (self.home / "assay").mkdir(parents=True)
        (self.home / "assay/catalog.json").write_text("{")
        self.assertIn(str(self.home / "assay/catalog.json"),
                      self.catalog("show", "i4i", code=2).stderr)


if __name__ == "__main__":
    support.main()
