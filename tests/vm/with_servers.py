"""An instance with the servers around it, as one paste into user-data finds them.

The bundle comes from a server of this test, what is uploaded goes to an S3 server that checks
signatures. Each has a folder of its own, so that two instances can live at once.
"""

import hashlib
import os
import subprocess
import sys
import time
import unittest

import image
import metadata
from launched import FOLDER, GATEWAY, RUN_S, SOURCE, Launched, bundle, made_image
from machine import Failed

sys.path.insert(0, str(SOURCE / "tests/upload"))
import s3  # noqa: E402

OBJECTS = {"result": "result.json", "partial": "partial.json", "report": "report.html",
           "journal": "journal.ndjson", "log": "assay.log"}


class WithServers(Launched):
    """An instance and the servers around it: its bundle's, and the bucket. `name` is that of its
    folder."""

    def __init__(self, name, at_boot, *options, root=None):
        self.folder = FOLDER / name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.store = s3.Server(os.environ["ASSAY_S3_DRIVER"] + "/node_modules")
        self.files = metadata.FileServer(bundle())
        super().__init__(at_boot, self.user_data(*options), root=root, log_folder=self.folder)

    def user_data(self, *options):
        prefix = f"http://{GATEWAY}:{self.store.port}/reports"
        urls = self.folder / "urls.txt"
        urls.write_text("".join(f"{name} {s3.presign(f'{prefix}/{key}', 7200)}\n"
                                for name, key in OBJECTS.items()))
        archive = self.files.path.read_bytes()
        done = subprocess.run(
            [os.environ["ASSAY"], "user-data", "--suite", "quick", "--bundle",
             f"http://{GATEWAY}:{self.files.server_port}/assay.tar.gz", "--sha256",
             hashlib.sha256(archive).hexdigest(), "--upload", urls, "--max-minutes", "30", *options],
            capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Failed(f"user-data: {done.stderr}")
        return done.stdout

    def get(self, name):
        """Text of an uploaded object, or None."""
        found = self.store.get(OBJECTS[name])
        return found and found[0].decode()

    def wait_for_cases(self, count, limit_s=RUN_S):
        """Until the journal in the bucket tells of so many finished cases."""
        deadline = time.monotonic() + limit_s
        while time.monotonic() < deadline:
            if (self.get("journal") or "").count('\n{"case"') >= count:
                return
            if self.machine.process.poll() is not None:
                break
            time.sleep(0.5)
        raise Failed(f"no {count} cases in the journal\n{self.story()}")

    def story(self):
        return f"{self.get('log')}\n{super().story()}"

    def close(self):
        super().close()
        self.files.shutdown()
        self.files.server_close()
        self.store.close()


class LaunchScenario(unittest.TestCase):
    def launched(self, *arguments, **options):
        try:
            made_image()
        except image.Unavailable as error:
            raise unittest.SkipTest(str(error)) from None
        one = WithServers(*arguments, **options)
        self.addCleanup(one.close)
        # Without KVM an answer may take longer than the second that the program waits for it.
        self.changed(one, "Environment=HOME=/root",
                     "Environment=HOME=/root AWS_METADATA_SERVICE_TIMEOUT=10")
        return one

    def changed(self, one, text, other):
        """Puts other words into the user-data of an instance."""
        self.assertIn(text, one.service.user_data)
        one.service.user_data = one.service.user_data.replace(text, other)

    def with_options(self, one, target, options):
        """Changes what the user-data measures: the target, and how long."""
        self.changed(one, f"'--target' '{target}'", options)

    def root_only(self, one):
        """The root volume is of no vendor here: its file system is measured by name."""
        self.with_options(one, "ebs", "'--target' '/' '--duration' '0.5s' '--size' '16MiB'")
