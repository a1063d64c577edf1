"""assay pick on Results of machines that do not exist."""

import json

from support import Scratch, main
from synthetic_fleet import write_fleet


class PickTest(Scratch):
    def setUp(self):
        super().setUp()
        self.run_case("--only", "memory/*/copy/all-threads")
        self.measured = self.result()
        rate = self.measured["cases"][0]["metrics"][0]["value"]
        self.need = f"memory GB/s >= {1.5 * rate / 1e9:.3f}; memory GiB >= 16"
        self.fleet = self.root / "fleet"

    def test_a_need_is_met_by_several_of_the_cheapest(self):
        write_fleet(self.fleet, self.measured, "m5.large", 6, noise=0.005)
        write_fleet(self.fleet, self.measured, "m5.xlarge", 6, factor=2, noise=0.005)
        write_fleet(self.fleet, self.measured, "r5.large", 1)
        text = self.assay("pick", "--need", self.need, self.fleet).stdout
        self.assertIn("m5.large (SYNTHETIC)", text)
        self.assertIn("n = 1, so there is no confidence bound", text)
        out = self.root / "pick.json"
        self.assay("pick", "--need", self.need, self.fleet, "-o", out)
        pick = json.loads(out.read_text())
        counts = {one["type"]: one["count"] for one in pick["candidates"]}
        self.assertEqual(counts, {"m5.large": 2, "m5.xlarge": 1})
        self.assertEqual([one["type"] for one in pick["excluded"]], ["r5.large"])
        self.assay("pick", "--need", self.need, self.fleet, "-o", self.root / "pick.md")
        self.assertIn("| m5.large", (self.root / "pick.md").read_text())
        text = self.assay("pick", "--need", self.need, self.fleet, "--budget", "0.01").stdout
        self.assertIn("No measured type meets the need", text)
        self.assertIn("--budget:", text)

    def test_a_report_on_the_fleet_says_it_too(self):
        write_fleet(self.fleet, self.measured, "m5.large", 6, noise=0.005)
        write_fleet(self.fleet, self.measured, "r5.large", 1)
        for name in ("fleet.html", "fleet.md"):
            page = self.root / name
            self.assay("report", self.fleet, "--need", self.need, "-o", page)
            text = page.read_text()
            self.assertIn("m5.large (SYNTHETIC)", text)
            self.assertIn("n = 1, so there is no confidence bound", text)
            self.assertNotIn("No measured type meets the need", text)
            self.assay("report", self.fleet, "--need", self.need, "--budget", "0.01", "-o", page)
            self.assertIn("No measured type meets the need", page.read_text())
            self.assay("report", self.fleet, "-o", page)
            self.assertNotIn("Cheapest for", page.read_text())
        one = next(self.fleet.rglob("result.json"))
        self.assay("report", one, "--need", "vcpus >= 1", "-o", self.root / "one.html")
        self.assertIn("Cheapest for the need", (self.root / "one.html").read_text())
        for options, words in [
                (["--need", "vcpus > 1", "-o", "x.html"], "column 7"),
                (["--need", "vcpus >= 1", "-o", "x.csv"], "in .html and .md only"),
                (["--budget", "5", "-o", "x.html"], "belongs to --need")]:
            done = self.assay("report", self.fleet, *options, code=2)
            self.assertIn(words, done.stderr)

    def test_prices_are_not_asked_for_in_vain(self):
        write_fleet(self.fleet, self.measured, "m5.large", 2)
        one = next(self.fleet.rglob("result.json"))
        prices = (["--option", "on-demand"], ["--region", "us-east-1"])
        for paths, name, words in [(one, "x.html", "of one, --need adds them"),
                                   (one, "x.csv", ".html and .md of several Results"),
                                   (self.fleet, "x.csv", ".html and .md of several Results"),
                                   (self.fleet, "x.ndjson", ".html and .md of several Results")]:
            for options in prices:
                done = self.assay("report", paths, "-o", self.root / name, *options, code=2)
                self.assertIn(words, done.stderr)
                self.assertFalse((self.root / name).exists())
        for options in prices:
            self.assay("report", self.fleet, "-o", self.root / "x.html", *options)
            self.assay("report", one, "--need", self.need, "-o", self.root / "x.md", *options)

    def test_bad_arguments(self):
        write_fleet(self.fleet, self.measured, "m5.large", 1)
        for need, options, words in [
                ("memory GiB > 5", [], "column 12"), ("", [], "column 1"),
                ("vcpus >= 1", ["--budget", "much"], "--budget much"),
                ("vcpus >= 1", ["--option", "free"], "--option free"),
                ("vcpus >= 1", ["-o", "x.pdf"], ".md or .json")]:
            done = self.assay("pick", "--need", need, self.fleet, *options, code=2)
            self.assertIn(words, done.stderr)
        self.assertIn("no such file", self.assay("pick", "--need", "vcpus >= 1", "nowhere",
                                                 code=2).stderr)


if __name__ == "__main__":
    main()
