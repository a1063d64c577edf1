"""probe, run and report as a user calls them."""

import csv
import io
import json
import os
import pty
import shutil
import subprocess

import support
from support import ASSAY, ONE_READ, SHORT, SOURCE


class Probe(support.Scratch):
    def test_text_and_json_tell_of_this_machine(self):
        self.assertIn("Block devices", self.assay("probe").stdout)
        host = json.loads(self.assay("probe", "--json").stdout)
        self.assertGreater(host["memory"]["total_bytes"], 0)
        self.assertTrue(host["gpu"]["devices"] or host["gpu"]["none_reason"])

    def test_recorded_machines(self):
        classes = {}
        for name in ("i4i", "p4d", "d3", "xen", "virtio", "dlami", "lvm", "nothing"):
            root = SOURCE / "tests/fixtures" / name
            host = json.loads(self.assay("probe", "--json", "--root", root).stdout)
            classes[name] = sorted(d["class"] for d in host["block_devices"])
            self.assay("probe", "--root", root)
        self.assertEqual(classes["i4i"], ["ebs", "instance-store", "instance-store"])
        self.assertEqual(classes["nothing"], [])

    def test_need_class_is_answered_by_the_exit_code(self):
        def need(machine, host_class, code):
            return self.assay("probe", "--root", SOURCE / "tests/fixtures" / machine,
                              "--need-class", host_class, code=code).stderr

        need("i4i", "storage", 0)
        self.assertIn("is of class storage", need("i4i", "hpc", 1))
        self.assertIn("no GPU can be measured here", need("p4d", "gpu", 1))
        self.assertIn("--need-class moon", need("i4i", "moon", 2))

    def test_a_missing_root_is_a_usage_error(self):
        self.assertIn("no such directory", self.assay("probe", "--root", "/nope", code=2).stderr)


class Run(support.Scratch):
    def test_writes_result_report_and_journal(self):
        done = self.run_case(*ONE_READ, "--seed", "7")
        self.assertEqual(sorted(p.name for p in self.out.iterdir()),
                         ["journal.ndjson", "report.html", "result.json"])
        self.assertIn("4k random reads", done.stdout)
        self.assertIn(str(self.out / "report.html"), done.stdout)
        self.assertNotIn("\r", done.stderr)
        self.assertIn("[ 1/1]", done.stderr)
        result = self.result()
        self.assertEqual(result["plan"]["seed"], 7)
        self.assertEqual([c["status"] for c in result["cases"]], ["ok"])
        self.assertIn("--seed 7", result["provenance"]["command_line"])
        self.assertEqual(result["preparations"][0]["bytes"], 16 << 20)
        self.assertEqual(list(self.work.iterdir()), [])

    def test_json_is_the_result_and_nothing_else_on_stdout(self):
        done = self.run_case(*ONE_READ, "--json")
        self.assertEqual(json.loads(done.stdout), self.result())
        self.assertEqual(done.stdout.count("\n"), 1)

    def test_on_a_terminal_one_line_is_rewritten(self):
        code, text = self.unstalled(self.run_on_a_terminal)
        self.assertEqual(code, 0)
        self.assertIn(b"\r\x1b[K", text)

    def run_on_a_terminal(self):
        parent, child = pty.openpty()
        with subprocess.Popen([ASSAY, "run", "--out", self.out, *SHORT, *ONE_READ], cwd=self.work,
                              stderr=child, stdout=subprocess.DEVNULL) as process:
            os.close(child)
            text = b""
            try:
                while block := os.read(parent, 4096):
                    text += block
            except OSError:  # EIO: the other end is closed
                pass
        os.close(parent)
        return process.returncode, text

    def test_dry_run_writes_nothing_and_gives_reasons(self):
        done = self.assay("run", "--dry-run", "--out", self.out)
        self.assertIn("chosen", done.stdout)
        self.assertIn("test file of", done.stdout)
        self.assertRegex(done.stdout, r"about \d+:\d\d min")
        plan = json.loads(self.assay("run", "--dry-run", "--json").stdout)
        self.assertEqual(len([c for c in plan["cases"] if "storage" in c]), 19)
        self.assertFalse(self.out.exists())
        self.assertEqual(list(self.work.iterdir()), [])

    def test_default_output_directory_is_said(self):
        done = self.assay("run", "--duration", "1s", *SHORT[2:], *ONE_READ)
        self.assertIn("assay-results/", done.stdout)
        self.assertEqual([p.name for p in self.work.iterdir()], ["assay-results"])

    def test_a_users_suite_with_an_open_loop(self):
        suite = self.root / "mine.toml"
        suite.write_text('name = "mine"\nduration = "2s"\n[[storage]]\nworkload = "random-read"\n'
                         'block_size = "4k"\nqueue_depth = 8\nrate = 500\narrival = "poisson"\n')
        self.assay("run", "--suite", suite, "--size", "16MiB", "--out", self.out)
        case = self.result()["cases"][0]
        self.assertTrue(case["id"].endswith("/random-read/4k/qd8/poisson-500"))
        self.assertIn("issued/latency/p50", {m["name"] for m in case["metrics"]})

    def test_closed_stderr_does_not_end_a_run(self):
        done = self.unstalled(lambda: subprocess.run(
            ["sh", "-c", 'exec "$@" 2>&-', "sh", ASSAY, "run", "--out", self.out, *SHORT,
             *ONE_READ], cwd=self.work, capture_output=True, check=False))
        self.assertEqual(done.returncode, 0)
        self.assertEqual(self.result()["cases"][0]["status"], "ok")
        for line in (self.out / "journal.ndjson").read_text().splitlines():
            json.loads(line)  # what was meant for stderr went into no file


