#!/usr/bin/env python3
"""assay collect against an S3 server that checks signatures, and over directories.

usage: collect_test.py ASSAY MAKE_FLEET SOURCE_ROOT S3_DRIVER_FOLDER
"""

import http.server
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

import s3

ASSAY, MAKE_FLEET = map(os.path.abspath, sys.argv[1:3])
ROOT, DRIVER = (pathlib.Path(text).absolute() for text in sys.argv[3:5])
sys.path.append(str(ROOT / "cloud-init"))

from fleet import matrix as launcher  # noqa: E402

MATRIX = """name = "try"
region = "us-east-1"
bucket = "reports"
bundle = "b"
suite = "quick"
budget_usd = 1
budget_instances = 9
[[matrix]]
types = ["i4i.xlarge", "m7i.large"]
zones = ["us-east-1a", "us-east-1b"]
"""
I4I, M7I = "family=i4i/type=i4i.xlarge/run=i4i.xlarge", "family=m7i/type=m7i.large/run=m7i.large"


class Scratch(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.canned = pathlib.Path(tempfile.mkdtemp(prefix="assay-canned-", dir=os.getcwd()))
        cls.addClassCleanup(shutil.rmtree, cls.canned, ignore_errors=True)
        subprocess.run([MAKE_FLEET, cls.canned, "6"], check=True)  # SYNTHETIC

    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="assay-collect-", dir=os.getcwd()))
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("AWS_")},
            "AWS_ACCESS_KEY_ID": s3.KEY, "AWS_SECRET_ACCESS_KEY": s3.SECRET,
            "AWS_EC2_METADATA_DISABLED": "true", "LC_ALL": "C"}
        self.matrix = self.root / "matrix.toml"
        self.matrix.write_text(MATRIX)
        self.out = self.root / "out"

    def assay(self, *arguments, code=0, **more):
        done = subprocess.run([ASSAY, *map(str, arguments)], cwd=self.root, text=True, check=False,
                              capture_output=True, timeout=280, env={**self.environment, **more})
        self.assertEqual(done.returncode, code, f"{arguments}\n{done.stdout}\n{done.stderr}")
        self.assertNotIn("Credential=", done.stdout + done.stderr)
        return done

    def collect(self, *arguments, code=0, **more):
        done = self.assay("collect", *arguments, code=code, **more)
        return done.stdout + done.stderr

    def result(self, kind, number=0):
        return (self.canned / kind / f"{number:05}" / "result.json").read_bytes()

    def write(self, path, body):
        (self.out / path).parent.mkdir(parents=True, exist_ok=True)
        (self.out / path).write_bytes(body)

    def edited(self, kind, **changes):
        """A Result that says something else, without a right SHA-256."""
        return json.dumps({**json.loads(self.result(kind)), **changes}).encode()


