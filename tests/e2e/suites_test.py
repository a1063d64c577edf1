"""The longer suites, with short cases: sets of targets, parts, late choices, engines, an interrupted run."""

import json
import signal

import support


class Interrupted(support.Scratch):
    def stopped_after_four_cases(self, suite):
        self.stopped("run", "--suite", suite, "--out", self.out, "--size", "16MiB", cases=4,
                     by=signal.SIGTERM)


class StandardSuite(Interrupted):
    def two_targets(self):
        targets = []
        for name in ("one", "two"):
            path = self.root / name
            path.mkdir()
            targets += ["--target", str(path)]
        return targets

    def test_two_targets_are_measured_alone_the_slowest_in_full_and_both_at_once(self):
        self.assay("run", "--suite", "standard", "--out", self.out, "--duration", "0.4s", "--size", "64MiB",
                   "--only", "storage/*/random-read/*", *self.two_targets())
        result = self.result()
        cases = {c["id"]: c for c in result["cases"]}
        self.assertEqual(list(cases), [c["id"] for c in result["plan"]["cases"]])
        failed = [(c["id"], c["reason"]) for c in result["cases"] if c["status"] == "failed"]
        self.assertEqual(failed, [])
        every = next(t for t in result["plan"]["targets"] if t["kind"] == "target-set")
        self.assertEqual(len(every["members"]), 2)
        together = [c for c in result["cases"] if c["id"].startswith(f"storage/{every['id']}/")]
        self.assertEqual(len(together), 5)
        for case in together:
            metrics = {m["name"]: m["value"] for m in case["metrics"]}
            members = sum(metrics[f"member/{m}/iops"] for m in every["members"])
            self.assertAlmostEqual(metrics["iops"], members, delta=metrics["iops"] * 1e-6)
        slowest = [c for c in result["cases"] if "-slowest/" in c["id"]]
        self.assertEqual(len(slowest), 14)
        for case in slowest:
            method = {m["name"]: m["text"] for m in case["method"]}
            self.assertIn("of the mean rate of 2 targets", method["slowest target"])
            self.assertIn("2, added up", method["parts"])
        rates = [c for c in result["plan"]["cases"] if c.get("storage", {}).get("rate_percent", 0) > 0]
        self.assertEqual(len(rates), 5)
        for case in rates:
            self.assertGreater(case["storage"]["rate_per_s"], 0)

    def test_the_share_of_the_highest_rate_of_a_set_is_offered_to_all_members_together(self):
        suite = self.root / "share.toml"
        row = '[[storage]]\nworkload = "random-read"\nblock_size = "4k"\ndevices = "all"\n'
        suite.write_text('name = "share"\nwarm_up = "0.1s"\nduration = "0.5s"\n' + row +
                         'queue_depth = 4\n' + row + 'queue_depth = 256\nrate = "50%"\n')
        self.assay("run", "--suite", suite, "--out", self.out, "--size", "16MiB", *self.two_targets())
        result = self.result()
        self.assertEqual([c["status"] for c in result["cases"]], ["ok"] * 2)
        closed, opened = ({m["name"]: m["value"] for m in c["metrics"]} for c in result["cases"])
        share = closed["iops"] / 2
        self.assertAlmostEqual(opened["rate/intended"], share, delta=1)
        self.assertAlmostEqual(result["plan"]["cases"][1]["storage"]["rate_per_s"], share / 2, delta=1)
        method = {m["name"]: m["text"] for m in result["cases"][1]["method"]}
        self.assertIn(f"50 % of {closed['iops']:.0f} I/Os a second", method["rate"])

    def test_a_run_stopped_between_parts_is_partial_and_goes_on(self):
        suite = self.root / "parts.toml"
        suite.write_text('name = "parts"\nduration = "3s"\nrounds = 3\norder = "random"\n[[storage]]\n'
                         'workload = "random-read"\nblock_size = "4k"\nqueue_depth = [1, 2, 4]\n')
        self.stopped_after_four_cases(suite)
        partial = self.result()
        flags = [f for c in partial["cases"] for f in c["flags"]]
        self.assertTrue(any("parts were measured" in f for f in flags), flags)
        self.assay("run", "--resume", self.out)
        result = self.result()
        self.assertEqual(len(result["cases"]), 3)
        self.assertFalse([f for c in result["cases"] for f in c["flags"] if "parts were measured" in f])
        for case in result["cases"]:
            self.assertEqual(case["status"], "ok")
            self.assertAlmostEqual(case["window_end_s"], 3, delta=0.01)


