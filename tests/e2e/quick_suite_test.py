"""The whole list of the quick suite, with short cases: sizes of what is written, and nothing failed."""

import json

import support


class QuickSuite(support.Scratch):
    def test_every_case_runs_and_the_files_are_small(self):
        self.assay("run", "--out", self.out, "--duration", "0.5s", "--size", "64MiB")
        result = self.result()
        failed = [(c["id"], c["reason"]) for c in result["cases"] if c["status"] == "failed"]
        self.assertEqual(failed, [])
        required = {c["id"] for c in result["plan"]["cases"] if c["required"]}
        ok = {c["id"] for c in result["cases"] if c["status"] == "ok"}
        self.assertEqual(required - ok, set())
        self.assertEqual(len(required), 28)
        # The more a machine's times scatter, the longer are the histograms.
        histograms = sum(len(json.dumps(c["histograms"], separators=(",", ":")))
                         for c in result["cases"])
        self.assertLessEqual(histograms, 150_000)
        self.assertLessEqual((self.out / "result.json").stat().st_size - histograms, 130_000)
        self.assertLessEqual((self.out / "report.html").stat().st_size, 300_000)


if __name__ == "__main__":
    support.main()
