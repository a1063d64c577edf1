"""Rates and what bound them, on disks whose limit is known because the hypervisor sets it."""

import re
import statistics
import time

from instance import (BURST_IOPS, BURST_S, GP3_BYTES_PER_S, GP3_IOPS, LIMITED, SUSTAINED_IOPS,
                      Scenario)

SUITE = """name = "limits"
warm_up = "{warm_up}s"
duration = "{duration}"
[[storage]]
workload = "random-read"
block_size = {block_sizes}
queue_depth = {queue_depths}
"""
WARM_UP_S = 0.3
DURATION = "8s"
LIMITER = "host-rate-limiter"
TOLERANCE = 0.02  # of the true rate
# A limit shows only where the machine is faster than it: by so much, on the disk that has none.
HEADROOM = 1.5
# Of what the hypervisor counts, the rest is for warming up and for finding the disk's state.
COUNTED_MIN = 0.7
TRIES = 3


def metric(case, name):
    return next(metric["value"] for metric in case["metrics"] if metric["name"] == name)


def rates(case, what="ops"):
    return [tick[what] / tick["length_s"] for tick in case["ticks"]]


def kind(case):
    return case.get("limit", {}).get("kind", "nothing")


def true_limit(case):
    """(what a tick counts of it, a second) that a gp3 volume is throttled to at this size."""
    return ("ops", GP3_IOPS) if "/4k/" in case["id"] else ("bytes", GP3_BYTES_PER_S)


