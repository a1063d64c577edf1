#!/usr/bin/env python3
"""The bundle: what its files ask of a system, what is in it, and that it runs in a minimal root.

usage: bundle_test.py FOLDER_WITH_PACKAGES (./test.sh bundle builds them)
"""

import glob
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest

FOLDER = sys.argv[1]
BYTES_MAX = 40 << 20
# Amazon Linux 2023 and RHEL 9; "CXXABI" is that of GCC 11.
NEWEST = {"GLIBC": (2, 34), "GLIBCXX": (3, 4, 29), "CXXABI": (1, 3, 13), "GCC": (11,)}
SYSTEM = {"libc.so.6", "libm.so.6", "libstdc++.so.6", "libgcc_s.so.1", "libdl.so.2", "librt.so.1",
          "libpthread.so.0", "ld-linux-x86-64.so.2"}


def said(*arguments):
    return subprocess.run(arguments, capture_output=True, text=True, check=True).stdout


class Bundle(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        [cls.archive] = glob.glob(f"{FOLDER}/assay-*-linux-*.tar.gz")
        cls.scratch = tempfile.TemporaryDirectory(prefix="assay-bundle-", dir=os.getcwd())
        cls.addClassCleanup(cls.scratch.cleanup)
        with tarfile.open(cls.archive) as tar:
            tar.extractall(cls.scratch.name)
        [cls.root] = glob.glob(f"{cls.scratch.name}/assay-*")
        cls.objects = [f"{cls.root}/bin/assay", *glob.glob(f"{cls.root}/lib/*")]

    def test_size_and_checksums(self):
        self.assertLessEqual(os.path.getsize(self.archive), BYTES_MAX)
        with open(f"{self.archive}.sha256", encoding="utf-8") as file, \
                open(self.archive, "rb") as data:
            self.assertEqual(file.read().split()[0], hashlib.sha256(data.read()).hexdigest())
        done = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=self.root,
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        with open(f"{self.root}/SHA256SUMS", encoding="utf-8") as file:
            listed = {line.split()[1] for line in file} | {"SHA256SUMS"}
        there = {os.path.relpath(os.path.join(folder, name), self.root)
                 for folder, _, names in os.walk(self.root) for name in names}
        self.assertEqual(there, listed)

    def test_suites_and_licences_are_in_it(self):
        self.assertTrue(os.path.exists(f"{self.root}/share/suites/standard.toml"))
        licences = os.listdir(f"{self.root}/share/licences")
        for word in ("ssl", "hwloc", "uring", "fmt", "blkid", "zlib", "toml", "benchmark", "json"):
            self.assertTrue(any(word in name for name in licences), f"{word}: {licences}")

    def test_no_symbol_is_newer_than_the_systems_that_it_is_for(self):
        self.assertGreater(len(self.objects), 5)
        for path in self.objects:
            for name, text in set(re.findall(r"\b(GLIBC|GLIBCXX|CXXABI|GCC)_([0-9.]+)",
                                             said("objdump", "-T", path))):
                version = tuple(map(int, text.split(".")))
                self.assertLessEqual(version, NEWEST[name], f"{path}: {name}_{text}")

    def test_every_library_is_the_systems_or_in_it(self):
        inside = set(os.listdir(f"{self.root}/lib"))
        self.assertFalse(inside & SYSTEM)
        for path in self.objects:
            needed = re.findall(r"NEEDED.*\[(.*)\]", said("readelf", "-d", path))
            self.assertLessEqual(set(needed), inside | SYSTEM, path)
        self.assertIn("Library rpath: [$ORIGIN/../lib]", said("readelf", "-d", self.objects[0]))

    def test_packages_keep_to_their_own_directory(self):
        [package] = glob.glob(f"{FOLDER}/assay-*.deb")
        names = [line.split()[-1] for line in said("dpkg-deb", "--contents", package).splitlines()]
        self.assertIn("./opt/assay/bin/assay", names)
        self.assertTrue(all(name.startswith("./opt/") for name in names), names)
        for package in glob.glob(f"{FOLDER}/assay-*.rpm"):
            names = said("rpm", "-qlp", package).split()
            self.assertIn("/opt/assay/bin/assay", names)
            self.assertTrue(all(name.startswith("/opt/assay") for name in names), names)

    def test_it_runs_in_a_minimal_root(self):
        """Debian 12 with apt and nothing more; the libraries must be the bundle's own."""
        if os.geteuid() != 0 or shutil.which("mmdebstrap") is None:
            print("skipped: a minimal root needs mmdebstrap and root", file=sys.stderr)
            self.skipTest("no mmdebstrap, or not root")
        root = f"{self.scratch.name}/root"
        options = [f"--aptopt={path}" for path in glob.glob("/etc/apt/apt.conf.d/*")]
        subprocess.run(["mmdebstrap", "--variant=minbase", "--quiet", *options, "bookworm", root,
                        "/etc/apt/sources.list.d/debian.sources"], check=True,
                       stdout=subprocess.DEVNULL)
        shutil.copytree(self.root, f"{root}/opt/assay")
        for folder in ("proc", "sys"):
            subprocess.run(["mount", "--rbind", f"/{folder}", f"{root}/{folder}"], check=True)
            self.addCleanup(subprocess.run, ["umount", "-l", f"{root}/{folder}"], check=False)
        inside = ["chroot", root, "/opt/assay/bin/assay"]
        self.assertIn("Machine", said(*inside, "probe"))
        said(*inside, "run", "--suite", "quick", "--only", "*/random-read/4k/qd4", "--duration",
             "0.3s", "--size", "16MiB", "--target", "/root", "--out", "/root/out")
        with open(f"{root}/root/out/result.json", encoding="utf-8") as file:
            self.assertEqual([case["status"] for case in json.load(file)["cases"]], ["ok"])
        linked = said("chroot", root, "/usr/bin/ldd", "/opt/assay/bin/assay")
        self.assertIn("/opt/assay/bin/../lib/libcrypto.so.3", linked)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
