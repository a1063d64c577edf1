"""What the upload tests share: the S3 server, presigned URLs, a proxy that spoils connections."""

import datetime
import hashlib
import hmac
import http.server
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.error
import urllib.parse
import urllib.request

KEY, SECRET, REGION = "S3RVER", "S3RVER", "us-east-1"


def hmac_sha256(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def presign(url, seconds, method="PUT", secret=SECRET, begin=None):
    """A URL presigned by Signature Version 4 (AWS, "Authenticating requests: query parameters"):
    written apart from the program, so that neither can be wrong unseen."""
    parts = urllib.parse.urlsplit(url)
    begin = begin or datetime.datetime.now(datetime.timezone.utc)
    stamp = begin.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{stamp[:8]}/{REGION}/s3/aws4_request"
    query = urllib.parse.urlencode(sorted({
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256", "X-Amz-Credential": f"{KEY}/{scope}",
        "X-Amz-Date": stamp, "X-Amz-Expires": str(seconds),
        "X-Amz-SignedHeaders": "host"}.items()), quote_via=urllib.parse.quote, safe="")
    canonical = "\n".join([method, parts.path, query, f"host:{parts.netloc}", "", "host",
                           "UNSIGNED-PAYLOAD"])
    text = "\n".join(["AWS4-HMAC-SHA256", stamp, scope,
                      hashlib.sha256(canonical.encode()).hexdigest()])
    key = ("AWS4" + secret).encode()
    for part in (stamp[:8], REGION, "s3", "aws4_request"):
        key = hmac_sha256(key, part)
    return f"{url}?{query}&X-Amz-Signature={hmac_sha256(key, text).hex()}"


class Server:
    """Owns a server process and its data."""

    def __init__(self, modules):
        self.folder = tempfile.TemporaryDirectory(prefix="assay-s3-", dir=os.getcwd())
        script = pathlib.Path(__file__).with_name("server.mjs")
        # It makes the tokens for the next page of a list by DES, which OpenSSL 3 has set apart.
        self.process = subprocess.Popen(
            ["node", "--openssl-legacy-provider", script, modules, self.folder.name],
            stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())
        self.url = f"http://127.0.0.1:{self.port}"

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()
        self.folder.cleanup()

    def get(self, key):
        """(bytes, content type) of an object, or None."""
        url = presign(f"{self.url}/reports/{key}", 60, "GET")
        try:
            with urllib.request.urlopen(url, timeout=60) as answer:
                return answer.read(), answer.headers["Content-Type"]
        except urllib.error.HTTPError:
            return None


def server_of(test_class, driver):
    """A server for the tests of a class, which are skipped in words where there is none. `driver` is
    the folder whose node_modules has it."""
    if not shutil.which("node") or not (driver / "node_modules/@20minutes/s3rver").is_dir():
        why = f"no node, or no @20minutes/s3rver in {driver} (./test.sh installs it there)"
        print(f"skipped {test_class.__name__}: {why}", file=sys.stderr)
        raise unittest.SkipTest(why)
    server = Server(driver / "node_modules")
    test_class.addClassCleanup(server.close)
    return server


class SpoilingProxy:
    """Owns a listener that spoils the first connections by `spoil(connection)` and passes the rest
    on to the server unchanged."""

    def __init__(self, port, count, spoil):
        self.left, self.spoil, self.port_behind = count, spoil, port
        self.spoiled = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            if self.left > 0:
                self.left -= 1
                self.spoiled += 1
                self.spoil(connection)
                connection.close()
                continue
            behind = socket.create_connection(("127.0.0.1", self.port_behind))
            for a, b in ((connection, behind), (behind, connection)):
                threading.Thread(target=self.copy, args=(a, b), daemon=True).start()

    @staticmethod
    def copy(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        self.listener.close()


def answer_503(connection):
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def cut(connection):
    connection.recv(100)


class Canned(http.server.BaseHTTPRequestHandler):
    """Answers each PUT with the `answer` of its server: status, headers, body."""

    def do_PUT(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        status, headers, body = self.server.answer
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass
