"""What the end-to-end tests share: running the binary in a scratch directory on the build's disk."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import stall

ASSAY = os.environ["ASSAY"]
SOURCE = pathlib.Path(os.environ["ASSAY_SOURCE"])
NOBODY = 65534

try:
    import jsonschema
    VALIDATOR = jsonschema.Draft202012Validator(
        json.loads((SOURCE / "reports/schema/result.schema.json").read_text()))
except ImportError:
    print("Results are not checked against the schema: apt-get install python3-jsonschema",
          file=sys.stderr)
    VALIDATOR = None

# Short cases, small file: these tests look at behaviour, never at values.
# A machine that stands still for so long is given another try (stall.py).
SHORT = ["--duration", "0.3s", "--size", "16MiB"]
ONE_READ = ["--only", "*/random-read/4k/qd4"]


class Scratch(unittest.TestCase):
    """Owns a scratch directory: `work` is the working directory of the program under test."""

    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="assay-e2e-", dir=os.getcwd()))
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        self.work = self.root / "work"
        self.work.mkdir()
        self.out = self.root / "out"

    def assay(self, *arguments, code=0, cwd=None, prefix=(), **options):
        """Runs assay, asserts its exit code, returns what it wrote."""
        def run():
            return subprocess.run([*prefix, ASSAY, *map(str, arguments)], cwd=cwd or self.work,
                                  capture_output=True, text=True, check=False, timeout=300,
                                  **options)
        again = stall.may_repeat(arguments, code)
        done = self.unstalled(run, stall.out_of(arguments)) if again else run()
        self.assertEqual(done.returncode, code, f"{arguments}\n{done.stdout}\n{done.stderr}")
        return done

    def unstalled(self, run, out=None):
        """What `run()` gives, which may not be the first try when the machine stood still."""
        out = pathlib.Path(out or self.out)
        path = out / "result.json"
        return stall.repeated(self.id(), run, lambda: path.read_text() if path.exists() else "",
                              lambda: shutil.rmtree(out))

    def stopped(self, *arguments, cases, by=signal.SIGINT):
        """Runs assay and stops it once the journal holds that many cases, or parts of them."""
        journal = self.out / "journal.ndjson"
        with subprocess.Popen([ASSAY, *map(str, arguments)], cwd=self.work, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as process:
            deadline = time.monotonic() + 60
            while process.poll() is None and time.monotonic() < deadline:
                if journal.exists() and journal.read_text().count('{"case"') >= cases:
                    break
                time.sleep(0.02)
            early = process.poll() is not None
            process.send_signal(by)
            _, told = process.communicate(timeout=60)
        self.assertFalse(early, f"ended before the signal, with {process.returncode}: {told}")
        self.assertEqual(process.returncode, 4, told)

    def run_case(self, *arguments, code=0, **options):
        return self.assay("run", "--out", self.out, *SHORT, *arguments, code=code, **options)

    def result(self, directory=None):
        """The Result of a run, also a partial or failed one: each must follow the schema."""
        result = json.loads(((directory or self.out) / "result.json").read_text())
        if VALIDATOR:
            errors = ["/".join(map(str, e.path)) + ": " + e.message[:200]
                      for e in VALIDATOR.iter_errors(result)]
            self.assertEqual(errors, [])
        return result

    def refused(self, words, *arguments, code=2, **options):
        """A run that must end with `code`, say `words`, and leave neither file nor directory."""
        done = self.assay("run", "--out", self.out, *arguments, code=code, **options)
        for word in [words] if isinstance(words, str) else words:
            self.assertIn(word, done.stderr)
        self.assertFalse(self.out.exists(), "a refused run left its directory")
        self.assertEqual(list(self.work.iterdir()), [])
        return done

    def need_root(self):
        if os.geteuid() != 0:
            self.skip("needs root")

    def skip(self, reason):
        print(f"skipped {self.id()}: {reason}", file=sys.stderr)
        self.skipTest(reason)

    def need_tools(self, *names):
        for name in names:
            if shutil.which(name) is None:
                self.skip(f"{name} is not installed")

    def as_nobody(self):
        """Command prefix for another user who may enter the scratch directory."""
        self.need_root()
        self.need_tools("setpriv")
        prefix = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        for path in [self.root, self.work]:
            os.chown(path, NOBODY, NOBODY)
        reachable = subprocess.run([*prefix, "test", "-w", self.work, "-a", "-x", ASSAY],
                                   capture_output=True, check=False)
        if reachable.returncode != 0:
            self.skip("another user cannot reach the build folder")
        return prefix

    def loop_device(self, size_bytes, file_system=None):
        """A loop device over a file in the scratch directory, with an ext4 if asked for."""
        self.need_root()
        self.need_tools("losetup", *(["mkfs.ext4"] if file_system else []))
        image = self.root / "disk.img"
        with open(image, "wb") as file:
            file.write(os.urandom(1 << 20) * (size_bytes >> 20))
        if file_system:
            made = subprocess.run(["mkfs.ext4", "-q", "-F", "-m", "0", image], capture_output=True,
                                  text=True, check=False)
            if made.returncode != 0:
                self.skip(f"mkfs.ext4: {made.stderr}")
        done = subprocess.run(["losetup", "--find", "--show", image], capture_output=True,
                              text=True, check=False)
        if done.returncode != 0:
            self.skip(f"no loop device here: {done.stderr.strip()}")
        device = done.stdout.strip()
        self.addCleanup(subprocess.run, ["losetup", "-d", device], check=False)
        return device, image

    def mount(self, *arguments, name="mnt"):
        self.need_tools("mount", "umount")
        point = self.root / name
        point.mkdir(exist_ok=True)
        done = subprocess.run(["mount", *arguments, point], capture_output=True, text=True,
                              check=False)
        if done.returncode != 0:
            self.skip(f"mount {' '.join(map(str, arguments))}: {done.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", "-l", point], check=False)
        return point


def main():
    unittest.main(verbosity=2)