class Directories(Scratch):
    def test_what_is_there_by_type_and_what_it_can_show(self):
        for number in range(6):
            self.write(f"a/{number}/result.json", self.result("i4i.xlarge", number))
        for number in range(3):
            self.write(f"b/{number}/result.json", self.result("m7i.large", number))
        self.write("c/result.json", self.result("m6id.xlarge"))
        text = self.collect(self.out)
        self.assertIn("10 runs: 10 done", text)
        self.assertRegex(text, r"i4i.xlarge +6 +6 +6 +verdicts")
        self.assertRegex(text, r"m7i.large +3 +3 +3 +indications")
        self.assertRegex(text, r"m6id.xlarge +1 +1 +1 +no claim")
        # The instance is the unit: one more Result of the same one adds nothing.
        self.write("c/again/result.json", self.result("m6id.xlarge"))
        self.assertRegex(self.collect(self.out), r"m6id.xlarge +2 +2 +1 +no claim")

    def test_a_matrix_and_each_state_of_a_run(self):
        self.write(f"{I4I}-01/result.json", self.result("i4i.xlarge"))
        self.write(f"{I4I}-02/assay.log", b"no disk\n")
        self.write(f"{M7I}-01/journal.ndjson", b"{}\n")
        text = self.collect(self.out, "--matrix", self.matrix, code=1)
        self.assertIn("4 runs planned: 1 done, 1 failed, 1 running, 1 missing", text)
        self.assertRegex(text, r"i4i.xlarge-02 +failed +no Result came; its log: .*assay.log")
        self.assertRegex(text, r"m7i.large-01 +running +its journal is 0 min old")
        self.assertRegex(text, r"m7i.large-02 +missing")
        self.assertIn("to start the 2 that have no whole Result:\n  launch.py "
                      f"{self.matrix} --start\n", text)
        self.assertNotIn("--again", text)
        hours_ago = time.time() - 2 * 3600
        os.utime(self.out / f"{M7I}-01/journal.ndjson", (hours_ago, hours_ago))
        self.assertIn("2 failed", self.collect(self.out, "--matrix", self.matrix, code=1))
        # Not what it was when it was written; of another type; stopped.
        self.write(f"{I4I}-02/result.json", self.edited("i4i.xlarge", partial="x"))
        self.write(f"{M7I}-01/result.json", self.result("m6id.xlarge"))
        self.write("family=x/type=x.y/run=x.y-01/result.json", self.result("m6id.xlarge"))
        text = self.collect(self.out, "--matrix", self.matrix, code=1)
        self.assertRegex(text, r"i4i.xlarge-02 +failed +NOT VERIFIED: .*SHA-256")
        self.assertRegex(text, r"m7i.large-01 +failed +its Result is of m6id.xlarge")
        self.assertIn("the same, and to measure again those whose Result is no good (it is kept "
                      f"beside the new one):\n  launch.py {self.matrix} --start --again "
                      "i4i.xlarge-02 --again m7i.large-01", text)
        self.assertIn("not in the matrix: 1 runs, first family=x", text)

    def test_all_done_is_no_gap(self):
        for number in range(2):
            self.write(f"{I4I}-{number + 1:02}/result.json", self.result("i4i.xlarge", number))
            self.write(f"{M7I}-{number + 1:02}/i-1/result.json", self.result("m7i.large", number))
        text = self.collect(self.out, "--matrix", self.matrix)
        self.assertIn("4 runs planned: 4 done", text)
        self.assertNotIn("--start", text)

    def test_folders_are_those_of_the_launcher(self):
        """Every run is missing; launch.py would name them so."""
        more = ('[volumes.fast]\ncount = 2\n[volumes.io]\ntype = "io2"\n[[matrix]]\n'
                'types = ["m7i.large", "m7i.xlarge"]\nmarket = ["on-demand", "spot"]\n'
                'volumes = ["none", "fast", "io"]\nrepeats = 3\n[[matrix]]\n'
                'types = ["i4i.xlarge"]\nrepeats = 2\nmarket = "spot"\n')
        readme = (ROOT / "cloud-init/README.md").read_text().split("```toml\n")[1].split("```")[0]
        self.out.mkdir()
        for text in (MATRIX, MATRIX + more, readme):
            self.matrix.write_text(text)
            cells = launcher.cells(launcher.read(text, "x"), lambda kind: (None, None))
            for cell in cells:
                self.write(f"{cell.folder()}/assay.log", b"x")
            said = self.collect(self.out, "--matrix", self.matrix, code=1)
            self.assertIn(f"{len(cells)} runs planned: {len(cells)} failed", said)
            self.assertNotIn("not in the matrix", said)
            shutil.rmtree(self.out)
            self.out.mkdir()

    def test_what_assay_matrix_left_says_what_is_missing(self):
        """Without Slurm: sbatch and squeue do nothing."""
        for name in ("sbatch", "squeue"):
            (self.root / name).write_text("#!/bin/sh\n")
            (self.root / name).chmod(0o755)
        call = [str(ROOT / "runners/slurm/assay-matrix"), "--out", "out it's \"b\\", "--assay", ASSAY,
                "--partition", "a", "--partition", "b", "--repeats", "2", "--", "--target", "/x"]
        path = {**self.environment, "PATH": f"{self.root}:{os.environ['PATH']}"}
        subprocess.run(call, cwd=self.root, env=path, check=True, capture_output=True)
        self.out = self.root / call[2]
        for at in ("a/run=01", "b/run=01", "b/run=02", "a/run=02.of-7-0"):
            self.write(f"partition={at}/result.json", self.result("i4i.xlarge"))
        text = self.collect(self.out, code=1)
        self.assertIn("4 runs planned: 3 done, 1 missing", text)
        self.assertRegex(text, r"partition=a/run=02 +missing")
        self.assertNotIn("not in the matrix", text)
        # The command, from anywhere, is the same call.
        command = text.split("not in the queue:\n")[1].strip()
        said = subprocess.run(["bash", "-c", command], cwd="/", env=path, check=True, text=True,
                              capture_output=True).stdout
        self.assertIn("partition=a: 1 done, 0 in the queue, 0 partial, 1 missing", said)
        self.write("partition=a/run=02/result.json", self.result("i4i.xlarge"))
        self.assertIn("4 done", self.collect(self.out))

    def test_what_cannot_be(self):
        self.out.mkdir()
        self.assertIn("nothing of a run is there", self.collect(self.out, code=1))
        self.assertIn("no such directory", self.collect(self.root / "nowhere", code=2))
        self.assertIn("No such file", self.collect(self.out, "--matrix", "x.toml", code=2))
        self.assertIn("are for s3://", self.collect(self.out, "-o", "x", code=2))
        for text, words in (("name = [", ":1:"), ("", "no matrix file of launch.py"),
                            (MATRIX + "repeats = 0", "repeats"),
                            (MATRIX + 'market = "cheap"', "'cheap' is not one")):
            self.matrix.write_text(text)
            self.assertIn(words, self.collect(self.out, "--matrix", self.matrix, code=2))


