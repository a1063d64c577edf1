"""What breaks in the middle of a run: the case fails in words, and the Result is written."""

import time

import disks
from instance import PLUGGED, STORE, Scenario


class Unplugged(Scenario):
    def run_and_break(self, target, fault):
        """Begins a run of several read cases on `target`, calls `fault` in the second of them."""
        running = self.machine.start(
            f"assay run --out {self.out} --duration 2s --only '*/random-read/4k/*' "
            f"--assume-written --target {target}", 90)
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline:
            if int(self.shell(f"cat {self.out}/journal* 2>/dev/null | wc -l").stdout) >= 2:
                break
            time.sleep(0.3)
        fault()
        return running.wait(100)

    def check_failed_in_words(self, done):
        self.assertEqual(done.returncode, 1, f"{done.stdout}\n{done.stderr}")
        cases = self.result()["cases"]
        self.assertEqual(cases[0]["status"], "ok")
        failed = [case for case in cases if case["status"] == "failed"]
        self.assertTrue(failed)
        for case in failed:
            self.assertIn("unplugged", case["reason"], case["id"])
        self.shell(f"test -s {self.out}/report.html")

    def test_disk_unplugged_by_the_hypervisor(self):
        disk = self.plugged(PLUGGED)
        self.check_failed_in_words(self.run_and_break(disk, lambda: self.machine.unplug(PLUGGED)))
        self.shell(f"test ! -e {disk}")

    def test_controller_lost(self):
        disk = self.disk(STORE[2])
        self.check_failed_in_words(
            self.run_and_break(disk, lambda: self.shell(disks.disconnect_command(STORE[2]))))
        self.instance.names[STORE[2]] = disks.connect(self.machine, STORE[2])
