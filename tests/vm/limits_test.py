"""What bound a case, judged on disks whose limit is known because the hypervisor sets it."""

from instance import LIMITED, Scenario

SUITE = """name = "limits"
warm_up = "0.3s"
duration = "4s"
[[storage]]
workload = "random-read"
block_size = ["4k", "128k"]
queue_depth = [2, 8, 32]
"""
LIMITER = "host-rate-limiter"


class Limits(Scenario):
    def measured(self):
        """(truth, verdict) of the deepest case of each sweep, measured by one run."""
        paths = {self.plugged(name): name for name in LIMITED}
        self.shell(f"cat >/root/limits.toml <<'END'\n{SUITE}END")
        self.assay("run", "--suite", "limits.toml", "--assume-written", "--out", self.out,
                   *(f"--target {path}" for path in paths), limit_s=300)
        result = self.result()
        truth = {target["id"]: paths[target["path"]] for target in result["plan"]["targets"]
                 if target["path"] in paths}
        return [(truth[case["id"].split("/")[1]], case["id"], case["limit"])
                for case in result["cases"] if case["id"].endswith("/qd32")]

    def test_verdicts_against_the_truth(self):
        found = self.measured()
        verdicts = sorted({limit["kind"] for _, _, limit in found} | {LIMITER})
        print("\n" + "".join(f"{word:>20}" for word in ["set \\ told", *verdicts]))
        for name in LIMITED:
            counts = [sum(1 for truth, _, limit in found
                          if truth == name and limit["kind"] == verdict) for verdict in verdicts]
            print(f"{name:>20}" + "".join(f"{count:>20}" for count in counts), flush=True)
        self.assertEqual({truth for truth, _, _ in found}, set(LIMITED))
        # Harmful either way: a limiter that is not there, and one that holds all the time unseen.
        for truth, case, limit in found:
            with self.subTest(truth=truth, case=case, evidence=limit["evidence"]):
                if truth == "free":
                    self.assertNotEqual(limit["kind"], LIMITER)
                if truth == "iops":
                    self.assertEqual(limit["kind"], LIMITER)
