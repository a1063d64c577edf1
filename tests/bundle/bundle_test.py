#!/usr/bin/env python3
"""The bundle: what its files ask of a system, what is in it, and that it runs in a minimal root; that
for aarch64 under qemu-aarch64.

usage: bundle_test.py FOLDER_WITH_PACKAGES (./test.sh bundle and bundle-aarch64 build them)
"""

import glob
import hashlib
import json
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest

FOLDER = sys.argv[1]
SOURCE_ROOT = pathlib.Path(__file__).resolve().parents[2]
BYTES_MAX = 40 << 20
# Amazon Linux 2023 and RHEL 9; "CXXABI" is that of GCC 11.
NEWEST = {"GLIBC": (2, 34), "GLIBCXX": (3, 4, 29), "CXXABI": (1, 3, 13), "GCC": (11,)}
SYSTEM = {"libc.so.6", "libm.so.6", "libstdc++.so.6", "libgcc_s.so.1", "libdl.so.2", "librt.so.1",
          "libpthread.so.0"}
LOADERS = {"x86_64": "ld-linux-x86-64.so.2", "aarch64": "ld-linux-aarch64.so.1"}
# Of a package of each kind, as Debian and Fedora name the architecture.
PACKAGES = {"x86_64": ("amd64", "x86_64"), "aarch64": ("arm64", "aarch64")}

SUITE = """name = "emulated"
warm_up = "0.1s"
duration = "0.3s"
[[storage]]
workload = ["random-read", "sequential-write"]
block_size = "4k"
queue_depth = 1
engine = "pread"
[[memory]]
workload = ["read", "copy"]
threads = 1
"""


def said(*arguments):
    return subprocess.run(arguments, capture_output=True, text=True, check=True).stdout