class Buckets(Scratch):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.store = s3.server_of(cls, DRIVER)

    def setUp(self):
        super().setUp()
        self.environment["AWS_ENDPOINT_URL_S3"] = self.store.url
        self.prefix = self.id().rsplit(".", 1)[1]
        self.source = f"s3://reports/{self.prefix}/try"

    def put(self, key, body, url=None):
        where = url or f"{self.store.url}/reports/{self.prefix}/try/{urllib.parse.quote(key)}"
        request = urllib.request.Request(s3.presign(where, 600), body, method="PUT")
        with urllib.request.urlopen(request, timeout=60):
            pass

    def files(self):
        return sorted(str(path.relative_to(self.out)) for path in self.out.rglob("*")
                      if path.is_file())

    def bring(self, *arguments, code=0, **more):
        return self.collect(self.source, "-o", self.out, "--region", "us-east-1", *arguments,
                            code=code, **more)

    def test_only_what_is_new_or_changed_is_fetched(self):
        keys = [f"{I4I}-01/result.json", f"{I4I}-02/result.json", f"{M7I}-01/result.json"]
        self.put(keys[0], self.result("i4i.xlarge", 0))
        self.put(keys[1], self.result("i4i.xlarge", 1))
        self.put(keys[2], self.result("m7i.large", 0))
        self.put(f"{M7I}-02/assay.log", b"it failed\n")
        self.put(f"{M7I}-01/assay.log", b"of a run with a Result\n")
        text = self.bring("--matrix", self.matrix, code=1)
        self.assertIn("4 of 4 objects fetched, 0 were here", text)
        self.assertIn("4 runs planned: 3 done, 1 failed", text)
        self.assertEqual(self.files(), sorted([".assay-collected.json", *keys,
                                               f"{M7I}-02/assay.log"]))
        self.assertEqual((self.out / keys[2]).read_bytes(), self.result("m7i.large", 0))
        before = {name: (self.out / name).stat().st_mtime_ns for name in self.files()}
        self.assertIn("0 of 4 objects fetched, 4 were here", self.bring(code=1))
        self.assertEqual({name: (self.out / name).stat().st_mtime_ns for name in self.files()},
                         before)
        # Another Result in the place of one: the first is kept.
        self.put(keys[0], self.result("i4i.xlarge", 2))
        text = self.bring(code=1)
        self.assertIn("1 of 4 objects fetched, 3 were here", text)
        self.assertEqual((self.out / keys[0]).read_bytes(), self.result("i4i.xlarge", 2))
        [kept] = self.out.glob(f"{I4I}-01/result-before-*.json")
        self.assertEqual(kept.read_bytes(), self.result("i4i.xlarge", 0))
        # The state is lost: everything is found to be what it is.
        (self.out / ".assay-collected.json").unlink()
        self.assertIn("0 of 4 objects fetched, 4 were here", self.bring(code=1))
        # The last one comes: all is done.
        self.put(f"{M7I}-02/result.json", self.result("m7i.large", 1))
        self.assertIn("4 runs planned: 4 done", self.bring("--matrix", self.matrix))

    def test_what_was_changed_here_is_left_alone(self):
        key = f"{I4I}-01/result.json"
        self.put(key, self.result("i4i.xlarge", 0))
        self.bring()
        (self.out / key).write_bytes(b"mine\n")
        text = self.bring(code=1)
        self.assertIn("this one was changed here: it is left alone", text)
        self.put(key, self.result("i4i.xlarge", 1))
        self.assertIn("left alone", self.bring(code=1))
        self.assertEqual((self.out / key).read_bytes(), b"mine\n")
        (self.out / key).unlink()
        self.assertIn("1 of 1 objects fetched", self.bring())

    def test_the_directory_has_the_name_that_the_launcher_gives_it(self):
        self.put(f"{I4I}-01/result.json", self.result("i4i.xlarge"))
        self.collect(self.source, AWS_REGION="us-east-1")
        self.assertTrue((self.root / "fleet-try" / f"{I4I}-01/result.json").exists())
        # A prefix above the fleet's: its runs are found, and the region is the matrix's.
        other = urllib.parse.quote(f"reports/{self.prefix}/other/{I4I}-02/assay.log")
        self.put("", b"", f"{self.store.url}/{other}")
        self.source = f"s3://reports/{self.prefix}/"
        text = self.collect(self.source, "-o", self.out, "--matrix", self.matrix, code=1)
        self.assertIn("1 done, 3 missing", text)

    def test_more_objects_than_a_page_has(self):
        """1003 empty logs, as the server stores them."""
        self.put("many/00000/assay.log", b"")
        folder = next(pathlib.Path(self.store.folder.name).rglob("00000"))
        for number in range(1, 1003):
            shutil.copytree(folder, folder.parent / f"{number:05}")
        text = self.bring(code=1)
        self.assertIn("1003 of 1003 objects fetched", text)
        self.assertIn("1003 runs: 1003 failed", text)
        self.assertIn("and 943 more", text)
        self.assertEqual(len(self.files()), 1004)

    def test_refusals_in_words(self):
        self.source = "s3://no-such-bucket/x"
        self.assertIn("NoSuchBucket", self.bring(code=1))
        self.source = f"s3://reports/{self.prefix}"
        self.assertIn("the credentials are wrong", self.bring(code=1,
                                                              AWS_SECRET_ACCESS_KEY="another"))
        text = self.bring(code=1, AWS_ACCESS_KEY_ID="")
        self.assertIn("aws configure export-credentials", text)
        self.assertNotIn("s3:PutObject", text)
        self.assertIn("nothing of a run is there", self.bring(code=1))
        self.assertIn("no bucket's name", self.collect("s3://A_B/x", code=2))
        self.assertIn("set AWS_REGION", self.collect("s3://reports/x", code=1))


