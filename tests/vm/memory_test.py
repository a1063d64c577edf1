"""Host memory on a machine with two NUMA nodes: where threads run and where pages really lie."""

from instance import Scenario

SUITE = r"""name = "nodes"
duration = "0.2s"
[[memory]]
workload = ["read", "latency"]
threads = 1
working_set = "16MiB"
pages = ["huge", "small"]
nodes = "each-pair"
[[memory]]
workload = "copy"
threads = "sweep"
working_set = "16MiB"
"""


def method_of(case):
    return {entry["name"]: entry["text"] for entry in case["method"]}


class Memory(Scenario):
    def test_every_pair_of_nodes_is_measured_where_it_says(self):
        self.shell(f"printf '{SUITE}' > /root/nodes.toml")
        self.assay("run", "--suite", "/root/nodes.toml", "--out", self.out, limit_s=120)
        cases = self.result()["cases"]
        pairs = [case for case in cases if "memory-node" in case["id"]]
        self.assertEqual(len(pairs), 2 * 2 * 2 * 2, [case["id"] for case in cases])
        for case in pairs:
            self.assertEqual(case["status"], "ok", case)
            method = method_of(case)
            cpu_node, memory_node = (word[-1] for word in case["id"].split("/")[4:6])
            # One CPU a node, so that its number is the node's.
            self.assertEqual(method["threads"], f"1, on CPUs {cpu_node} of NUMA node {cpu_node}")
            self.assertEqual(method["memory on"], f"node {memory_node} (512 of 512 sampled pages)")
            if case["id"].endswith("small-pages"):
                self.assertEqual(method["page size"], "4 KiB")

    def test_first_touch_keeps_memory_beside_its_thread(self):
        self.shell(f"printf '{SUITE}' > /root/nodes.toml")
        self.assay("run", "--suite", "/root/nodes.toml", "--only", "'*copy/all-threads*'", "--out",
                   self.out, limit_s=120)
        method = method_of(self.result()["cases"][0])
        self.assertEqual(method["threads"], "2, on CPUs 0-1 of NUMA nodes 0, 1")
        self.assertEqual(method["memory on"],
                         "node 0 (256 of 512 sampled pages), node 1 (256 of 512 sampled pages)")
