"""Devices that a run may overwrite, on loop devices over files of the test, and what is written then."""

import json
import os
import subprocess

import support
from loops import MIB, ONE_WRITE, SIZE, Loops, digest, run


class Permitted(Loops):
    def test_only_the_span_of_a_blank_device_is_overwritten(self):
        device = self.attach()
        before = digest(self.image, 16 * MIB)
        start = self.image.read_bytes()[:16 * MIB]
        done = self.assay("run", "--out", self.out, "--duration", "2s", "--size", "16MiB",
                          "--target", device, "--allow-write", self.serial,
                          "--only", "storage/*/4k/qd[14]")
        self.assertIn(f"WILL BE OVERWRITTEN: the first 16.0 MiB of {device}", done.stderr)
        result = self.result()
        self.assertEqual({c["status"] for c in result["cases"]}, {"ok"})
        workloads = {c["id"].split("/")[2] for c in result["cases"]}
        self.assertLessEqual({"random-read", "random-write", "write-fdatasync", "write-dsync"},
                             workloads)
        target = result["plan"]["targets"][0]
        self.assertEqual(target["serial"], self.serial)
        self.assertEqual(target["overwrite"]["permission"], self.serial)
        self.assertEqual(target["overwrite"]["device_bytes"], SIZE)
        self.assertEqual(target["contents"], "written by this run")
        self.assertEqual([p["bytes"] for p in result["preparations"]], [16 * MIB])
        self.assertTrue(result["comparability"]["comparable"])
        os.sync()
        self.assertEqual(digest(self.image, 16 * MIB), before)
        after = self.image.read_bytes()[:16 * MIB]
        kept = [at for at in range(0, 16 * MIB, 4096) if start[at:at + 512] == after[at:at + 512]]
        self.assertEqual(kept, [], "blocks of the span that were never written")

    def test_a_dry_run_says_so_and_writes_nothing(self):
        device = self.attach()
        before = digest(self.image)
        alias = self.root / "alias"
        alias.symlink_to(device)
        second = self.root / "second"
        second.symlink_to(alias)
        text = self.assay("run", "--dry-run", "--target", second, "--allow-write",
                          self.serial).stdout
        self.assertIn(f"WILL BE OVERWRITTEN: the first 64.0 MiB of {device} (serial {self.serial}, "
                      "64.0 MiB)", text)
        self.assertIn(f"allowed by --allow-write {self.serial}", text)
        plan = json.loads(self.assay("run", "--dry-run", "--json", "--target", device,
                                     "--allow-write", self.serial).stdout)
        self.assertEqual(plan["targets"][0]["overwrite"]["destroys"], [])
        os.sync()
        self.assertEqual(digest(self.image), before)

    def test_the_name_to_type_is_shown_by_probe(self):
        device = self.attach()
        self.assertIn(self.serial, self.assay("probe").stdout)
        disks = json.loads(self.assay("probe", "--json").stdout)["block_devices"]
        mine = [disk for disk in disks if disk["path"] == device]
        self.assertEqual(mine[0]["backing_file"], os.path.realpath(self.image))

    def test_a_resumed_run_does_not_fill_again(self):
        device = self.attach()
        self.interrupt_after_a_case(device)
        # A mark between the blocks that tell a discarded device: a second fill would remove it.
        with open(device, "r+b") as file:
            file.seek(MIB)
            file.write(b"mark")
        self.assay("run", "--resume", self.out)
        result = self.result()
        self.assertEqual([p["bytes"] for p in result["preparations"]], [16 * MIB])
        self.assertEqual({c["status"] for c in result["cases"]}, {"ok"})
        os.sync()
        self.assertEqual(self.image.read_bytes()[MIB:MIB + 4], b"mark")

    def test_a_fill_that_was_interrupted_goes_on_where_it_ended(self):
        device = self.attach()
        self.interrupt_after_a_case(device)
        # As if the run had been stopped in the middle of its fill: half of it in the journal, no case.
        journal = self.out / "journal.ndjson"
        lines = journal.read_text().splitlines()
        fill = next(line for line in lines if line.startswith('{"preparation"'))
        self.assertIn(f'"bytes":{16 * MIB}', fill)
        half = fill.replace(f'"bytes":{16 * MIB}', f'"bytes":{8 * MIB}')
        journal.write_text("\n".join([lines[0], half]) + "\n")
        (self.out / "result.json").unlink(missing_ok=True)
        for at in (MIB, 9 * MIB):  # beside the blocks that tell a discarded device
            with open(device, "r+b") as file:
                file.seek(at)
                file.write(b"mark")
        self.assay("run", "--resume", self.out)
        self.assertEqual([p["bytes"] for p in self.result()["preparations"]], [8 * MIB, 16 * MIB])
        os.sync()
        data = self.image.read_bytes()
        self.assertEqual(data[MIB:MIB + 4], b"mark")
        self.assertNotEqual(data[9 * MIB:9 * MIB + 4], b"mark")

    def test_a_device_that_was_emptied_meanwhile_is_filled_again(self):
        device = self.attach()
        self.interrupt_after_a_case(device)
        with open(device, "r+b") as file:
            file.write(bytes(16 * MIB))
        self.assay("run", "--resume", self.out)
        self.assertEqual([p["bytes"] for p in self.result()["preparations"]], [16 * MIB] * 2)

    def test_a_resumed_run_looks_at_the_device_again(self):
        device = self.attach()
        self.interrupt_after_a_case(device)
        self.make_file_system(device)
        before = digest(self.image)
        done = self.assay("run", "--resume", self.out, code=2)
        self.assertIn("is not blank: it holds ext4", done.stderr)
        os.sync()
        self.assertEqual(digest(self.image), before)


