#!/usr/bin/env python3
"""assay user-data: what it refuses, what it prints, and what its scripts do where they can be run."""

import datetime
import email
import hashlib
import http.server
import json
import os
import platform
import shutil
import subprocess
import threading

import support

BUNDLE = ["--bundle", "https://example.com/assay.tar.gz", "--sha256", "ab" * 32]
GOOD = [*BUNDLE, "--upload", "s3://bucket/runs", "--allow-write", "instance-store"]


def url(minutes, name="r"):
    begin = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    return f"https://b.s3.amazonaws.com/{name}?X-Amz-Date={begin}&X-Amz-Expires={minutes * 60}" \
           "&X-Amz-Signature=5ec7e7"


class Files(http.server.BaseHTTPRequestHandler):
    """GET answers with server.answers, one after the other, the last for ever; PUT is kept."""

    def do_GET(self):
        answers = self.server.answers
        status, body = answers.pop(0) if len(answers) > 1 else answers[0]
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_PUT(self):
        self.server.puts[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class UserData(support.Scratch):
    def user_data(self, *arguments, code=0):
        return self.assay("user-data", *arguments, code=code)

    def test_what_could_not_work_is_refused_in_words(self):
        short = self.work / "short"
        short.write_text(f"result {url(20)}\nlog {url(20)}\n")
        no_log = self.work / "no-log"
        no_log.write_text(f"result {url(600)}\n")
        without_store = [*BUNDLE, "--upload", "s3://bucket/runs"]
        for arguments, words in (
                ([], "--bundle URL and --sha256"),
                (["--bundle", "https://h/b", "--upload", "s3://b1b/x"], "--sha256"),
                ([*GOOD, "--sha256", "xyz"], "sha256"),
                ([*GOOD, "--allow-write", "/dev/nvme1n1"], "another disk after the next boot"),
                ([*GOOD, "--allow-write", "instance-stroe"], "did you mean 'instance-store'"),
                ([*GOOD, "--allow-write", "disk"], "neither a class nor a serial number"),
                (BUNDLE + ["--allow-write", "instance-store"], "nothing would be left"),
                (without_store, "blank instance store"),
                (GOOD + ["--no-instance-store"], "exclude each other"),
                (without_store + ["--allow-write", "a b"], "--allow-write 'a b'"),
                (GOOD + ["--suite", "mine.toml"], "a suite file is not on the instance"),
                (GOOD + ["--need-class", "moon"], "--need-class moon"),
                (GOOD + ["--max-minutes", "1"], "--max-minutes"),
                (GOOD + ["--on-finish", "dance"], "terminate, stop, keep"),
                (GOOD + ["--format", "pdf"], "cloud-config, script, mime"),
                (GOOD + ["--tag", "novalue"], "KEY=VALUE"),
                (GOOD + ["--volume-note", "sdf fast"], "DEVICE TYPE"),
                (BUNDLE + ["--no-instance-store", "--upload", short], "expires in"),
                (BUNDLE + ["--no-instance-store", "--upload", no_log], "log URL"),
                (BUNDLE + ["--no-instance-store", "--upload", "s3://"], "bucket")):
            with self.subTest(arguments):
                done = self.user_data(*arguments, code=2)
                self.assertIn(words, done.stderr)
                self.assertEqual(done.stdout, "")
                self.assertNotIn("5ec7e7", done.stderr)

    def test_urls_that_last_long_enough_for_fewer_minutes(self):
        urls = self.work / "urls"
        urls.write_text(f"result {url(20)}\nlog {url(20)}\n")
        text = self.user_data(*BUNDLE, "--no-instance-store", "--upload", urls, "--max-minutes",
                              "10").stdout
        self.assertIn("5ec7e7", text)  # the one secret that may be in it
        self.assertIn("/opt/assay/urls", text)

    def test_what_is_too_long_for_ec2_is_refused(self):
        urls = self.work / "urls"
        urls.write_text("".join(f"{name} {url(600)}&X-Amz-Security-Token={'x' * 2000}\n"
                                for name in ("result", "report", "journal", "log")))
        done = self.user_data(*BUNDLE, "--no-instance-store", "--upload", urls, code=2)
        self.assertIn("EC2 takes 16384", done.stderr)

    def test_cloud_config_is_valid_and_arms_the_power_off_first(self):
        short = self.user_data(*GOOD, "--suite", "sustained", "--max-minutes", "20").stderr
        self.assertIn("suite sustained takes up to 480 min", short)
        self.assertEqual(self.user_data(*GOOD, "--max-minutes", "25").stderr, "")
        path = self.work / "user-data"
        for arguments, first in ((GOOD, "shutdown -P +45"),
                                 ([*GOOD, "--suite", "quick"], "shutdown -P +15"),
                                 ([*GOOD, "--suite", "gpu"], "shutdown -P +45"),
                                 ([*GOOD, "--max-minutes", "60"], "shutdown -P +60"),
                                 ([*GOOD, "--on-finish", "keep"], "systemctl daemon-reload")):
            text = self.user_data(*arguments).stdout
            self.assertLessEqual(len(text), 16384)
            self.assertEqual("stays on" in text.splitlines()[1], "keep" in arguments)
            self.assertTrue(text.startswith("#cloud-config\n"))
            path.write_text(text)
            with self.subTest(first):
                self.assertEqual(text[text.index("runcmd:"):].splitlines()[1], "- " + first)
                if shutil.which("cloud-init") is None:
                    self.skip("cloud-init is not installed")
                done = subprocess.run(["cloud-init", "schema", "--config-file", path],
                                      capture_output=True, text=True, check=False)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_mime_holds_the_same_cloud_config(self):
        message = email.message_from_string(self.user_data(*GOOD, "--format", "mime").stdout)
        [part] = message.get_payload()
        self.assertEqual(part.get_content_type(), "text/cloud-config")
        self.assertEqual(part.get_payload().strip(), self.user_data(*GOOD).stdout.strip())

    def test_the_script_and_what_it_installs_pass_shellcheck(self):
        text = self.user_data(*GOOD, "--format", "script", "--tag", "note=it's $HOME `x`").stdout
        self.assertLessEqual(len(text), 16384)
        self.assertEqual(text.splitlines()[0], "#!/bin/bash")
        path = self.work / "user-data.sh"
        path.write_text(text)
        if shutil.which("shellcheck") is None:
            self.skip("shellcheck is not installed")
        scripts = [path, *(support.SOURCE / "cloud-init").glob("*.sh")]
        done = subprocess.run(["shellcheck", *scripts], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)

    def installed(self, *arguments):
        """The files of the script form, below a directory, with the machine's own taken away."""
        text = self.user_data(*arguments, "--format", "script").stdout
        for there, here in (("/opt/assay", self.root / "opt"), ("/var/log", self.root),
                            ("/etc/systemd/system", self.root), ("/dev/console", "/dev/null")):
            text = text.replace(there, str(here))
        fakes = self.root / "fakes"
        fakes.mkdir()
        for name in ("shutdown", "systemctl"):
            (fakes / name).write_text(f"#!/bin/sh\necho {name} \"$@\" >>{self.root}/commands\n")
            (fakes / name).chmod(0o755)
        self.environment = {**{k: v for k, v in os.environ.items() if "proxy" not in k.lower()},
                            "PATH": f"{fakes}:{os.environ['PATH']}"}
        done = subprocess.run(["bash"], input=text, text=True, capture_output=True, check=False,
                              env=self.environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.commands()[0].split()[:2], ["shutdown", "-P"])

    def test_a_file_of_urls_that_lacks_its_last_line_end_installs_all_the_rest(self):
        urls = self.work / "urls"
        urls.write_text(f"result {url(600)}\nlog {url(600)}")
        self.installed(*BUNDLE, "--no-instance-store", "--upload", urls)
        self.assertEqual((self.root / "opt/urls").read_text(), urls.read_text() + "\n")
        self.assertIn("systemctl enable", self.commands()[-1])

    def commands(self):
        return (self.root / "commands").read_text().splitlines()

    def boot(self):
        """As systemd runs the unit: launch.sh, then finish.sh with how that ended."""
        with open(self.root / "assay.log", "ab") as log:
            code = subprocess.run(["bash", self.root / "opt/launch.sh"], env=self.environment,
                                  stdout=log, stderr=log, check=False, timeout=200).returncode
            subprocess.run(["bash", self.root / "opt/finish.sh"], stdout=log, stderr=log,
                           env={**self.environment, "EXIT_CODE": "exited",
                                "EXIT_STATUS": str(code), "SERVICE_RESULT": "test"},
                           check=False, timeout=200)
        return code, (self.root / "assay.log").read_text()

    def server(self, *answers):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Files)
        server.answers, server.puts = list(answers), {}
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server, f"http://127.0.0.1:{server.server_port}"

    def bundle(self):
        """A bundle of the program under test with its directory layout."""
        folder = self.root / "assay-0"
        (folder / "bin").mkdir(parents=True)
        shutil.copy(support.ASSAY, folder / "bin/assay")
        subprocess.run(["tar", "-czf", self.root / "b.tgz", "-C", self.root, "assay-0"], check=True)
        return (self.root / "b.tgz").read_bytes()

    def test_a_bundle_for_another_architecture_is_told_in_words(self):
        archive = self.bundle()
        server, base = self.server((200, archive))
        self.installed("--bundle", f"{base}/b", "--sha256", hashlib.sha256(archive).hexdigest(),
                       "--upload", f"{base}/runs", "--no-instance-store")
        here, other = platform.machine(), "riscv64"
        (self.root / "fakes/uname").write_text(f"#!/bin/sh\necho {other}\n")
        (self.root / "fakes/uname").chmod(0o755)
        code, log = self.boot()
        self.assertEqual(code, 1)
        self.assertIn(f"FAILED: this bundle is for {here}, and the instance is {other}", log)
        [uploaded] = server.puts.values()
        self.assertIn(b"this bundle is for", uploaded)

    def test_a_bundle_that_is_not_the_one_is_not_run_and_the_log_says_so(self):
        for number, (answers, words) in enumerate((
                ([(200, b"not it")], "is not used"), ([(200, b"")], "(0 bytes)"),
                ([(403, b"")], "answered 403"))):
            with self.subTest(words):
                self.root = self.work / str(number)
                self.root.mkdir()
                server, base = self.server(*answers)
                self.installed("--bundle", f"{base}/b?5ec7e7", "--sha256", "ab" * 32, "--upload",
                               f"{base}/runs", "--no-instance-store")
                code, log = self.boot()
                self.assertEqual(code, 1)
                self.assertIn(words, log)
                self.assertNotIn("5ec7e7", log)
                [(path, uploaded)] = server.puts.items()
                self.assertTrue(path.endswith("/assay.log"))
                self.assertIn(words.encode(), uploaded)
                self.assertEqual(self.commands()[-1], "systemctl --no-block poweroff")
                self.assertTrue((self.root / "opt/finished").exists())

    def test_a_whole_boot(self):
        """A storm of 503 at first; the program is not given any disk, which it says."""
        data = self.bundle()
        server, base = self.server((503, b""), (200, data))
        self.installed("--bundle", f"{base}/b", "--sha256", hashlib.sha256(data).hexdigest(),
                       "--upload", f"{base}/runs", "--no-instance-store", "--suite", "quick",
                       "--tag", "note=it's $HOME `x`")
        settings = self.root / "opt/settings.sh"
        settings.write_text(settings.read_text().replace(
            "'--target' 'ebs'", "'--target' '.' '--only' '*/random-read/4k/qd4' '--duration' "
            "'2s' '--size' '16MiB'"))
        code, log = self.boot()
        self.assertEqual(code, 0, log)
        self.assertIn("answered 503", log)
        self.assertIn("assay: suite quick, 1 ok, 0 skipped, 0 failed; uploaded: yes", log)
        names = {path.rsplit("/", 1)[1] for path in server.puts}
        self.assertEqual(names, {"result.json", "report.html", "journal.ndjson", "assay.log"})
        [result] = [json.loads(body) for path, body in server.puts.items()
                    if path.endswith("/result.json")]
        self.assertIn(["tag note", "it's $HOME `x`"],
                      [list(item.values()) for item in result["method"]])
        self.assertEqual(self.commands()[-1], "systemctl --no-block poweroff")

    def test_without_the_gpu_that_is_needed_nothing_is_measured(self):
        host = json.loads(self.assay("probe", "--json").stdout)
        if host["gpu"]["devices"]:
            self.skip("this machine has a GPU")
        data = self.bundle()
        server, base = self.server((200, data))
        self.installed("--bundle", f"{base}/b", "--sha256", hashlib.sha256(data).hexdigest(),
                       "--upload", f"{base}/runs", "--no-instance-store", "--need-class", "gpu")
        code, log = self.boot()
        self.assertEqual(code, 1)
        self.assertIn("no GPU can be measured here", log)
        self.assertIn("not of class gpu", log)
        self.assertEqual([path.rsplit("/", 1)[1] for path in server.puts], ["assay.log"])
        self.assertEqual(self.commands()[-1], "systemctl --no-block poweroff")


if __name__ == "__main__":
    support.main()