class Report(support.Scratch):
    def setUp(self):
        super().setUp()
        self.run_case("--only", "*/random-read/4k/qd[14]")

    def report(self, name, *files, code=0):
        done = self.assay("report", *files, "-o", self.root / name, code=code)
        return (self.root / name).read_text() if code == 0 else done.stderr

    def test_every_format_from_json_and_from_html(self):
        from_json = self.report("a.csv", self.out / "result.json")
        from_html = self.report("b.csv", self.out / "report.html")
        self.assertEqual(from_json, from_html)
        rows = list(csv.DictReader(io.StringIO(from_json)))
        self.assertEqual({row["status"] for row in rows}, {"ok"})
        self.assertIn("iops", {row["metric"] for row in rows})
        self.assertIn("random read", self.report("a.md", self.out / "report.html").lower())
        self.assertIn("<svg", self.report("again.html", self.out / "report.html"))
        self.assertEqual(self.report("third.csv", self.root / "again.html"), from_json)

    def test_several_results_make_a_fleet(self):
        one = self.report("one.csv", self.out / "result.json")
        again = self.root / "again"
        again.mkdir()
        shutil.copy(self.out / "result.json", again / "result.json")
        both = list(csv.DictReader(io.StringIO(self.report("two.csv", self.out, again))))
        metrics = len(list(csv.DictReader(io.StringIO(one))))
        self.assertEqual(len(both), 2 * metrics)
        self.assertEqual({row["run"] for row in both},
                         {str(self.out / "result.json"), str(again / "result.json")})
        lines = self.report("two.ndjson", self.out, again).splitlines()
        self.assertEqual([json.loads(line)["value"] for line in lines],
                         [float(row["value"]) for row in both])
        self.assertIn("2 runs", self.report("two.md", self.out, again))
        page = self.report("two.html", self.out, again)
        self.assertIn("2 runs", page)
        self.assertIn("embeds one summary row of each run",
                      self.report("x.csv", self.root / "two.html", code=2))
        # A directory of one Result is that Result; twice the same file is one, too.
        self.assertEqual(self.report("same.csv", self.out, self.out / "result.json"), one)

    def test_runs_that_do_not_belong_together_are_refused(self):
        other = self.root / "other"
        other.mkdir()
        result = json.loads((self.out / "result.json").read_text())
        result["comparability"]["suite_sha256"] = "f" * 64
        (other / "result.json").write_text(json.dumps(result))
        error = self.report("x.html", self.out, other, code=2)
        for words in ["suite: ", "ffffffff", str(other / "result.json"), "--force"]:
            self.assertIn(words, error)
        done = self.assay("report", self.out, other, "--force", "-o", self.root / "forced.html")
        self.assertEqual(done.returncode, 0)
        self.assertIn("Forced: these runs must not be compared",
                      (self.root / "forced.html").read_text())

    def test_a_fleet_tells_what_it_left_out(self):
        broken = self.root / "fleet/broken"
        broken.mkdir(parents=True)
        (broken / "result.json").write_text("{")
        for name in ["a", "b"]:
            (self.root / "fleet" / name).mkdir()
            shutil.copy(self.out / "result.json", self.root / "fleet" / name)
        done = self.assay("report", self.root / "fleet", "-o", self.root / "f.html")
        self.assertIn(f"left out: {broken}/result.json: not valid JSON", done.stderr)
        self.assertIn("Not read: ", (self.root / "f.html").read_text())
        self.assertIn("not valid JSON", self.report("x.csv", self.out, broken / "result.json", code=2))
        self.assertFalse((self.root / "x.csv").exists())

    def test_what_cannot_be_read_or_written_is_said(self):
        garbage = self.root / "garbage.json"
        garbage.write_text("{\"schema\": \"assay-result\", ")
        self.assertIn(".html, .md, .csv or .ndjson", self.report("x.pdf", self.out / "result.json", code=2))
        self.assertIn("not valid JSON", self.report("x.csv", garbage, code=2))
        self.assertIn("no such file", self.report("x.csv", self.root / "none.json", code=2))
        empty = self.root / "empty"
        empty.mkdir()
        self.assertIn("neither result.json nor", self.report("x.csv", empty, code=2))
        self.assertIn("--option cheap: one of", self.assay(
            "report", self.out, "--option", "cheap", "-o", self.root / "x.md", code=2).stderr)
        garbage.write_text("<html>hello</html>")
        self.assertIn("assay", self.report("x.csv", garbage, code=2))
        self.assertIn("No such file", self.report("no/such/x.csv", self.out / "result.json", code=1))


if __name__ == "__main__":
    support.main()
