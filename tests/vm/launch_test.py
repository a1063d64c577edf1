"""One paste into user-data, and the instance measures itself, uploads and is gone."""

import dataclasses
import json
import os
import subprocess

from launched import ADD_DISKS, MOUNT_VOLUME, RUN_S, STORES, VOLUME
from with_servers import OBJECTS, LaunchScenario


class Launch(LaunchScenario):
    def test_the_result_is_in_the_bucket_and_the_instance_is_gone(self):
        one = self.launched("launch", ADD_DISKS + MOUNT_VOLUME, "--allow-write", "instance-store", "--tag",
                            "purpose=launch test")
        self.with_options(one, "all", "'--target' 'all' '--duration' '0.5s'")
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
        self.assertEqual([c["id"] for c in result["cases"] if c["status"] == "failed"], [])
        self.assertIn(["tag purpose", "launch test"],
                      [list(item.values()) for item in result["method"]])
        self.assertIn("ebs-file against instance-store", one.get("report"))
        self.assertNotIn(one.service.identity.instance_id, one.get("report"))
        self.assertIn("uploaded: yes", one.machine.console.read_text(errors="replace"))
        done = subprocess.run([os.environ["ASSAY"], "verify", one.folder / "uploaded/result.json"],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)
