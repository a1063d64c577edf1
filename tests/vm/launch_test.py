"""One paste into user-data, and the instance measures itself, uploads and is gone.

Each test boots a machine that believes it is EC2: firmware, metadata service, disks with the vendor's
model strings. The bundle comes from a server of this test, what is uploaded goes to an S3 server that
checks signatures.
"""

import dataclasses
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import unittest

import image
import metadata
from launched import (ADD_DISKS, FOLDER, GATEWAY, MOUNT_VOLUME, RUN_S, SOURCE, STORES, VOLUME,
                      Launched, bundle, made_image)
from machine import Failed

sys.path.insert(0, str(SOURCE / "tests/upload"))
import s3  # noqa: E402

NOTICE_S = 120  # EC2 takes a spot instance away that long after its notice
OBJECTS = {"result": "result.json", "partial": "partial.json", "report": "report.html",
           "journal": "journal.ndjson", "log": "assay.log"}


class WithServers(Launched):
    """An instance and the servers around it: its bundle's, and the bucket."""

    def __init__(self, at_boot, *options, root=None):
        self.store = s3.Server(os.environ["ASSAY_S3_DRIVER"] + "/node_modules")
        self.files = metadata.FileServer(bundle())
        super().__init__(at_boot, self.user_data(*options), root=root)

    def user_data(self, *options):
        prefix = f"http://{GATEWAY}:{self.store.port}/reports"
        urls = FOLDER / "urls.txt"
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


class Launch(unittest.TestCase):
    def launched(self, *arguments, **options):
        try:
            made_image()
        except image.Unavailable as error:
            raise unittest.SkipTest(str(error)) from None
        one = WithServers(*arguments, **options)
        self.addCleanup(one.close)
        return one

    def interrupted(self, stop, words):
        """Stops a run by `stop(instance)` after two cases; its partial Result, once it is off."""
        one = self.launched("", "--no-instance-store")
        self.root_only(one)
        one.boot()
        one.wait_for_cases(2)
        stop(one)
        begin = time.monotonic()
        while not one.get("partial") and time.monotonic() - begin < NOTICE_S:
            time.sleep(0.2)
        arrived_s = time.monotonic() - begin
        off_s = arrived_s + one.wait_until_off(NOTICE_S)
        print(f"{words}: the partial Result arrived after {arrived_s:.1f} s, off after {off_s:.1f} s")
        self.assertLess(arrived_s, 20, one.get("log"))
        result = json.loads(one.get("partial"))
        self.assertIn(words, result["partial"])
        self.assertGreaterEqual(len(result["cases"]), 2)
        self.assertIsNone(one.get("result"))
        self.assertIn("exited 4", one.get("log"))

    def with_options(self, one, target, options):
        """Changes what the user-data measures: the target, and how long."""
        changed = one.service.user_data.replace(f"'--target' '{target}'", options)
        self.assertNotEqual(changed, one.service.user_data)
        one.service.user_data = changed

    def root_only(self, one):
        """The root volume is of no vendor here: its file system is measured by name."""
        self.with_options(one, "ebs", "'--target' '/' '--duration' '0.5s' '--size' '16MiB'")

    def test_the_result_is_in_the_bucket_and_the_instance_is_gone(self):
        one = self.launched(ADD_DISKS + MOUNT_VOLUME, "--allow-write", "instance-store", "--tag",
                            "purpose=launch test")
        self.with_options(one, "all", "'--target' 'all' '--duration' '0.5s'")
        one.boot()
        one.wait_until_off(RUN_S)
        self.assertIsNotNone(one.get("result"), one.story())
        result = json.loads(one.get("result"))
        (FOLDER / "launched").mkdir(exist_ok=True)
        for name, key in OBJECTS.items():
            if one.get(name):
                (FOLDER / "launched" / key).write_text(one.get(name))
        host = result["host"]
        self.assertEqual(host["identity"]["board_asset_tag"], one.service.identity.instance_id)
        told = dataclasses.asdict(one.service.identity)
        self.assertEqual(host["ec2"] | {
            "availability_zone": told.pop("zone"), "availability_zone_id": told.pop("zone_id"),
            "region": one.service.identity.region, "unknown": "", **told}, host["ec2"])
        classes = {d["serial"]: d["class"] for d in host["block_devices"]}
        self.assertEqual({serial: classes[serial] for serial in [*STORES, VOLUME]},
                         {STORES[0]: "instance-store", STORES[1]: "instance-store", VOLUME: "ebs"})
        measured = {case["id"].split("/")[1] for case in result["cases"]
                    if case["status"] == "ok" and case["id"].startswith("storage/")}
        self.assertTrue(any(name.startswith("instance-store") for name in measured), measured)
        self.assertIn("ebs-file", measured)
        self.assertEqual([c["id"] for c in result["cases"] if c["status"] == "failed"], [])
        self.assertIn(["tag purpose", "launch test"],
                      [list(item.values()) for item in result["method"]])
        self.assertIn("ebs-file against instance-store", one.get("report"))
        self.assertNotIn(one.service.identity.instance_id, one.get("report"))
        self.assertIn("uploaded: yes", one.machine.console.read_text(errors="replace"))
        done = subprocess.run([os.environ["ASSAY"], "verify", FOLDER / "launched/result.json"],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_a_spot_notice_ends_the_run_with_what_is_finished_uploaded(self):
        self.interrupted(lambda one: setattr(one.service, "notice", True), "spot")

    def test_so_does_the_power_button(self):
        self.interrupted(lambda one: one.machine.monitor.call("system_powerdown"), "SIGTERM")

    def test_after_a_power_cut_the_next_boot_goes_on(self):
        root = FOLDER / "kept-root.img"
        shutil.copyfile(made_image() / "root.img", root)
        self.addCleanup(root.unlink)
        one = self.launched("", "--no-instance-store", root=(root, "cache=writethrough"))
        self.root_only(one)
        one.boot()
        one.wait_for_cases(3)
        one.machine.stop()
        finished = [json.loads(line)["case"]["id"] for line in one.get("journal").splitlines()
                    if line.startswith('{"case"')]
        one.boot()
        one.wait_until_off(RUN_S)
        self.assertIsNotNone(one.get("result"), one.story())
        result = json.loads(one.get("result"))
        self.assertEqual((result["partial"], result["provenance"]["resumed"]), ("", 1))
        self.assertEqual([case["id"] for case in result["cases"]],
                         [case["id"] for case in result["plan"]["cases"]])
        starts = {case["id"]: case["start_s"] for case in result["cases"]}
        self.assertLess(max(starts[case] for case in finished),
                        min(start for case, start in starts.items() if case not in finished))