class OtherSuites(Interrupted):
    def test_a_grid_of_rates_is_refined_where_latency_changes_most_also_after_an_interruption(self):
        suite = self.root / "grid.toml"
        suite.write_text('name = "grid"\nduration = "2s"\n[[storage]]\nworkload = "random-mixed-70-30"\n'
                         'block_size = "4k"\nqueue_depth = 8\ndirect = false\n[[storage]]\nworkload = "random-mixed-70-30"\n'
                         'block_size = "4k"\nqueue_depth = 256\ndirect = false\nrate = ["20%", "80%"]\nrefine = 3\n')
        self.stopped_after_four_cases(suite)
        first = [c["storage"]["rate_percent"] for c in self.result()["plan"]["cases"]]
        self.assay("run", "--resume", self.out)
        result = self.result()
        self.assertEqual([c["status"] for c in result["cases"]], ["ok"] * 6)
        cases = [c["storage"] for c in result["plan"]["cases"]]
        percents = [c["rate_percent"] for c in cases]
        self.assertEqual(percents[:4], [0, 20, 80, 50])
        self.assertIn(percents[4], (35, 65))
        self.assertEqual(first[:4], percents[:4], "what was chosen before the stop is told after it")
        self.assertEqual(len(set(percents)), 6)
        highest = cases[1]["rate_per_s"] / 0.2
        for case in cases[1:]:
            self.assertAlmostEqual(case["rate_per_s"], highest * case["rate_percent"] / 100, delta=1)
        method = {m["name"]: m["text"] for m in result["cases"][3]["method"]}
        self.assertIn("between 20 % and 80 %", method["refined rate"])
        copy = self.root / "other" / "result.json"
        copy.parent.mkdir()
        copy.write_text(json.dumps(result))
        table = self.root / "compared.md"
        self.assay("compare", "--by", "directory", self.out, copy.parent, "-o", table)
        compared = table.read_text()
        self.assertIn("constant-20%", compared)
        self.assertNotIn("refined-", compared, "another load in each run")

    def test_engines_are_measured_or_skipped_with_the_reason(self):
        self.assay("run", "--suite", "engines", "--out", self.out, "--duration", "0.9s", "--size", "64MiB",
                   "--only", "*random-read/4k/qd1*")
        result = self.result()
        for case in result["cases"]:
            self.assertIn(case["status"], ("ok", "skipped"), case["reason"])
            if case["status"] == "skipped":
                self.assertGreater(len(case["reason"]), 20)
        ok = [c["id"] for c in result["cases"] if c["status"] == "ok"]
        self.assertTrue(any(i.endswith("/pread") for i in ok), ok)
        cached = next(c for c in result["cases"] if c["id"].endswith("qd1/page-cache"))
        self.assertIn("through the page cache", " ".join(cached["flags"]))

    def test_every_suite_has_a_plan_and_a_price(self):
        for suite in ("quick", "standard", "sustained", "engines", "gpu", "high-memory", "hpc"):
            done = self.assay("run", "--suite", suite, "--dry-run", "--json")
            plan = json.loads(done.stdout)
            self.assertGreater(plan["planned_s"], 10)
            if suite not in ("quick", "sustained", "engines"):
                self.assertLessEqual(plan["planned_s"], 1200)

    def test_the_class_decides_the_suite(self):
        plan = json.loads(self.assay("run", "--dry-run", "--json").stdout)
        self.assertGreater(len(plan["class_reason"]), 20)
        for host_class, suite in (("general", "quick"), ("hpc", "hpc"), ("high-memory", "high-memory"), ("gpu", "gpu"), ("storage", "standard")):
            plan = json.loads(self.assay("run", "--class", host_class, "--dry-run", "--json").stdout)
            self.assertEqual((plan["host_class"], plan["suite"]), (host_class, suite))
            self.assertEqual(plan["class_reason"], "given by --class")
        said = self.assay("run", "--class", "gpus", "--dry-run", code=2).stderr
        self.assertIn("did you mean 'gpu'?", said)


if __name__ == "__main__":
    support.main()