class Bundle(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        [cls.archive] = glob.glob(f"{FOLDER}/assay-*-linux-*.tar.gz")
        cls.architecture = re.search(r"-linux-(\w+)\.tar\.gz$", cls.archive).group(1)
        cls.system = SYSTEM | {LOADERS[cls.architecture]}
        tools = "" if cls.architecture == platform.machine() else f"{cls.architecture}-linux-gnu-"
        cls.objdump, cls.readelf = f"{tools}objdump", f"{tools}readelf"
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

    def test_all_of_it_is_for_the_machine_that_its_name_says(self):
        for path in self.objects:
            machine = re.search(r"Machine: +(.*)", said(self.readelf, "-h", path)).group(1)
            self.assertEqual(machine, {"x86_64": "Advanced Micro Devices X86-64",
                                       "aarch64": "AArch64"}[self.architecture], path)
        [package] = glob.glob(f"{FOLDER}/assay-*.deb")
        deb, rpm = PACKAGES[self.architecture]
        self.assertEqual(said("dpkg-deb", "--field", package, "Architecture").strip(), deb)
        for package in glob.glob(f"{FOLDER}/assay-*.rpm"):
            self.assertEqual(said("rpm", "-qp", "--queryformat", "%{ARCH}", package), rpm)

    def test_no_symbol_is_newer_than_the_systems_that_it_is_for(self):
        self.assertGreater(len(self.objects), 5)
        for path in self.objects:
            for name, text in set(re.findall(r"\b(GLIBC|GLIBCXX|CXXABI|GCC)_([0-9.]+)",
                                             said(self.objdump, "-T", path))):
                version = tuple(map(int, text.split(".")))
                self.assertLessEqual(version, NEWEST[name], f"{path}: {name}_{text}")

    def test_every_library_is_the_systems_or_in_it(self):
        inside = set(os.listdir(f"{self.root}/lib"))
        self.assertFalse(inside & self.system)
        for path in self.objects:
            needed = re.findall(r"NEEDED.*\[(.*)\]", said(self.readelf, "-d", path))
            self.assertLessEqual(set(needed), inside | self.system, path)
        self.assertIn("Library rpath: [$ORIGIN/../lib]", said(self.readelf, "-d", self.objects[0]))

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
        if self.architecture != platform.machine():
            self.skipTest("under qemu-aarch64 instead")
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

    def emulated(self, *arguments, code=0):
        """What the program prints under qemu-aarch64, with libc and libstdc++ as all there is of a
        system."""
        if self.architecture != "aarch64":
            self.skipTest("runs in a minimal root instead")
        for tool in ("qemu-aarch64", "mmdebstrap"):
            if shutil.which(tool) is None:
                print(f"skipped: no {tool} (./quickstart.sh --setup aarch64)", file=sys.stderr)
                self.skipTest(f"no {tool}")
        root = f"{self.scratch.name}/root"
        subprocess.run(["bash", SOURCE_ROOT / "cloud-init/sysroot.sh", root, "libstdc++6"], check=True,
                       stdout=subprocess.DEVNULL)  # does nothing the second time
        done = subprocess.run(["qemu-aarch64", "-L", root, *arguments], text=True, check=False,
                              capture_output=True, cwd=self.scratch.name)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def test_the_libraries_under_qemu_are_its_own(self):
        linked = self.emulated("-E", "LD_TRACE_LOADED_OBJECTS=1", self.objects[0])
        self.assertIn("/bin/../lib/libcrypto.so.3", linked)
        system = {line.split()[0] for line in linked.splitlines() if "=> /lib" in line}
        self.assertLessEqual(system, self.system)
        self.assertNotIn("not found", linked)

    def test_it_looks_at_a_machine_under_qemu(self):
        self.assertRegex(self.emulated(self.objects[0], "--version"), r"assay \d")
        self.assertIn("user-data", self.emulated(self.objects[0], "--help"))
        self.assertRegex(self.emulated(self.objects[0], "probe"), "System .*aarch64")
        plan = self.emulated(self.objects[0], "run", "--suite", "quick", "--dry-run")
        self.assertIn("memory/host-memory/copy/1-thread", plan)
        # QEMU has no io_uring; without it, the Plan says so instead of measuring.
        self.assertIn("no io_uring (ENOSYS)", plan)

    def test_a_gpu_is_told_to_be_left_out(self):
        """As on a g5g: what is below -L stands for the same path of the machine."""
        self.emulated(self.objects[0], "--version")  # makes the root
        device = f"{self.scratch.name}/root/sys/bus/pci/devices/0000:00:1f.0"
        self.addCleanup(shutil.rmtree, f"{self.scratch.name}/root/sys")
        os.makedirs(device)
        for name, text in (("vendor", "0x10de"), ("class", "0x030200")):
            with open(f"{device}/{name}", "w", encoding="utf-8") as file:
                file.write(text + "\n")
        words = "measures storage, CPU and host memory only, no GPU"
        text = self.emulated(self.objects[0], "probe")
        self.assertRegex(text, "an NVIDIA GPU is on the PCI bus .*aarch64 and " + words)
        self.assertNotIn("install", text)
        self.assertIn(words, self.emulated(self.objects[0], "probe", "--need-class", "gpu", code=1))
        self.assertIn(words, self.emulated(self.objects[0], "run", "--dry-run"))

    def test_it_measures_under_qemu(self):
        """By pread, and memory with kernels of NEON, each of which is checked before it is timed."""
        with open(f"{self.scratch.name}/emulated.toml", "w", encoding="utf-8") as file:
            file.write(SUITE)
        folder = f"{self.scratch.name}/out"
        self.emulated(self.objects[0], "run", "--suite", "emulated.toml", "--size", "16MiB",
                      "--target", ".", "--out", folder)
        with open(f"{folder}/result.json", encoding="utf-8") as file:
            result = json.load(file)
        self.assertEqual([case["status"] for case in result["cases"]], ["ok"] * 4)
        for case in result["cases"]:
            method = {item["name"]: item["text"] for item in case["method"]}
            if case["id"].startswith("memory/"):
                self.assertIn("neon ", method["search"], case["id"])
            else:
                self.assertEqual(method["clock"], "clock_gettime(CLOCK_MONOTONIC)", case["id"])
        self.assertEqual(result["host"]["cpu"]["architecture"], "aarch64")
        self.emulated(self.objects[0], "verify", f"{folder}/result.json")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
