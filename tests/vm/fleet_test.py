"""cloud-init/launch.py from a matrix file to one report; two of its instances are virtual machines.

EC2 is a local endpoint, the bucket an S3 server that checks signatures. Both runs of i4i.xlarge
boot an instance with the user-data that the launcher gave them; the other types send canned Results
(SYNTHETIC), as if measured by the same suite.
"""

import json
import shutil
import subprocess
import sys
import threading
import unittest
import urllib.parse
import urllib.request

import image
import metadata
from launched import (ADD_DISKS, BOOT_S, FOLDER, GATEWAY, MOUNT_VOLUME, RUN_S, SOURCE, Launched,
                      bundle, made_image)
from machine import PRODUCT, Failed

sys.path.insert(0, str(SOURCE / "tests/launch"))
from support import ASSAY, DRIVER, MAKE_FLEET, TYPES, Scratch  # noqa: E402

import ec2_endpoint  # noqa: E402
import s3  # noqa: E402

# The launcher and the instance call the bucket by the same name, as its URLs are signed for it:
# the instance's own loopback passes on to this machine.
BUCKET_IN_GUEST = """
cat >/run/systemd/system/bucket.socket <<END
[Socket]
ListenStream=127.0.0.1:{port}
END
cat >/run/systemd/system/bucket.service <<END
[Service]
ExecStart=/lib/systemd/systemd-socket-proxyd {gateway}:{port}
END
systemctl daemon-reload
systemctl start bucket.socket
"""
NAME = "virtual"


class Fleet(Scratch):
    def setUp(self):
        super().setUp()
        try:
            made_image()
        except image.Unavailable as error:
            raise unittest.SkipTest(str(error)) from None
        self.bundle = bundle()
        self.store = s3.server_of(type(self), DRIVER)
        self.canned = self.root / "canned"
        self.one_at_a_time = threading.Lock()
        self.first_is_off = threading.Event()
        self.stories = []
        self.endpoint = ec2_endpoint.Endpoint(self.instance)
        self.addCleanup(self.endpoint.close)
        self.environment |= {"AWS_ENDPOINT_URL_EC2": self.endpoint.url,
                             "AWS_ENDPOINT_URL_SSM": self.endpoint.url,
                             "AWS_ENDPOINT_URL_S3": self.store.url}

    def instance(self, instance):
        if instance.type == PRODUCT:
            with self.one_at_a_time:
                self.boot(instance)
            return
        self.first_is_off.wait()
        number = int(instance.tags["assay:run"].rsplit("-", 1)[1]) - 1
        result = (self.canned / instance.type / f"{number:05}" / "result.json").read_bytes()
        urllib.request.urlopen(urllib.request.Request(instance.urls()["result"], result,
                                                      method="PUT"))

    def make_canned(self, run):
        """Those of the other types, to stand in one table with the Result of this run."""
        key = f"assay/{NAME}/family=i4i/type={PRODUCT}/run={run}/result.json"
        like = self.root / "like.json"
        like.write_bytes(self.store.get(urllib.parse.quote(key))[0])
        subprocess.run([MAKE_FLEET, self.canned, "2", "1", like], check=True)

    def boot(self, instance):
        """A virtual machine's life, from the launcher's user-data to its power-off."""
        at_boot = ADD_DISKS + MOUNT_VOLUME + BUCKET_IN_GUEST.format(
            port=self.store.port, gateway=GATEWAY)
        one = Launched(at_boot, instance.user_data, metadata.Identity(
            instance.id, instance.type, instance.zone, "use1-az1", instance.asked["ImageId"],
            "on-demand"), log_folder=FOLDER / f"fleet-{instance.id}")
        try:
            one.boot()
            seconds = one.wait_until_off(RUN_S)
            print(f"{instance.id} was off after {seconds:.0f} s", flush=True)
            if not self.first_is_off.is_set():
                self.make_canned(instance.tags["assay:run"])
        except (Failed, TypeError) as error:  # not as it should be, or its Result did not come
            self.stories.append(repr(error))
        finally:
            self.first_is_off.set()
            self.stories.append(one.story() if one.machine else "")
            one.close()

    def test_a_matrix_of_three_types_twice_becomes_one_report(self):
        matrix = self.matrix(name=NAME, top="max_minutes = 30")
        text = self.launch(matrix, "--start", "--poll", "2", code=None,
                           limit_s=2 * (BOOT_S + RUN_S))
        self.assertIn("6 done; Results are in", text, "\n".join(self.stories))
        self.assertNotIn("launch: ", text)
        here = self.root / f"fleet-{NAME}"
        shutil.rmtree(FOLDER / "fleet", ignore_errors=True)  # to be looked at
        shutil.copytree(here, FOLDER / "fleet")
        ids = {i.tags["assay:run"]: i.id for i in self.endpoint.instances.values()}
        for number in ("01", "02"):
            run = f"{PRODUCT}-{number}"
            folder = here / f"family=i4i/type={PRODUCT}/run={run}"
            result = json.loads((folder / "result.json").read_text())
            self.assertEqual(result["host"]["ec2"]["instance_id"], ids[run])
            self.assertEqual(result["host"]["ec2"]["instance_type"], PRODUCT)
            self.assertEqual(result["host"]["identity"]["sys_vendor"], "Amazon EC2")
            self.assertEqual([c["id"] for c in result["cases"] if c["status"] == "failed"], [])
            told = dict(item.values() for item in result["method"])
            self.assertEqual((told["tag fleet"], told["tag run"]), (NAME, run))
            self.assertTrue(any("instance-store" in c["id"] and c["status"] == "ok"
                                for c in result["cases"]))
        page = (here / "report.html").read_text()
        rows = [json.loads(line) for line in (here / "rows.ndjson").read_text().splitlines()]
        self.assertEqual({row["instance_type"] for row in rows}, set(TYPES))
        for kind in TYPES:
            self.assertIn(kind, page)
        for one in ids.values():
            self.assertNotIn(one, page)  # nobody is named in a report
        self.assertEqual(self.endpoint.live(), [])
        self.assertNotIn("still there", text)
        collected = subprocess.run(
            [ASSAY, "collect", f"s3://reports/assay/{NAME}", "--matrix", matrix, "-o",
             self.root / "collected"], env=self.environment, text=True, capture_output=True,
            check=False)
        self.assertEqual(collected.returncode, 0, collected.stdout + collected.stderr)
        self.assertIn("6 done", collected.stdout)


if __name__ == "__main__":
    unittest.main()
