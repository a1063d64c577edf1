"""One paste into user-data, and the instance measures itself, uploads and is gone.

Each test boots a machine that believes it is EC2: firmware, metadata service, disks with the vendor's
model strings. The bundle comes from a server of this test, what is uploaded goes to an S3 server that
checks signatures.
"""

import glob
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time
import unittest

import disks
import image
import metadata
import payload
from machine import PRODUCT, Failed, Machine

SOURCE = pathlib.Path(os.environ["ASSAY_SOURCE"])
FOLDER = pathlib.Path(os.environ["ASSAY_VM_FOLDER"])
sys.path.insert(0, str(SOURCE / "tests/upload"))
import s3  # noqa: E402

GATEWAY = "169.254.169.2"  # this machine, as the instance sees it
STORES = ["AWS1C00000000000001C", "AWS2C00000000000002C"]
VOLUME = "vol0c0c0c0c0c0c0c0c0"
STORE_MIB, VOLUME_MIB = 64, 256
BOOT_S, RUN_S = 420, 900
NOTICE_S = 120  # EC2 takes a spot instance away that long after its notice
OBJECTS = {"result": "result.json", "partial": "partial.json", "report": "report.html",
           "journal": "journal.ndjson", "log": "assay.log"}

ADD_DISKS = disks.PREPARE + "".join(
    disks.ADD.format(serial=serial, model=model, size_mib=size) + disks.CONNECT.format(serial=serial)
    for serial, model, size in [(STORES[0], disks.INSTANCE_STORE, STORE_MIB),
                                (STORES[1], disks.INSTANCE_STORE, STORE_MIB),
                                (VOLUME, disks.EBS, VOLUME_MIB)])
MOUNT_VOLUME = f"""
volume=/dev/$(for block in /sys/block/nvme*; do
  if [ "$(tr -d ' ' <"$block/device/serial")" = {VOLUME} ]; then basename "$block"; fi
done)
mke2fs -q -F -t ext4 -E lazy_itable_init=0,lazy_journal_init=0 "$volume"
mkdir -p /data
mount "$volume" /data
"""


def bundle():
    found = glob.glob(os.environ["ASSAY_BUNDLE_FOLDER"] + "/assay-*-linux-x86_64.tar.gz")
    if not found:
        raise unittest.SkipTest("no bundle: ./test.sh vm builds it, or cmake --build BUILD --target "
                                "bundle")
    return pathlib.Path(found[0])


class Launched:
    """Owns the servers around an instance, and what it is booted from. `root` is a disk that keeps
    what a boot has written; without one nothing is kept."""

    def __init__(self, at_boot, *options, root=None):
        self.made = image.ensure(FOLDER, SOURCE / "tests/fresh/copy_apt_configuration.sh")
        self.payload = payload.at_boot(at_boot, FOLDER)
        self.store = s3.Server(os.environ["ASSAY_S3_DRIVER"] + "/node_modules")
        self.files = metadata.FileServer(bundle())
        self.service = metadata.Service(PRODUCT, self.user_data(*options))
        self.root, self.machine = root, None

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

    def boot(self):
        relay = f"socat - TCP:127.0.0.1:{self.service.server_port}"
        devices = ["-netdev", "user,id=net,net=169.254.169.0/24,"
                   f"guestfwd=tcp:169.254.169.254:80-cmd:{relay}",
                   "-device", "virtio-net-pci,netdev=net",
                   "-smbios", f"type=2,asset={metadata.INSTANCE_ID}"]
        self.machine = Machine(self.made, self.payload, kernel_arguments="nvme_core.multipath=N "
                               "at_boot", log_folder=FOLDER, root=self.root, devices=devices,
                               boot_limit_s=BOOT_S)

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
        raise Failed(f"no {count} cases in the journal\n{self.get('log')}\n{self.machine.tail(60)}")

    def wait_until_off(self, limit_s):
        """Seconds until the machine has powered itself off."""
        begin = time.monotonic()
        try:
            self.machine.process.wait(limit_s)
        except subprocess.TimeoutExpired:
            raise Failed(f"still on after {limit_s} s\n{self.get('log')}\n"
                         f"{self.machine.tail(60)}") from None
        return time.monotonic() - begin

    def close(self):
        if self.machine:
            self.machine.stop()
        for server in (self.service, self.files):
            server.shutdown()
            server.server_close()
        self.store.close()


class Launch(unittest.TestCase):
    def launched(self, *arguments, **options):
        try:
            one = Launched(*arguments, **options)
        except image.Unavailable as error:
            raise unittest.SkipTest(str(error)) from None
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
        self.assertIsNotNone(one.get("result"), f"{one.get('log')}\n{one.machine.tail(80)}")
        result = json.loads(one.get("result"))
        (FOLDER / "launched").mkdir(exist_ok=True)
        for name, key in OBJECTS.items():
            if one.get(name):
                (FOLDER / "launched" / key).write_text(one.get(name))
        host = result["host"]
        self.assertEqual(host["identity"]["board_asset_tag"], metadata.INSTANCE_ID)
        ec2 = {key: host["ec2"][key] for key in ("instance_id", "instance_type", "region", "ami_id",
                                                 "availability_zone_id", "life_cycle", "unknown")}
        self.assertEqual(ec2, {
            "instance_id": metadata.INSTANCE_ID, "instance_type": PRODUCT,
            "region": metadata.REGION, "ami_id": metadata.AMI, "life_cycle": "spot",
            "availability_zone_id": metadata.ZONE_ID, "unknown": ""})
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
        self.assertNotIn(metadata.INSTANCE_ID, one.get("report"))
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
        made = image.ensure(FOLDER, SOURCE / "tests/fresh/copy_apt_configuration.sh")
        shutil.copyfile(made / "root.img", root)
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
        self.assertIsNotNone(one.get("result"), f"{one.get('log')}\n{one.machine.tail(80)}")
        result = json.loads(one.get("result"))
        self.assertEqual((result["partial"], result["provenance"]["resumed"]), ("", 1))
        self.assertEqual([case["id"] for case in result["cases"]],
                         [case["id"] for case in result["plan"]["cases"]])
        starts = {case["id"]: case["start_s"] for case in result["cases"]}
        self.assertLess(max(starts[case] for case in finished),
                        min(start for case, start in starts.items() if case not in finished))
