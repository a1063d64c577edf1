"""Ways into the kernel that need an NVMe controller: passthrough commands, polled completions."""

import disks
from instance import SHORT, STORE, Scenario

SPAN_MIB = 16  # of SHORT
# What overwrites a disk has one try, and the suite takes three parts of a second each.
LONGER = ["--duration", "3s", *SHORT[2:]]


class Engines(Scenario):
    def run_engines(self, cases, *arguments, length=SHORT):
        self.assay("run", "--suite", "engines", "--out", self.out, *length, "--only", f"'{cases}'",
                   *arguments, code=None, limit_s=120)
        return self.result()["cases"]

    def test_passthrough_reads_and_writes_only_the_start_of_the_disk(self):
        disk = self.disk(STORE[0])
        before, behind = self.digest(disk), self.digest(disk, SPAN_MIB)
        cases = self.run_engines("*/random-*/4k/qd1/nvme-passthrough", "--target", disk,
                                 "--allow-write", STORE[0], length=LONGER)
        self.assertEqual([case["status"] for case in cases], ["ok", "ok"], cases)
        self.assertNotEqual(self.digest(disk), before)
        self.assertEqual(self.digest(disk, SPAN_MIB), behind)

    def test_passthrough_of_a_deep_queue_on_a_controller_with_few_segments(self):
        cases = self.run_engines("*/random-read/4k/qd128/nvme-passthrough", "--target",
                                 self.plugged("free"), "--assume-written")
        self.assertEqual([case["status"] for case in cases], ["ok"], cases)

    def test_polled_reads_where_the_driver_has_poll_queues(self):
        cases = self.run_engines("*/random-read/4k/qd1/*iopoll", "--target", self.plugged("free"),
                                 "--assume-written")
        self.assertEqual([case["status"] for case in cases], ["ok", "ok"], cases)

    def test_a_disk_over_a_network_is_not_polled_although_it_has_the_queues(self):
        serial = "AWS40000000000000004"
        disk = "/dev/" + disks.add(self.machine, serial, disks.INSTANCE_STORE, poll_queues=1)
        self.addCleanup(disks.remove, self.machine, serial)
        self.assertTrue(self.block_device(disk.removeprefix("/dev/"))["io_poll"])
        cases = self.run_engines("*/random-read/4k/qd1/*iopoll", "--target", disk,
                                 "--assume-written")
        self.assertEqual([case["status"] for case in cases], ["skipped"] * 2, cases)
        for case in cases:
            self.assertIn("no PCIe controller", case["reason"])

    def test_polling_is_skipped_in_words_where_there_are_none(self):
        disk = self.disk(STORE[0])
        cases = self.run_engines("*/random-read/4k/qd1/iopoll", "--target", disk,
                                 "--assume-written")
        self.assertEqual([case["status"] for case in cases], ["skipped"], cases)
        self.assertIn("poll", cases[0]["reason"])
