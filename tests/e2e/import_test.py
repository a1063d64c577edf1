"""assay import: files of other tools become Results that every command takes, marked as foreign."""

import json
import shutil
import statistics

from support import ONE_READ, SOURCE, Scratch, VALIDATOR, main

FIXTURES = SOURCE / "tests/fixtures/import"
IMPORTED = "Imported: measured by fio 3.33, not by assay"


def fixture(name):
    text = (FIXTURES / name).read_text()
    return json.loads(text[text.index("{"):])


def metrics(case):
    return {one["name"]: one["value"] for one in case["metrics"]}


class ImportTest(Scratch):
    def imported(self, tool, name, *arguments, out="import"):
        directory = self.root / out
        done = self.assay("import", tool, FIXTURES / name, "-o", directory, *arguments)
        result = json.loads((directory / "result.json").read_text())
        if VALIDATOR:
            errors = ["/".join(map(str, e.path)) + ": " + e.message[:200]
                      for e in VALIDATOR.iter_errors(result)]
            self.assertEqual(errors, [])
        return directory, result, done

    def refused(self, words, *arguments):
        done = self.assay("import", *arguments, code=2)
        self.assertIn(words, done.stderr)
        self.assertEqual(list(self.work.iterdir()), [])

    def test_fio_numbers_are_those_of_its_file(self):
        for name in ["fio-several.json", "fio-group.json", "fio-mixed.json", "fio-rate.json"]:
            _, result, _ = self.imported("fio", name, out=name[:-5])
            jobs = fixture(name)["jobs"]
            self.assertEqual(len(result["cases"]), len(jobs))
            for job, case in zip(jobs, result["cases"]):
                busy = [job[way] for way in ("read", "write") if job[way]["total_ios"] > 0]
                found = metrics(case)
                self.assertEqual(case["status"], "ok")
                self.assertAlmostEqual(found["iops"], sum(one["iops"] for one in busy), places=6)
                self.assertEqual(found["bandwidth"], sum(one["bw_bytes"] for one in busy))
                self.assertEqual(found["ios"], sum(one["total_ios"] for one in busy))
                given = {value for one in [*busy, job["sync"]] for latency in one.values()
                         if isinstance(latency, dict)
                         for value in latency.get("percentile", {}).values()}
                for metric, value in found.items():
                    if "latency/p" in metric:
                        self.assertIn(value, given, metric)

    def test_a_distribution_is_that_of_json_plus(self):
        _, result, _ = self.imported("fio", "fio-group.json")
        told = fixture("fio-group.json")["jobs"][0]["read"]["lat_ns"]
        histogram = result["cases"][0]["histograms"][0]["latency"]
        flat = histogram["steps_and_counts"]
        bits, bucket, counts = histogram["sub_bucket_bits"], 0, {}
        for step, count in zip(flat[::2], flat[1::2]):
            bucket += step
            shift = max(0, (bucket >> bits) - 1)
            lower = bucket if shift == 0 else ((bucket & ((1 << bits) - 1)) + (1 << bits)) << shift
            counts[lower + (1 << shift) // 2] = count
        self.assertEqual(counts, {int(key): value for key, value in told["bins"].items()})
        self.assertEqual(histogram["count"], told["N"])

    def test_google_benchmark_and_nvbandwidth_numbers(self):
        _, result, _ = self.imported("google-benchmark", "google-benchmark.json", out="gb")
        for case in result["cases"]:
            times = [one["real_time"] for one in fixture("google-benchmark.json")["benchmarks"]
                     if "benchmark/" + one["run_name"] == case["id"]
                     and one["run_type"] == "iteration"]
            self.assertAlmostEqual(metrics(case)["time/real"], statistics.median(times), places=6)
        _, result, _ = self.imported("nvbandwidth", "nvbandwidth.json", out="nv")
        cases = {case["id"]: case for case in result["cases"]}
        tests = {one["name"]: one for one in fixture("nvbandwidth.json")["nvbandwidth"]["testcases"]}
        for gpu in (0, 1):
            cell = float(tests["device_to_host_memcpy_ce"]["bandwidth_matrix"][0][gpu])
            self.assertAlmostEqual(metrics(cases[f"gpu/gpu{gpu}/device-to-host"])["bandwidth"],
                                   cell * 1e9, places=3)

    def test_every_command_takes_it_and_says_what_it_is(self):
        directory, _, done = self.imported("fio", "fio-several.json", "--instance-type", "i4i.large",
                                           "--device-class", "instance-store")
        self.assertIn(IMPORTED, done.stdout)
        result = directory / "result.json"
        self.assertIn(": ok\n", self.assay("verify", result, directory / "report.html").stdout)
        for suffix, words in [("html", IMPORTED), ("md", IMPORTED), ("csv", ",fio\n"),
                              ("ndjson", '"measured_by":"fio"')]:
            file = self.root / f"report.{suffix}"
            self.assay("report", result, "-o", file)
            self.assertIn(words, file.read_text())
        self.assertIn("i4i.large", (self.root / "report.csv").read_text())
        page = (directory / "report.html").read_text()
        for words in ["Noise", "no cpufreq", "compiler flags", "not in this kernel"]:
            self.assertNotIn(words, page)

    def test_one_tool_is_compared_and_two_are_not(self):
        first, _, _ = self.imported("fio", "fio-group.json", out="a")
        second, _, _ = self.imported("fio", "fio-group.json", out="b")
        done = self.assay("compare", "--by", "directory", first, second)
        self.assertIn("Imported: measured by fio, not by assay", done.stdout)
        self.assertIn("--unit result", done.stdout)
        self.assertIn("iops", done.stdout)
        self.run_case(*ONE_READ)
        mixed = ["compare", "--by", "directory", self.out, first]
        self.assertIn("measured-by: 'assay'", self.assay(*mixed, code=2).stderr)
        self.assertIn("not comparable, forced. measured-by",
                      self.assay(*mixed, "--force").stdout)

    def test_a_fleet_of_two_tools_is_refused_or_carries_a_banner(self):
        first, _, _ = self.imported("fio", "fio-group.json")
        self.run_case(*ONE_READ)
        self.assertNotIn("import", self.result())
        for suffix in ["html", "md"]:
            page = self.root / f"fleet.{suffix}"
            done = self.assay("report", self.out, first, "-o", page, code=2)
            self.assertIn("measured-by: 'assay'", done.stderr)
            self.assertFalse(page.exists())
            self.assay("report", self.out, first, "-o", page, "--force")
            self.assertIn("Forced: these runs must not be compared. measured",
                          page.read_text().replace("\\", ""))
            self.assertIn("1 of 2 runs were measured by fio, not by assay", page.read_text())

    def test_picking_leaves_it_out(self):
        first, _, _ = self.imported("fio", "fio-group.json", "--instance-type", "i4i.large",
                                    "--device-class", "instance-store")
        done = self.assay("pick", "--need", "instance-store random-read/4k iops >= 1k", first)
        for text in (done.stdout, done.stderr):
            self.assertIn("imported: measured by fio, not by assay", text)
        self.assertIn("No measured type meets the need", done.stdout)

    def test_where_it_is_written(self):
        file = self.root / "one.json"
        self.assay("import", "fio", FIXTURES / "fio-full.txt", "-o", file)
        self.assertEqual(json.loads(file.read_text())["cases"][0]["status"], "failed")
        self.assay("import", "fio", FIXTURES / "fio-full.txt")
        self.assertEqual(len(list(self.work.glob("assay-results/*/result.json"))), 1)
        directory, _, _ = self.imported("fio", "fio-group.json")
        self.assertIn("holds a run already", self.assay(
            "import", "fio", FIXTURES / "fio-group.json", "-o", directory, code=2).stderr)

    def test_bad_files_and_options_are_told(self):
        bad = self.root / "bad.json"
        self.refused("assay import nvbandwidth FILE", "fio", FIXTURES / "nvbandwidth.json")
        for text, words in [("", "no JSON in it"), ("{", "not valid JSON"), ("[1]", "no JSON in it"),
                            ("{}", "not fio's JSON"),
                            ('{"fio version": "fio-2.1", "jobs": []}', "fio 3 or later"),
                            ('{"fio version": "fio-3.1", "jobs": []}', "jobs: empty"),
                            ('{"fio version": "fio-3.1", "jobs": [{}]}', "jobs[0].jobname: missing"),
                            ("{" * 100000, "nested deeper"), ('{"a": NaN}', "not valid JSON")]:
            bad.write_text(text)
            self.refused(words, "fio", bad)
        self.refused("No such file", "fio", self.root / "nowhere.json")
        self.refused("give a type such as", "fio", FIXTURES / "fio-group.json", "--instance-type",
                     "<b>")
        self.refused("one of instance-store, ebs, other", "fio", FIXTURES / "fio-group.json",
                     "--device-class", "floppy")
        self.refused("A subcommand is required", FIXTURES / "fio-group.json")

    def test_a_fresh_file_of_fio(self):
        if shutil.which("fio") is None:
            self.skip("fio is not installed")
        import subprocess
        file = self.root / "fio.json"
        subprocess.run(["fio", "--output-format=json+", f"--output={file}", "--name=<b>now</b>",
                        f"--filename={self.work}/data", "--size=4m", "--rw=randread", "--bs=4k",
                        "--runtime=1", "--time_based", "--ioengine=psync"], check=True,
                       capture_output=True, cwd=self.root)
        self.assay("import", "fio", file, "-o", self.root / "fresh")
        self.assertIn("<b>now</b>", (self.root / "fresh/result.json").read_text())
        self.assertNotIn("<b>now</b>", (self.root / "fresh/report.html").read_text())


if __name__ == "__main__":
    main()
