#!/usr/bin/env python3
"""assay upload and assay run --upload against an S3 server that checks signatures.

usage: upload_test.py ASSAY SOURCE_ROOT DRIVER_FOLDER (whose node_modules has @20minutes/s3rver)
"""

import datetime
import http.server
import json
import os
import pathlib
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading
import unittest

import s3

sys.path.append(os.path.join(sys.argv[2], "tests/e2e"))
import stall  # noqa: E402

ASSAY, ROOT, DRIVER = os.path.abspath(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3]).absolute()
if shutil.which("node") is None or not (DRIVER / "node_modules/@20minutes/s3rver").is_dir():
    print(f"skipped: no node, or no @20minutes/s3rver in {DRIVER} (./test.sh installs it there)")
    sys.exit(77)

SERVER = s3.Server(DRIVER / "node_modules")
unittest.addModuleCleanup(SERVER.close)
HOST = os.uname().nodename
RUN = ["run", "--suite", "quick", "--only", "*/random-read/4k/qd4", "--duration", "1s", "--size",
       "16MiB"]


class Upload(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="assay-upload-", dir=os.getcwd()))
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        self.out = self.root / "out"
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("AWS_")},
            "AWS_ACCESS_KEY_ID": s3.KEY, "AWS_SECRET_ACCESS_KEY": s3.SECRET,
            "AWS_REGION": s3.REGION, "AWS_ENDPOINT_URL_S3": SERVER.url, "LC_ALL": "C"}

    def assay(self, *arguments, code=0, **more):
        def run():
            return subprocess.run([ASSAY, *map(str, arguments)], cwd=self.root, text=True,
                                  check=False, capture_output=True, timeout=200,
                                  env={**self.environment, **more})
        result = self.out / "result.json"
        if stall.may_repeat(arguments, code):
            done = stall.repeated(self.id(), run,
                                  lambda: result.read_text() if result.exists() else "",
                                  lambda: shutil.rmtree(self.out))
        else:
            done = run()
        self.assertEqual(done.returncode, code, f"{arguments}\n{done.stdout}\n{done.stderr}")
        for secret in ("X-Amz-Signature", "Credential="):
            self.assertNotIn(secret, done.stdout + done.stderr)
        return done

    def made_up_run(self):
        """A directory as a run leaves it; what is in the files does not matter here."""
        self.out.mkdir()
        (self.out / "journal.ndjson").write_text("{}\n" * 1000)
        (self.out / "report.html").write_text("<!doctype html>")
        log = self.root / "log.txt"
        log.write_text("it ran\n")
        return log

    def urls(self, names=("result", "partial", "report", "journal", "log"), server=SERVER.url,
             **how):
        lines = [f"{name} " + s3.presign(f"{server}/reports/{self.id()}/{name}",
                                         how.get("seconds", 600),
                                         secret=how.get("secret", s3.SECRET),
                                         begin=how.get("begin")) for name in names]
        path = self.root / "urls"
        path.write_text("# one URL an object\n" + "\n".join(lines) + "\n")
        return path

    def test_a_run_with_role_credentials_lands_in_the_bucket(self):
        self.assay(*RUN, "--out", self.out, "--upload", f"s3://reports/{self.id()}/")
        folder = f"{self.id()}/{HOST}"
        body, kind = SERVER.get(f"{folder}/result.json")
        self.assertEqual(body, (self.out / "result.json").read_bytes())
        self.assertEqual(kind, "application/json")
        self.assertEqual(SERVER.get(f"{folder}/report.html")[1], "text/html; charset=utf-8")
        journal, kind = SERVER.get(f"{folder}/journal.ndjson")
        self.assertEqual(journal, (self.out / "journal.ndjson").read_bytes())
        self.assertEqual(kind, "application/x-ndjson")
        for name in os.listdir(self.out):
            self.assertNotIn(f'"{s3.KEY}"', (self.out / name).read_text())

    def test_a_run_with_presigned_urls(self):
        self.assay(*RUN, "--out", self.out, "--upload", self.urls(),
                   AWS_ACCESS_KEY_ID="", AWS_EC2_METADATA_DISABLED="true")
        body, _ = SERVER.get(f"{self.id()}/result")
        self.assertEqual(json.loads(body)["cases"][0]["status"], "ok")
        for name in os.listdir(self.out):
            self.assertNotIn("X-Amz-Signature", (self.out / name).read_text())

    def test_what_is_there_already_is_not_sent_again(self):
        log = self.made_up_run()
        self.assay("upload", self.out, f"s3://reports/{self.id()}", "--log", log)
        self.assertEqual(SERVER.get(f"{self.id()}/{HOST}/assay.log")[0], b"it ran\n")
        # A request with this secret would be refused; a file that changed is sent.
        self.assay("upload", self.out, f"s3://reports/{self.id()}", "--log", log,
                   AWS_SECRET_ACCESS_KEY="another")
        log.write_text("it ran twice\n")
        self.assay("upload", self.out, f"s3://reports/{self.id()}", "--log", log)
        self.assertEqual(SERVER.get(f"{self.id()}/{HOST}/assay.log")[0], b"it ran twice\n")

    def test_another_place_gets_all_of_it(self):
        log = self.made_up_run()
        for place in ("a", "b"):
            self.assay("upload", self.out, f"s3://reports/{self.id()}/{place}", "--log", log)
            self.assertEqual(SERVER.get(f"{self.id()}/{place}/{HOST}/assay.log")[0], b"it ran\n")
        self.assay("upload", self.out, self.urls(), "--log", log)
        self.assertEqual(SERVER.get(f"{self.id()}/log")[0], b"it ran\n")

    def test_a_wrong_secret(self):
        self.made_up_run()
        done = self.assay("upload", self.out, f"s3://reports/{self.id()}", code=1,
                          AWS_SECRET_ACCESS_KEY="another")
        self.assertIn("SignatureDoesNotMatch", done.stderr)
        self.assertIn("the credentials are wrong", done.stderr)
        self.assertIn("the credentials are wrong",
                      self.assay("upload", self.out, self.urls(secret="another"), code=1).stderr)

    def test_an_expired_url(self):
        self.made_up_run()
        begin = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=2)
        done = self.assay("upload", self.out, self.urls(begin=begin), code=1)
        self.assertIn("presign new URLs", done.stderr)

    def test_a_bucket_that_is_not_there(self):
        self.made_up_run()
        done = self.assay("upload", self.out, "s3://no-such-bucket/x", code=1)
        self.assertIn("NoSuchBucket", done.stderr)

    def test_no_credentials_at_all(self):
        self.made_up_run()
        done = self.assay("upload", self.out, "s3://reports/x", code=1, AWS_ACCESS_KEY_ID="",
                          AWS_EC2_METADATA_DISABLED="true")
        self.assertIn("instance profile", done.stderr)
        self.assertIn("presigned URLs", done.stderr)

    def test_a_storm_of_503_and_cut_connections(self):
        self.made_up_run()
        for number, spoil in enumerate((s3.answer_503, s3.cut)):
            proxy = s3.SpoilingProxy(SERVER.port, 4, spoil)
            self.addCleanup(proxy.close)
            (self.out / "uploaded").unlink(missing_ok=True)
            prefix = f"{self.id()}{number}"
            self.assay("upload", self.out, f"s3://reports/{prefix}", AWS_ENDPOINT_URL_S3=proxy.url)
            self.assertEqual(proxy.spoiled, 4)
            self.assertEqual(SERVER.get(f"{prefix}/{HOST}/report.html")[0], b"<!doctype html>")

    def canned(self, status, headers, body, tls=None, certificate=None, key=None):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), s3.Canned)
        if tls:
            tls.load_cert_chain(certificate, key)
            server.socket = tls.wrap_socket(server.socket, server_side=True,
                                            do_handshake_on_connect=False)
            server.handle_error = lambda *_: None  # clients that hang up are what is tested
        server.answer = status, headers, body
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"

    def tls_server(self, name):
        """A server whose certificate, signed by nobody, is for `name`; and that certificate."""
        key, certificate = self.root / f"{name}.key", self.root / f"{name}.pem"
        kind = "IP" if name[0].isdigit() else "DNS"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                        "-subj", "/CN=test", "-addext", f"subjectAltName={kind}:{name}", "-keyout",
                        key, "-out", certificate], check=True, capture_output=True)
        url = self.canned(200, {}, "", ssl.create_default_context(ssl.Purpose.CLIENT_AUTH),
                          certificate, key)
        return url, certificate

    def test_tls_is_verified(self):
        self.made_up_run()
        url, certificate = self.tls_server("127.0.0.1")
        done = self.assay("upload", self.out, f"{url}/x", code=1)
        self.assertIn("certificate is not trusted", done.stderr)
        self.assay("upload", self.out, f"{url}/x", SSL_CERT_FILE=str(certificate))
        (self.out / "uploaded").unlink()
        url, certificate = self.tls_server("other.example")
        done = self.assay("upload", self.out, f"{url}/x", code=1, SSL_CERT_FILE=str(certificate))
        self.assertIn("certificate is not trusted", done.stderr)

    def test_answers_in_words(self):
        self.made_up_run()
        for status, headers, body, words in (
                (403, {"Date": "Mon, 01 Jan 2029 00:00:00 GMT"},
                 "<Error><Code>RequestTimeTooSkewed</Code><Message>The difference</Message>",
                 "set the clock"),
                (403, {}, "<Error><Code>AccessDenied</Code>", "s3:PutObject"),
                (301, {"x-amz-bucket-region": "eu-west-1"}, "", "AWS_REGION=eu-west-1"),
                (412, {}, "<Code>PreconditionFailed</Code>", "not overwritten")):
            with self.subTest(words):
                done = self.assay("upload", self.out, "s3://reports/x", code=1,
                                  AWS_ENDPOINT_URL_S3=self.canned(status, headers, body))
                self.assertIn(words, done.stderr)

    def test_destinations_that_cannot_be(self):
        self.made_up_run()
        nonsense = self.root / "nonsense"
        nonsense.write_text("result\n")
        no_result = self.urls(("journal",))
        for destination, words in (
                ("s3://", "no bucket's name"), ("s3://A_B/x", "no bucket's name"),
                ("nowhere", "no such file"), (nonsense, "a line is 'NAME URL'"),
                (no_result, "no line 'result URL'"), ("ftp://h/x", "https://"),
                ("https://h/x?X-Amz-Signature=1", "a file with a line"),
                ("https://u:p@h/x", "user:password")):
            with self.subTest(destination):
                self.assertIn(words, self.assay("upload", self.out, destination, code=2).stderr)
                done = self.assay(*RUN, "--out", self.root / "new", "--upload", destination, code=2)
                self.assertIn(words, done.stderr)
                self.assertFalse((self.root / "new").exists())

    def test_a_run_whose_upload_failed_says_how_to_do_it_again(self):
        done = self.assay(*RUN, "--out", self.out, "--upload", "s3://no-such-bucket/x", code=1)
        self.assertIn("assay upload", done.stderr)
        self.assertTrue((self.out / "result.json").exists())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
