"""One paste into user-data, and the instance measures itself, uploads and is gone."""

import dataclasses
import json
import os
import subprocess
import sys

from launched import ADD_DISKS, MOUNT_VOLUME, RUN_S, SOURCE, STORES, VOLUME
from with_servers import OBJECTS, LaunchScenario

sys.path.append(str(SOURCE / "tests/e2e"))
import stall  # noqa: E402


class Launch(LaunchScenario):
    def test_the_result_is_in_the_bucket_and_the_instance_is_gone(self):
        one = self.launched("launch", ADD_DISKS + MOUNT_VOLUME, "--allow-write", "instance-store", "--tag",
                            "purpose=launch test")
        self.with_options(one, "all", "'--target' 'all' '--duration' '1.5s'")
        one.boot()
        one.wait_until_off(RUN_S)
        self.assertIsNotNone(one.get("result"), one.story())
        result = json.loads(one.get("result"))
        (one.folder / "uploaded").mkdir(exist_ok=True)
        for name, key in OBJECTS.items():
            if one.get(name):
                (one.folder / "uploaded" / key).write_text(one.get(name))
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
        # A machine without KVM may stand still for the whole window of a case, not of many.
        failed = [c for c in result["cases"] if c["status"] == "failed"]
        others = [(c["id"], c["reason"]) for c in failed if not stall.is_stall(c)]
        self.assertEqual(others, [])
        self.assertLessEqual(len(failed), len(result["cases"]) // 10, failed)
        self.assertIn(["tag purpose", "launch test"],
                      [list(item.values()) for item in result["method"]])
        self.assertIn("ebs-file against instance-store", one.get("report"))
        self.assertNotIn(one.service.identity.instance_id, one.get("report"))
        self.assertIn("uploaded: yes", one.machine.console.read_text(errors="replace"))
        done = subprocess.run([os.environ["ASSAY"], "verify", one.folder / "uploaded/result.json"],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)
