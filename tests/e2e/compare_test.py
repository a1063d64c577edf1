"""assay compare: groups, refusals, verdicts and the gate, as a user meets them."""

import json

from support import ONE_READ, Scratch, main
from synthetic_fleet import write_fleet

CASE = "storage/*/random-read/4k/qd4"


class CompareTest(Scratch):
    def setUp(self):
        super().setUp()
        self.run_case(*ONE_READ)
        self.measured = self.result()
        self.measured["plan"]["primary"] = [{"cases": CASE, "metric": "iops"}]
        self.fleet = self.root / "fleet"

    def group(self, instance_type, machines=6, **options):
        write_fleet(self.fleet, self.measured, instance_type, machines, **options)

    def compare(self, *arguments, **options):
        return self.assay("compare", *arguments, **options)

    def refused(self, words, *arguments):
        done = self.compare(*arguments, code=2)
        for word in words:
            self.assertIn(word, done.stderr)
        self.assertEqual(done.stdout, "")

    def test_the_better_of_two_types(self):
        self.group("a.large")
        self.group("b.large", factor=1.2)
        text = self.compare(self.fleet).stdout
        self.assertIn("b.large (6 instances, 6 runs) against a.large (6 instances, 6 runs)", text)
        self.assertIn("1 better", text)
        self.assertIn("SYNTHETIC", text)
        out = self.root / "out.json"
        self.compare(self.fleet, "--baseline", "b.large", "-o", out)
        one = json.loads(out.read_text())["comparisons"][0]["primary"][0]
        self.assertEqual((one["verdict"], one["standing"], one["n"]), ("worse", "claim", [6, 6]))
        self.assertAlmostEqual(one["ratio"], 1 / 1.2, delta=0.05)
        self.assertLess(one["ratio_interval_95"][0], one["ratio"])
        for name in ("out.md", "out.html"):
            self.compare(self.fleet, "-o", self.root / name)
            page = (self.root / name).read_text()
            self.assertIn("SYNTHETIC", page)
            self.assertIn("better", page)
            self.assertNotIn("<script", page)

    def test_what_launch_leaves_beside_its_results_is_no_obstacle(self):
        self.group("a.large")
        self.group("b.large")
        page = self.fleet / "report.html"
        self.assay("report", self.fleet, "-o", page)
        self.assertIn("b.large (6 instances", self.compare(self.fleet).stdout)
        self.refused(["a report on a fleet"], self.fleet, page)
        (self.fleet / "c" / "result.json").parent.mkdir()
        (self.fleet / "c" / "result.json").write_text("{")
        self.refused(["not valid JSON"], self.fleet)

    def test_the_gate(self):
        self.group("a.large", factor=1.2)
        self.group("b.large")
        done = self.compare(self.fleet, "--fail-if-worse", "5%", code=3)
        self.assertIn(f"{CASE} iops is worse", done.stderr)
        self.compare(self.fleet, "--fail-if-worse", "30%")
        self.compare(self.fleet, "--fail-if-worse", "5%", "--baseline", "b.large")
        self.group("c.large", machines=2, factor=0.5)
        done = self.compare(*sorted(self.fleet.glob("[bc]*")), "--fail-if-worse", "5%")
        self.assertIn("could not judge 1 primary metric ", done.stderr)
        self.assertIn("no claim (n = 2)", done.stdout)

    def test_what_differs_besides_is_refused_and_forced(self):
        self.group("a.large")
        self.group("b.large", edit=lambda one: one["comparability"].update(suite_sha256="f" * 64))
        self.refused(["suite: ", "'quick ffffffff' in ", "measure both with the same suite",
                      "--force"], self.fleet)
        self.assertIn("*** not comparable, forced. suite:", self.compare(self.fleet, "--force").stdout)
        out = self.root / "out.html"
        self.compare(self.fleet, "--force", "-o", out)
        page = out.read_text()
        self.assertEqual(page.count("<li>not comparable, forced."), page.count("<section>"))

    def test_the_field_compared(self):
        self.group("a.large", edit=lambda one: one["host"]["kernel"].update(release="6.1"))
        self.group("a.xlarge", factor=2)
        self.refused(["size: 'large'", "'xlarge'", "--by size"], self.fleet, "--by", "kernel")
        self.assertIn("xlarge (6 inst", self.compare(self.fleet, "--by", "size").stdout)
        self.assertIn("kernel differs: 6.1, ", self.compare(self.fleet).stdout)
        self.refused(["no such field (did you mean 'kernel'?)"], self.fleet, "--by", "kernle")
        self.refused(["does not tell its az"], self.fleet, "--by", "az")
        self.refused(["have family 'a'", "they differ in", "kernel"], self.fleet, "--by", "family")
        self.group("b.large")
        self.refused(["3 values of instance-type", "--baseline"], self.fleet)
        self.refused(["no Result has that", "'a.xlarge'"], self.fleet, "--baseline", "z.large")
        text = self.compare(self.fleet, "--baseline", "b.large").stdout
        self.assertEqual(text.count("against b.large"), 2)

    def test_directories_are_groups(self):
        write_fleet(self.root / "before", self.measured, "a.large", 6)
        write_fleet(self.root / "after", self.measured, "a.large", 6, factor=1.3, seed=2)
        text = self.compare("--by", "directory", self.root / "before", self.root / "after").stdout
        self.assertIn("1 better", text)
        self.assertIn("6 instances were measured on both sides", text)

    def test_of_ebs_what_lasts_counts_and_a_burst_is_told(self):
        def on_ebs(one, seconds, burst_iops, lasting_iops):
            for target in one["plan"]["targets"]:
                target["class"] = "ebs"
            for device in one["host"]["block_devices"]:
                device["class"] = "ebs"
            case = one["cases"][0]
            case["elapsed_s"] = seconds
            tick = case["ticks"][0]
            case["ticks"] = []
            for second in range(seconds):
                ios = burst_iops if second < 1800 else lasting_iops
                case["ticks"].append(tick | {"start_s": second, "length_s": 1, "ops": ios,
                                             "bytes": 4096 * ios})
        self.group("m5.large", edit=lambda one: on_ebs(one, 2400, 16000, 3600))
        self.group("m5.xlarge", edit=lambda one: on_ebs(one, 2400, 18750, 6000))
        out = self.root / "out.json"
        self.compare(self.fleet, "-o", out)
        one = json.loads(out.read_text())["comparisons"][0]["primary"][0]
        self.assertEqual((one["median"], one["runs_with_burst"]), ([3600, 6000], [0, 0]))
        pick = self.assay("pick", "--need", "ebs random-read iops >= 100", self.fleet).stdout
        self.assertIn("median 3.60 k IOPS", pick)
        self.group("r5.large", edit=lambda one: on_ebs(one, 3, 18750, 0))
        done = self.compare(*self.fleet.glob("m5.large*"), *self.fleet.glob("r5.large*"),
                            "--baseline", "m5.large")
        self.assertIn("6 of 6 of r5.large gave an EBS burst", done.stdout)
        self.assertIn("--suite sustained", done.stdout)

    def test_a_failed_disk_is_told_by_the_gate_too(self):
        def lose(one):
            if one["host"]["identity"]["board_asset_tag"].endswith("-3"):
                one["cases"][0].update(status="failed", reason="I/O error", metrics=[])
        self.group("a.large")
        self.group("b.large", edit=lose)
        done = self.compare(self.fleet, "--fail-if-worse", "5%")
        self.assertIn("1 of 6 of b.large have no value (a case failed", done.stderr)
        self.assertIn("could not judge 1 primary metric ", done.stderr)
        self.assertIn("1 of 6 of b.large have no value (a case failed", done.stdout)

    def test_runs_of_one_machine_are_one_value(self):
        self.group("a.large", machines=1, runs=6)
        self.group("b.large", machines=6)
        self.assertIn("no claim (n = 1)", self.compare(self.fleet).stdout)
        self.assertIn("6 / 6", self.compare(self.fleet, "--unit", "result").stdout)

    def test_bad_arguments(self):
        self.group("a.large")
        self.refused(["give a percentage"], self.fleet, "--margin", "five")
        self.refused(["above 0 %"], self.fleet, "--margin", "0%")
        self.refused(["give a percentage"], self.fleet, "--fail-if-worse", "-5%")
        self.refused(["--fail-if-worse 1% is below --margin 5%", "give --margin 1%, too"], self.fleet,
                     "--fail-if-worse", "1%")
        self.refused([".md, .json or .html"], self.fleet, "-o", "x.pdf")
        self.refused(["no such file"], self.root / "nowhere")
        self.refused(["given twice"], self.fleet, self.fleet)
        (self.fleet / "a.large-0-0" / "result.json").write_text("{")
        self.refused(["a.large-0-0/result.json", "JSON"], self.fleet)


if __name__ == "__main__":
    main()
