#!/usr/bin/env python3
"""A run that is stopped by EC2's spot notice or by SIGTERM: what was finished arrives, in time.

usage: stop_test.py ASSAY
"""

import http.server
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.append(str(pathlib.Path(__file__).absolute().parents[1] / "e2e"))
import stall  # noqa: E402

ASSAY = os.path.abspath(sys.argv[1])
IN_TIME_S = 60  # EC2 gives a spot instance 120 s, and a busy machine may take its time
ITEMS = {"instance-id": "i-0123456789abcdef0", "instance-type": "i4i.xlarge",
         "placement/availability-zone": "us-east-1b", "placement/region": "us-east-1",
         "instance-life-cycle": "spot"}


class Handler(http.server.BaseHTTPRequestHandler):
    """The metadata service and, below /runs/, a store."""

    def answer(self, status, text=""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def do_PUT(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/latest/api/token":
            return self.answer(200, "TOKEN")
        self.server.puts.append((self.path, body))
        return self.answer(200)

    def do_GET(self):
        if self.headers.get("X-aws-ec2-metadata-token") != "TOKEN":
            return self.answer(401)
        item = self.server.items.get(self.path.replace("/latest/meta-data/", "", 1))
        return self.answer(404) if item is None else self.answer(200, item)

    def log_message(self, *_):
        pass


class Stop(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="assay-stop-", dir=os.getcwd()))
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.items, self.server.puts = dict(ITEMS), []
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.base = f"http://127.0.0.1:{self.server.server_port}"

    def start(self):
        """A run whose first case ends soon and whose last would not end for minutes."""
        suite = self.root / "suite.toml"
        suite.write_text('name = "long"\nduration = "1s"\nwarm_up = "0.1s"\nfile_size = "16MiB"\n'
                         '[[storage]]\nworkload = ["random-read"]\nblock_size = ["4k"]\n'
                         'queue_depth = [1]\n'
                         '[[storage]]\nworkload = ["random-read"]\nblock_size = ["4k"]\n'
                         'queue_depth = [2]\nduration = "10m"\n')
        for _ in range(stall.TRIES):
            process = subprocess.Popen(
                [ASSAY, "run", "--suite", suite, "--out", self.root / "out", "--upload",
                 f"{self.base}/runs"], cwd=self.root, stderr=subprocess.PIPE,
                stdout=subprocess.DEVNULL, text=True,
                env={**os.environ, "AWS_EC2_METADATA_SERVICE_ENDPOINT": self.base,
                     "AWS_METADATA_SERVICE_TIMEOUT": "10"})
            self.addCleanup(process.kill)
            self.wait_for(process, lambda: b'{"case":' in self.journal())
            if not stall.is_stall(self.first_case()):
                break
            stall.say(self.id())
            process.kill()
            process.communicate()
            shutil.rmtree(self.root / "out")
            self.server.puts.clear()
        return process

    def first_case(self):
        return next(json.loads(line)["case"] for line in self.journal().splitlines()
                    if line.startswith(b'{"case":'))

    def journal(self):
        """The journal as it was last uploaded."""
        bodies = [body for path, body in self.server.puts if path.endswith("/journal.ndjson")]
        return bodies[-1] if bodies else b""

    def wait_for(self, process, what):
        deadline = time.monotonic() + 60
        while not what():
            self.assertIsNone(process.poll(), "it ended early")
            self.assertLess(time.monotonic(), deadline, "nothing happened")
            time.sleep(0.05)

    def ended(self, process, since):
        _, stderr = process.communicate(timeout=120)
        self.assertLess(time.monotonic() - since, IN_TIME_S)
        self.assertEqual(process.returncode, 4, stderr)
        uploaded = dict(self.server.puts)
        folder = "/runs/i-0123456789abcdef0"
        self.assertIn(f"{folder}/report.html", uploaded)
        self.assertNotIn(f"{folder}/result.json", uploaded)  # the name of a whole Result is free
        result = json.loads(uploaded[f"{folder}/result-partial.json"])
        self.assertEqual([case["status"] for case in result["cases"]], ["ok"])
        self.assertEqual(result["host"]["ec2"]["life_cycle"], "spot")
        return result

    def test_spot_notice(self):
        process = self.start()
        since = time.monotonic()
        self.server.items["spot/instance-action"] = \
            '{"action": "terminate", "time": "2026-01-31T12:02:00Z"}'
        result = self.ended(process, since)
        self.assertEqual(result["partial"], "stopped by EC2's spot notice (terminate at "
                                            "2026-01-31T12:02:00Z) after 1 of 2 cases")

    def test_sigterm(self):
        process = self.start()
        since = time.monotonic()
        process.send_signal(signal.SIGTERM)
        self.assertIn("stopped by SIGTERM", self.ended(process, since)["partial"])

    def test_a_recommendation_to_rebalance_is_noted_and_the_run_goes_on(self):
        process = self.start()
        self.server.items["events/recommendations/rebalance"] = \
            '{"noticeTime": "2026-01-31T12:02:00Z"}'
        deadline = time.monotonic() + 30
        for line in process.stderr:
            if "recommends to rebalance" in line:
                break
            self.assertLess(time.monotonic(), deadline)
        self.assertIsNone(process.poll())
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
