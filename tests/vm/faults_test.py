"""What breaks in the middle of a run: the case fails in words, and the Result is written."""

import math
import time

import disks
from instance import PLUGGED, STORE, Scenario

SUITE = """name = "reads"
warm_up = "0.2s"
duration = "2s"
[[storage]]
workload = "random-read"
block_size = "4k"
queue_depth = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32]
"""
RUN_S = 200


class Breaking(Scenario):
    def run_and_break(self, fault, *targets):
        """Begins a run of several read cases on `targets`, calls `fault` once one has ended."""
        self.shell(f"cat >/root/reads.toml <<'END'\n{SUITE}END")
        running = self.machine.start(
            f"assay run --suite /root/reads.toml --out {self.out} "
            f"--assume-written {' '.join(f'--target {target}' for target in targets)}", RUN_S)
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            if self.shell(f"grep -qs '^{{\"case\"' {self.out}/journal*", None).returncode == 0:
                break
            time.sleep(0.3)
        else:
            self.fail(running.wait(RUN_S + 10))
        fault()
        return running.wait(RUN_S + 10)


class Unplugged(Breaking):
    def check_failed_in_words(self, done):
        self.assertEqual(done.returncode, 1, f"{done.stdout}\n{done.stderr}")
        cases = self.result()["cases"]
        self.assertIn("ok", {case["status"] for case in cases})  # the one before it broke
        failed = [case for case in cases if case["status"] == "failed"]
        self.assertTrue(failed)
        for case in failed:
            self.assertIn("unplugged", case["reason"], case["id"])
        self.shell(f"test -s {self.out}/report.html")

    def test_disk_unplugged_by_the_hypervisor(self):
        disk = self.plugged(PLUGGED)
        self.check_failed_in_words(self.run_and_break(lambda: self.machine.unplug(PLUGGED), disk))
        self.shell(f"test ! -e {disk}")

    def test_controller_lost(self):
        disk = self.disk(STORE[2])
        self.check_failed_in_words(
            self.run_and_break(lambda: self.shell(disks.disconnect_command(STORE[2])), disk))
        self.instance.names[STORE[2]] = disks.connect(self.machine, STORE[2])


class BadBlocks(Breaking):
    """A device-mapper table over a disk says what becomes of an I/O."""

    def mapped(self, table):
        """/dev/mapper/NAME of a table that names a {disk}, its {sectors} and {half} of them."""
        disk = self.disk(STORE[0])
        sectors = int(self.shell(f"blockdev --getsz {disk}").stdout)
        self.facts = {"disk": disk, "sectors": sectors, "half": sectors // 2}
        self.shell(f"dmsetup create broken --table '{table.format(**self.facts)}'")
        self.shell_later("dmsetup remove --retry broken")
        return "/dev/mapper/broken"

    def check_failed_beside_a_healthy_disk(self, done):
        """Some cases of the mapped device failed by EIO, those of the other disk are all ok; the
        report says it. Returns the failed ones."""
        self.assertEqual(done.returncode, 1, f"{done.stdout}\n{done.stderr}")
        result = self.result()
        broken = next(target["id"] for target in result["plan"]["targets"]
                      if target["device"].startswith("dm-"))
        healthy = [case for case in result["cases"] if f"/{broken}/" not in case["id"]]
        self.assertTrue(healthy)
        self.assertEqual({case["status"] for case in healthy}, {"ok"}, healthy)
        failed = [case for case in result["cases"] if case["status"] == "failed"]
        self.assertTrue(failed)
        for case in failed:
            self.assertRegex(case["reason"], "EIO|Input/output error")
            self.shell(f"grep -q '{case['id']}' {self.out}/report.html")
        self.shell(f"grep -q 'I/Os failed: .* EIO' {self.out}/report.html")
        counted = {error["error"] for case in failed for error in case["errors"]}
        self.assertEqual(counted, {"EIO"}, failed)
        return failed

    def test_half_of_the_blocks_cannot_be_read(self):
        device = self.mapped("0 {half} linear {disk} 0\n{half} {half} error")
        done = self.run_and_break(lambda: None, device, self.disk(STORE[1]))
        for case in self.check_failed_beside_a_healthy_disk(done):
            total = int(case["reason"].partition(" I/Os failed")[0].rpartition(" ")[2])
            share = sum(error["count"] for error in case["errors"]) / total
            # Blocks are drawn: of few I/Os, four standard deviations may miss the half by more.
            self.assertAlmostEqual(share, 0.5, delta=max(0.1, 4 * 0.5 / math.sqrt(total)))

    def test_a_disk_that_stops_answering_in_the_middle(self):
        device = self.mapped("0 {sectors} linear {disk} 0")
        flakey = "0 {sectors} flakey {disk} 0 0 3600".format(**self.facts)
        switch = f"dmsetup reload broken --table '{flakey}' && dmsetup resume broken"
        done = self.run_and_break(lambda: self.shell(switch), device, self.disk(STORE[1]))
        self.check_failed_beside_a_healthy_disk(done)
