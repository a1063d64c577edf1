"""What the tests of cloud-init/launch.py share: what they are given, a matrix file, the call.

Environment of each: ASSAY, ASSAY_MAKE_FLEET (programs), ASSAY_SOURCE, ASSAY_S3_DRIVER (folders).
"""

import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ASSAY, MAKE_FLEET = (os.path.abspath(os.environ[name]) for name in ("ASSAY", "ASSAY_MAKE_FLEET"))
ROOT, DRIVER = (pathlib.Path(os.environ[name]).absolute()
                for name in ("ASSAY_SOURCE", "ASSAY_S3_DRIVER"))
if importlib.util.find_spec("boto3") is None:
    print("skipped: no boto3 (apt-get install python3-boto3)")
    sys.exit(77)
sys.dont_write_bytecode = True
sys.path[:0] = [str(ROOT / "tests/upload"), str(ROOT / "cloud-init")]

import s3  # noqa: E402

TYPES = ["i4i.xlarge", "m6id.xlarge", "m7i.large"]
FILE = """name = "{name}"
region = "us-east-1"
bucket = "reports"
bundle = "{bundle}"
suite = "{suite}"
budget_usd = {usd}
budget_instances = {most}
at_once = {at_once}
{top}
[[matrix]]
types = {types}
zones = ["us-east-1a", "us-east-1b"]
{row}
"""


class Scratch(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="assay-launch-", dir=os.getcwd()))
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        self.bundle = self.root / "bundle.tar.gz"
        self.bundle.write_bytes(b"a bundle " * 100)
        self.environment = {k: v for k, v in os.environ.items()
                            if not k.startswith("AWS_") and "proxy" not in k.lower()}
        self.environment |= {"AWS_ACCESS_KEY_ID": s3.KEY, "AWS_SECRET_ACCESS_KEY": s3.SECRET,
                             "AWS_EC2_METADATA_DISABLED": "true", "PYTHONDONTWRITEBYTECODE": "1"}

    def matrix(self, name="try", usd=50, most=20, at_once=20, row="", types=None, more="",
               top="", suite="quick"):
        path = self.root / f"{name}.toml"
        path.write_text(FILE.format(name=name, usd=usd, most=most, at_once=at_once, row=row, top=top,
                                    suite=suite, types=json.dumps(types or TYPES),
                                    bundle=self.bundle) + more)
        return path

    def command(self, *arguments):
        return [sys.executable, ROOT / "cloud-init/launch.py", "--assay", ASSAY,
                *map(str, arguments)]

    def launch(self, *arguments, code=0, limit_s=120):
        """What it prints; `code` None takes any exit code."""
        done = subprocess.run(self.command(*arguments), cwd=self.root, env=self.environment,
                              text=True, capture_output=True, check=False, timeout=limit_s)
        if code is not None:
            self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        self.assertNotIn("X-Amz-Signature", done.stdout + done.stderr)
        self.assertNotIn("Traceback", done.stderr)
        return done.stdout + done.stderr
