"""What assay finds on an EC2 instance: identity, NUMA nodes, disks and their classes."""

from disks import EBS, INSTANCE_STORE, SIZE_MIB
from instance import PLUGGED, STORE, VOLUME, Scenario
from machine import PRODUCT, ROOT_SERIAL


class Probe(Scenario):
    def setUp(self):
        super().setUp()
        self.host = self.probe()
        self.devices = {device["serial"]: device for device in self.host["block_devices"]}

    def test_the_instance_type_comes_from_dmi(self):
        self.assertEqual(self.host["identity"]["sys_vendor"], "Amazon EC2")
        self.assertEqual(self.host["identity"]["product_name"], PRODUCT)
        self.assertIn(PRODUCT, self.assay("probe").stdout)

    def test_both_numa_nodes_are_seen_with_their_cpus(self):
        nodes = self.host["numa_nodes"]
        self.assertEqual([node["cpus"] for node in nodes], ["0", "1"])
        for node in nodes:
            self.assertGreater(node["memory_bytes"], 500 << 20)

    def test_instance_store_and_ebs_are_told_apart_by_model(self):
        for serial in STORE:
            self.assertEqual(self.devices[serial]["model"], INSTANCE_STORE)
            self.assertEqual(self.devices[serial]["class"], "instance-store")
        self.assertEqual(self.devices[VOLUME]["model"], EBS)
        self.assertEqual(self.devices[VOLUME]["class"], "ebs")
        self.assertEqual(self.devices[PLUGGED.upper()]["class"], "other")
        for serial in [*STORE, VOLUME]:
            self.assertEqual(self.devices[serial]["size_bytes"], SIZE_MIB << 20)
            self.assertEqual(self.devices[serial]["transport"], "nvme")

    def test_each_disk_has_its_passthrough_node(self):
        for name in self.instance.names.values():
            self.shell("test -c /dev/" + name.replace("nvme", "ng"))

    def test_the_root_disk_is_seen_as_in_use_through_its_partition(self):
        root = self.devices[ROOT_SERIAL]
        # Services of systemd see parts of it at other places too.
        self.assertIn("/", root["partitions"][0]["mounts"])

    def test_free_disks_are_seen_as_free(self):
        for serial in [*STORE, VOLUME]:
            device = self.devices[serial]
            self.assertEqual((device["mounts"], device["holders"], device["partitions"],
                              device["swap"]), ([], [], [], False))