class Answers(http.server.BaseHTTPRequestHandler):
    """Answers each GET with what its server's `answer` gives for the path."""

    def do_GET(self):
        status, headers, body = self.server.answer(self.path)
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class HostileBuckets(Scratch):
    """A server that is not S3, or a bucket that strangers write into."""

    def serve(self, answer):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        server.answer = answer
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.environment |= {"AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{server.server_port}",
                             "AWS_REGION": "us-east-1"}

    @staticmethod
    def listing(keys, more=""):
        rows = "".join(f"<Contents><Key>{urllib.parse.quote(key)}</Key><Size>{size}</Size>"
                       '<ETag>"1"</ETag></Contents>' for key, size in keys)
        return (f"<ListBucketResult><EncodingType>url</EncodingType>{more}{rows}"
                "</ListBucketResult>").encode()

    def test_no_key_leads_out_of_the_directory(self):
        bad = ["p/../../escaped/result.json", "p//etc/result.json", "p/./result.json",
               "p/a\n\x1b[2Jb/result.json", "p/" + "x" * 3000 + "/result.json",
               "p/.ssh/result.json", "p/a\\b/result.json", "/abs/result.json",
               "p/" + "d/" * 40 + "result.json", "p/" + "y" * 250 + "/result.json"]
        body = self.result("i4i.xlarge")
        keys = [(key, len(body)) for key in [*bad, "p/good/result.json"]]
        asked = []

        def answer(path):
            if "list-type" in path:
                return 200, {}, self.listing(keys)
            asked.append(path)
            return 200, {"ETag": '"1"'}, body
        self.serve(answer)
        text = self.collect("s3://bucket/p", "-o", self.out, code=1)
        self.assertEqual(text.count("whose key cannot be a file here"), len(bad), text)
        self.assertNotIn("\x1b", text)
        self.assertEqual(asked, ["/bucket/p/good/result.json"])
        self.assertEqual(sorted(path.name for path in self.root.iterdir()), ["matrix.toml", "out"])
        self.assertEqual([path.name for path in self.out.iterdir() if path.is_dir()], ["good"])
        self.assertFalse(pathlib.Path("/abs").exists())

    def test_too_large_is_not_fetched(self):
        said = {"size": 300 << 20}

        def answer(path):
            if "list-type" in path:
                return 200, {}, self.listing([("p/x/result.json", said["size"])])
            return 200, {"Content-Length": str(300 << 20)}, b"begin"
        self.serve(answer)
        self.assertIn("larger than 256 MiB",
                      self.collect("s3://bucket/p", "-o", self.out, code=1))
        # Nor when the list says less than what then comes.
        said["size"] = 5
        self.assertIn("more than 268435456 bytes", self.collect("s3://bucket/p", "-o", self.out, code=1))
        self.assertFalse((self.out / "x").exists())

    def test_answers_in_words(self):
        other = b"<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-1</Region></Error>"
        for status, headers, body, words in (
                (301, {"x-amz-bucket-region": "eu-west-1"}, b"", "give --region eu-west-1"),
                (400, {}, other, "give --region eu-west-1"),
                (403, {}, b"<Error><Code>AccessDenied</Code></Error>", "s3:ListBucket"),
                (403, {"Date": "Mon, 01 Jan 2029 00:00:00 GMT"},
                 b"<Error><Code>RequestTimeTooSkewed</Code></Error>", "set the clock"),
                (200, {}, b"<html>hello</html>", "it is no ListBucketResult"),
                (200, {}, b"<ListBucketResult><Contents>", "cut off"),
                (200, {}, self.listing([], "<IsTruncated>true</IsTruncated><NextContinuationToken>"
                                           "x</NextContinuationToken>"), "again and again")):
            with self.subTest(words):
                self.serve(lambda _, answer=(status, headers, body): answer)
                self.assertIn(words, self.collect("s3://bucket/p", "-o", self.out, code=1))
                self.assertFalse(self.out.exists())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[5:])
