"""Devices and existing files: what is refused, what is only read, and that nothing is written."""

import hashlib
import json
import os
import subprocess

import support
from support import ONE_READ, SHORT


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Devices(support.Scratch):
    def test_the_disk_of_the_build_is_in_use(self):
        host = json.loads(self.assay("probe", "--json").stdout)
        used = [d for d in host["block_devices"]
                if d["mounts"] or any(p["mounts"] for p in d["partitions"])]
        if not used or not os.path.exists(used[0]["path"]):
            self.skip("no mounted disk with a device node here")
        self.refused(["is in use", "mounted at", "--target"], "--target", used[0]["path"])

    def test_a_mounted_device_is_refused_by_every_name(self):
        device, _ = self.loop_device(64 << 20, "ext4")
        self.mount(device)
        alias = self.root / "alias"
        alias.symlink_to(device)
        for name in (device, alias):
            self.refused("is in use", "--target", name, "--assume-written")

    def test_a_free_device_is_read_only_when_its_contents_are_vouched_for(self):
        device, image = self.loop_device(32 << 20)
        before = digest(image)
        self.assay("run", "--out", self.out, "--target", device, *SHORT, "--only", "storage/*",
                   code=1)
        reasons = {c["reason"] for c in self.result()["cases"]}
        self.assertTrue(any("contents unknown" in r and "--assume-written" in r for r in reasons))
        self.assertEqual({c["status"] for c in self.result()["cases"]}, {"skipped"})

        second = self.root / "second"
        self.assay("run", "--out", second, "--target", device, "--assume-written", "--duration",
                   "1s", "--only", "storage/*/4k/*")
        result = self.result(second)
        self.assertFalse(result["comparability"]["comparable"])
        self.assertEqual(result["plan"]["targets"][0]["contents"], "assumed written")
        by_status = {}
        for case in result["cases"]:
            by_status.setdefault(case["status"], set()).add(case["id"].split("/")[2])
        self.assertEqual(by_status["ok"], {"random-read"})
        self.assertNotIn("failed", by_status)
        self.assertIn("random-write", by_status["skipped"])
        self.assertEqual(result["preparations"], [])
        subprocess.run(["sync"], check=True)
        self.assertEqual(digest(image), before)

    def test_another_user_is_told_to_be_root(self):
        device, _ = self.loop_device(32 << 20)
        done = self.assay("run", "--out", self.out, "--target", device, "--assume-written", code=2,
                          prefix=self.as_nobody())
        self.assertIn("run as root", done.stderr)


class InMemory(support.Scratch):
    """Places that accept direct I/O like a disk, and would be measured as one."""

    def test_device_nodes_lie_in_memory(self):
        self.need_tools("findmnt")
        kind = subprocess.run(["findmnt", "-n", "-o", "FSTYPE", "-T", "/dev"], capture_output=True,
                              text=True, check=False).stdout.split()
        if kind[-1:] not in (["devtmpfs"], ["tmpfs"]):
            self.skip(f"/dev is neither devtmpfs nor tmpfs here: {kind}")
        self.refused(f"in memory ({kind[-1]})", "--dry-run", "--target", "/dev")

    def test_an_overlay_is_where_its_upper_directory_is(self):
        self.need_root()
        memory = self.mount("-t", "tmpfs", "tmpfs", name="memory")
        for name, upper, words in (("on-memory", memory, "in memory (overlay on tmpfs)"),
                                   ("on-disk", self.root, None)):
            parts = [upper / f"{name}-{part}" for part in ("lower", "upper", "work")]
            for part in parts:
                part.mkdir()
            options = "lowerdir={},upperdir={},workdir={}".format(*parts)
            point = self.mount("-t", "overlay", "overlay", "-o", options, name=name)
            done = subprocess.run([support.ASSAY, "run", "--dry-run", "--target", point],
                                  cwd=self.work, capture_output=True, text=True, check=False)
            if words:
                self.assertEqual(done.returncode, 2)
                self.assertIn(words, done.stderr)
            else:
                self.assertNotIn("in memory", done.stderr)


class Doctor(support.Scratch):
    def checks(self, target):
        findings = json.loads(self.assay("doctor", target, "--json").stdout)
        for finding in findings:
            self.assertTrue(finding["what"] and finding["effect"])
        return {finding["check"] for finding in findings}

    def test_unwritten_blocks_are_found_by_reading_only(self):
        written = self.root / "written"
        written.write_bytes(os.urandom(8 << 20))
        self.assertNotIn("zeros", self.checks(written))
        sparse = self.root / "sparse"
        with open(sparse, "wb") as file:
            file.truncate(8 << 20)
        self.assertIn("zeros", self.checks(sparse))
        self.assertEqual(sparse.stat().st_blocks, 0)

    def test_a_run_tells_what_was_found_before_it(self):
        sparse = self.root / "sparse"
        with open(sparse, "wb") as file:
            file.truncate(8 << 20)
        done = self.assay("run", "--out", self.out, "--target", sparse, "--assume-written", *SHORT,
                          *ONE_READ)
        found = [f for f in self.result()["findings"] if f["check"] == "zeros"]
        self.assertEqual(found[0]["severity"], "warning")
        self.assertIn("hold only zeros", done.stdout + (self.out / "report.html").read_text())

    def test_text_for_the_whole_machine_and_bad_targets(self):
        self.assay("doctor")
        self.assertIn("no such file", self.assay("doctor", "/nope", code=2).stderr)


class Files(support.Scratch):
    def test_an_existing_file_is_only_read(self):
        path = self.root / "data"
        path.write_bytes(os.urandom(20 << 20))
        before = digest(path)
        self.assay("run", "--out", self.out, "--target", path, *SHORT, *ONE_READ, code=1)
        self.assertIn("contents unknown", self.result()["cases"][0]["reason"])
        second = self.root / "second"
        self.assay("run", "--out", second, "--target", path, "--assume-written", "--duration",
                   "1s", *ONE_READ)
        self.assertEqual(digest(path), before)

    def test_files_that_cannot_be_measured(self):
        empty = self.root / "empty"
        empty.touch()
        self.refused(["empty file", "name a directory"], "--target", empty)
        small = self.root / "small"
        small.write_bytes(b"x" * 5000)
        self.refused("smaller than 1 MiB", "--target", small)
        self.refused("neither a directory", "--target", "/dev/null")
        pipe = self.root / "pipe"
        os.mkfifo(pipe)
        self.refused("neither a directory", "--target", pipe)

    def test_two_targets_get_names_of_their_own(self):
        other = self.root / "other"
        other.mkdir()
        self.assay("run", "--out", self.out, "--target", ".", "--target", other, *SHORT, *ONE_READ)
        ids = [c["id"] for c in self.result()["cases"]]
        self.assertEqual(len(set(ids)), 2)
        self.assertEqual(list(other.iterdir()), [])


if __name__ == "__main__":
    support.main()