class Limits(Scenario):
    def assert_close(self, measured, truth, case):
        self.assertLess(abs(measured / truth - 1), TOLERANCE, (measured, truth, case["limit"]))

    def reads(self, name):
        """How many reads of a disk the hypervisor has counted."""
        disks = {disk["device"]: disk for disk in self.machine.monitor.call("query-blockstats")}
        return disks[f"{name}-drive"]["stats"]["rd_operations"]

    def measured(self, *names, **suite):
        """(disk, case) of every case of a sweep over the named disks, measured by one run."""
        paths = {self.plugged(name): name for name in names}
        self.out += "-again"
        self.shell(f"cat >/root/limits.toml <<'END'\n{SUITE.format(warm_up=WARM_UP_S, **suite)}END")
        before = {name: self.reads(name) for name in names}
        done = self.shell(f"cd /root && assay run --suite limits.toml --assume-written --out {self.out} "
                          + " ".join(f"--target {path}" for path in paths), None, limit_s=300)
        self.assertEqual(done.returncode, 0, f"{done.stdout}\n{done.stderr}")
        result = self.result()
        truth = {target["id"]: paths[target["path"]] for target in result["plan"]["targets"]
                 if target["path"] in paths}
        found = [(truth[case["id"].split("/")[1]], case) for case in result["cases"]]
        for name in names:
            told = sum(metric(case, "iops") * case["window_end_s"]
                       for disk, case in found if disk == name)
            self.counts.append((name, round(told), self.reads(name) - before[name]))
        return found

    def print_confusion(self, found):
        """What was told of each true limit: rows are the truth."""
        verdicts = sorted({kind(case) for _, case in found} | {LIMITER})
        print("\n" + "".join(f"{word:>20}" for word in ["set \\ told", *verdicts]))
        for name in LIMITED:
            kinds = [kind(case) for truth, case in found if truth == name]
            print(f"{name:>20}" + "".join(f"{kinds.count(verdict):>20}" for verdict in verdicts),
                  flush=True)

    def test_rates_and_verdicts_against_the_truth(self):
        self.counts = []
        deepest = self.settled(self.deepest_of_sweep, self.check_sweep)
        bursting = self.settled(self.bursting, self.check_burst)
        self.print_confusion(deepest + bursting)

    def settled(self, measure, check):
        """What `measure` finds, once `check` holds of it. Without KVM a machine may stop for a second,
        which hides a burst or breaks a plateau: up to three runs, of which one must tell the truth.
        Where the machine is slower than the limits in each of them there is nothing to tell."""
        failure = slow = None
        for _ in range(TRIES):
            try:
                found = measure()
            except (AssertionError, KeyError) as error:
                failure = error
                print(f"\nonce more after: {error!r}", flush=True)
                continue
            self.check_of_every_machine(found)
            slow = self.slower_than_limits(found)
            if slow:
                print(f"\nnot judged: {slow}", flush=True)
                continue
            try:
                check(found)
                return found
            except (AssertionError, KeyError) as error:
                failure = error
                self.print_confusion(found)
                print(f"\nonce more after: {error!r}", flush=True)
        if failure:
            raise failure
        return self.skipTest(f"each of {TRIES} runs on a slow machine: {slow}")

    def check_of_every_machine(self, found):
        """What no speed excuses: a limit that is not there is never told, in no run; nor are more
        I/Os than the hypervisor has seen, or far fewer."""
        for truth, case in found:
            self.assertTrue(truth != "free" or kind(case) != LIMITER, case.get("limit"))
        for name, told, seen in self.counts:
            print(f"{name}: {told} of {seen} reads were in the measured windows", flush=True)
            self.assertLessEqual(told, seen, name)
            self.assertGreaterEqual(told, COUNTED_MIN * seen, name)
        self.counts.clear()

    def slower_than_limits(self, found):
        """In words, that the disk without a limit leaves no room above the others'; else empty."""
        for truth, case in found:
            what, limit = true_limit(case)
            rate = statistics.median(rates(case, what))
            if truth == "free" and rate < HEADROOM * limit:
                return f"{case['id']} without a limit reached {rate:.0f} {what} a second, and a " \
                       f"limit of {limit} shows from {HEADROOM * limit:.0f} on"
        return ""

    def deepest_of_sweep(self):
        swept = self.measured("free", "gp3", duration=DURATION, block_sizes='["4k", "128k"]',
                              queue_depths="[2, 8, 32]")
        return [(truth, case) for truth, case in swept if case["id"].endswith("/qd32")]

    def check_sweep(self, found):
        for truth, case in found:
            if truth == "free":
                continue
            self.assertEqual(kind(case), LIMITER, case["limit"])
            what, limit = true_limit(case)
            self.assert_close(statistics.median(rates(case, what)), limit, case)

    def bursting(self):
        """Cases on the disk with a burst, from a full bucket, and before them one without limit."""
        free = self.measured("free", duration="4s", block_sizes='"4k"', queue_depths="[32]")
        time.sleep(2 * BURST_S * BURST_IOPS / SUSTAINED_IOPS)
        return free + self.measured("burst", duration=DURATION, block_sizes='"4k"',
                                    queue_depths="[16, 32]")

    def check_burst(self, found):
        """The rate after the burst and the burst's length, as the verdict tells them; its rate."""
        # The other case finds the bucket empty.
        case = min((case for truth, case in found if truth == "burst"),
                   key=lambda case: case["start_s"])
        self.assertEqual(kind(case), LIMITER, case["limit"])
        told = re.search(r"a constant ([\d.]+) (k )?IOPS.*before it a burst of ([\d.]+) s",
                         case["limit"]["evidence"])
        self.assertTrue(told, case["limit"])
        self.assert_close(float(told[1]) * (1000 if told[2] else 1), SUSTAINED_IOPS, case)
        # What was read before the first tick, to find the disk's state and to warm up, used some.
        left_s = BURST_S * BURST_IOPS / (BURST_IOPS - SUSTAINED_IOPS) - WARM_UP_S
        self.assertLessEqual(float(told[3]), 1.05 * left_s, case["limit"])
        self.assertGreaterEqual(float(told[3]), 0.5 * left_s, case["limit"])
        # A tick after a pause may hold what the bucket had gathered in it.
        self.assertGreaterEqual(max(rates(case)), 0.98 * BURST_IOPS, case["limit"])
        self.assertLessEqual(max(rates(case)), 1.1 * BURST_IOPS, case["limit"])