class Forced(Loops):
    def setUp(self):
        super().setUp()
        self.clear_start()
        self.made("mkfs.ext4", "-q", "-F", "-L", "precious", self.image)

    def test_a_signature_is_destroyed_only_by_the_serial_of_its_disk(self):
        device = self.attach()
        before = digest(self.image)
        allow = ["--target", device, "--allow-write", self.serial]
        self.refused(["is not blank", "ext4 (file system, label 'precious', UUID",
                      f"--force-destroy {self.serial}"], *allow)
        self.refused("no disk of this host", *allow, "--force-destroy", "AWS123")
        self.refused("kernel names move", *allow, "--force-destroy", device)
        self.refused("never destroyed as a whole", *allow, "--force-destroy", "ebs")
        self.refused("also takes --allow-write", "--target", device, "--force-destroy", self.serial)
        os.sync()
        self.assertEqual(digest(self.image), before)
        done = self.assay("run", "--out", self.out, "--duration", "1s", "--size", "16MiB", *allow,
                          "--force-destroy", self.serial, *ONE_WRITE)
        self.assertIn("DESTROYS, by --force-destroy: ext4 (file system, label 'precious', UUID",
                      done.stderr)
        self.assertEqual(self.result()["cases"][0]["status"], "ok")
        os.sync()
        self.assertNotEqual(digest(self.image), before)

    def test_a_resumed_run_destroys_only_what_was_given_up_when_it_began(self):
        device = self.attach()
        self.interrupt_after_a_case(device, "--force-destroy", self.serial)
        data = self.root / "data"
        data.mkdir()
        (data / "precious").write_bytes(os.urandom(MIB))
        self.make_file_system(device, "-d", data)
        before = digest(self.image)
        done = self.assay("run", "--resume", self.out, code=2)
        for words in ("holds ext4 (file system, UUID ", "was not given up when the run began",
                      f"start a new run with --force-destroy {self.serial}"):
            self.assertIn(words, done.stderr)
        os.sync()
        self.assertEqual(digest(self.image), before)

    def test_a_resumed_run_goes_on_over_the_rest_of_what_it_destroys(self):
        self.need_tools("sfdisk")
        self.clear_start()
        done = subprocess.run(["sfdisk", "-q", "--label", "gpt", self.image], input="2048,65536\n",
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            self.skip(f"sfdisk: {done.stderr}")
        device = self.attach()
        self.interrupt_after_a_case(device, "--force-destroy", self.serial)
        # The backup at the end lies behind the span, and is still there.
        self.assertIn("gpt", run("wipefs", device).stdout)
        self.assay("run", "--resume", self.out)
        self.assertEqual({c["status"] for c in self.result()["cases"]}, {"ok"})

    def test_what_is_mounted_stays_whatever_the_options(self):
        device = self.attach()
        self.mount("-o", "ro", device)
        alias = self.root / "alias"
        alias.symlink_to(device)
        for name in (device, alias):
            self.is_refused("is mounted at", name)

    def test_a_mount_in_another_namespace_is_found(self):
        self.need_tools("unshare", "mount")
        device = self.attach()
        point = self.root / "point"
        point.mkdir()
        with subprocess.Popen(["unshare", "-m", "sh", "-c",
                               f"mount -o ro {device} {point} && echo up && exec sleep 600"],
                              stdout=subprocess.PIPE, text=True) as hidden:
            try:
                if hidden.stdout.readline().strip() != "up":
                    self.skip("no mount namespace here")
                self.is_refused(["is mounted at", "point"], device)
            finally:
                hidden.kill()


if __name__ == "__main__":
    support.main()
