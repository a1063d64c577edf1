"""A launched instance that is taken away in the middle, each time in another way."""

import json
import shutil
import time

import accelerator
from launched import BOOT_S, FOLDER, RUN_S, made_image
from with_servers import LaunchScenario

NOTICE_S = 120  # EC2 takes a spot instance away that long after its notice
PROMISED_S = 20  # what the program itself needs of it, on a machine that is no emulation


class Interrupted(LaunchScenario):
    def interrupted(self, name, stop, words):
        """Stops a run by `stop(instance)` after two cases; checks its partial Result."""
        one = self.launched(name, "", "--no-instance-store")
        self.root_only(one)
        one.boot()
        one.wait_for_cases(2)
        stop(one)
        begin = time.monotonic()
        while not one.get("partial") and time.monotonic() - begin < NOTICE_S:
            time.sleep(0.2)
        arrived_s = time.monotonic() - begin
        self.assertIsNotNone(one.get("partial"), one.story())
        off_s = arrived_s + one.wait_until_off(BOOT_S)
        print(f"{words}: the partial Result arrived after {arrived_s:.1f} s, off after {off_s:.1f} s")
        emulated = accelerator.words(made_image()) == accelerator.EMULATED
        self.assertLess(arrived_s, NOTICE_S if emulated else PROMISED_S, one.get("log"))
        result = json.loads(one.get("partial"))
        self.assertIn(words, result["partial"])
        self.assertGreaterEqual(len(result["cases"]), 2)
        self.assertIsNone(one.get("result"))
        self.assertIn("exited 4", one.get("log"))


class Spot(Interrupted):
    def test_a_spot_notice_ends_the_run_with_what_is_finished_uploaded(self):
        self.interrupted("spot", lambda one: setattr(one.service, "notice", True), "spot")


class Button(Interrupted):
    def test_so_does_the_power_button(self):
        self.interrupted("button", lambda one: one.machine.monitor.call("system_powerdown"),
                         "SIGTERM")


class PowerCut(LaunchScenario):
    def test_after_a_power_cut_the_next_boot_goes_on(self):
        root = FOLDER / "kept-root.img"
        shutil.copyfile(made_image() / "root.img", root)
        self.addCleanup(root.unlink)
        one = self.launched("power-cut", "", "--no-instance-store", root=(root, "cache=writethrough"))
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
