"""assay microbench: Google Benchmark's own flags, output and JSON."""
import json
import os

import support


class Microbench(support.Scratch):
    def test_json_is_google_benchmarks(self):
        out = os.path.join(str(self.root), "bench.json")
        self.assay("microbench", "--benchmark_filter=^memory/(copy|chase)/.*16384$|^assay/", "--benchmark_min_time=0.01",
                   f"--benchmark_out={out}", "--benchmark_out_format=json")
        with open(out, encoding="utf-8") as file:
            document = json.load(file)
        self.assertTrue(document["context"]["assay_version"])
        names = [one["name"] for one in document["benchmarks"]]
        self.assertIn("memory/copy/generic/16384", names)
        self.assertIn("memory/chase/16384", names)
        self.assertIn("assay/histogram-record", names)
        for one in document["benchmarks"]:
            self.assertEqual(one["run_type"], "iteration")
            self.assertTrue(one["real_time"] > 0 or one.get("error_occurred"), one)
            if one["name"].startswith("memory/copy"):
                self.assertGreater(one["bytes_per_second"], 0)

    def test_the_null_engine_tells_what_the_measuring_loop_can_do(self):
        out = os.path.join(str(self.root), "null.json")
        self.assay("microbench", "--benchmark_filter=^storage/null-engine/(qd128|rate/10000)$", "--benchmark_min_time=0.01",
                   f"--benchmark_out={out}", "--benchmark_out_format=json")
        with open(out, encoding="utf-8") as file:
            closed, rate = json.load(file)["benchmarks"]
        self.assertEqual((closed["name"], rate["name"]), ("storage/null-engine/qd128", "storage/null-engine/rate/10000"))
        self.assertGreater(closed["items_per_second"], 0)
        self.assertNotIn("rate_error_percent", closed)
        self.assertAlmostEqual(rate["rate_error_percent"], 100 * (rate["items_per_second"] / 10_000 - 1), places=3)

    def test_what_it_does_not_know_is_said(self):
        self.assertIn("knows no '--filter=triad'", self.assay("microbench", "--filter=triad", code=2).stderr)
        self.assertIn("matches nothing", self.assay("microbench", "--benchmark_filter=^none$", code=2).stderr)


if __name__ == "__main__":
    support.main()
