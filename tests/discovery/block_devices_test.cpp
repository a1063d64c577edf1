#include "runners/discovery/block_devices.hpp"

#include "tests/discovery/fixtures.hpp"

namespace assay {
namespace {

constexpr std::uint64_t gib = std::uint64_t{1} << 30;

TEST(BlockDevices, ClassIsDecidedByTheExactModel) {
  EXPECT_EQ(class_of_model("Amazon EC2 NVMe Instance Storage"), DeviceClass::instance_store);
  EXPECT_EQ(class_of_model("Amazon Elastic Block Store"), DeviceClass::ebs);
  EXPECT_EQ(class_of_model("Amazon Elastic Block Store 2"), DeviceClass::other);
  EXPECT_EQ(class_of_model("Amazon EC2 NVMe Instance"), DeviceClass::other);
  EXPECT_EQ(class_of_model(""), DeviceClass::other);
}

TEST(BlockDevices, TransportFollowsTheName) {
  EXPECT_EQ(transport_of("nvme0n1"), "nvme");
  EXPECT_EQ(transport_of("vda"), "virtio");
  EXPECT_EQ(transport_of("xvda"), "xen");
  EXPECT_EQ(transport_of("sda"), "scsi");
  EXPECT_EQ(transport_of("loop3"), "loop");
  EXPECT_EQ(transport_of("dm-0"), "device-mapper");
  EXPECT_EQ(transport_of("md127"), "md");
  EXPECT_EQ(transport_of("zram0"), "other");
}

TEST(BlockDevices, I4iHasAnEbsRootAndTwoBlankInstanceStoreDisks) {
  const Host host = discover(fixture("i4i"));
  EXPECT_EQ(device_names(host), (Strings{"nvme0n1", "nvme1n1", "nvme2n1"}));  // loop0 is empty

  const BlockDevice& root = device(host, "nvme0n1");
  EXPECT_EQ(root.device_class, DeviceClass::ebs);
  EXPECT_EQ(root.serial, "vol0aaaaaaaaaaaaaaa0");
  EXPECT_EQ(root.size_bytes, 100 * gib);
  EXPECT_EQ(root.pci_address, "0000:00:04.0");
  EXPECT_FALSE(root.numa_node.has_value());  // the kernel says -1
  EXPECT_EQ(root.io_timeout_ms, 4294967295U);
  EXPECT_TRUE(root.mounts.empty());
  ASSERT_EQ(root.partitions.size(), 3U);
  EXPECT_EQ(root.partitions[0].name, "nvme0n1p1");
  EXPECT_EQ(root.partitions[0].size_bytes, std::uint64_t{207'000'000} * 512);
  EXPECT_EQ(root.partitions[0].mounts, Strings{"/"});  // mounted as /dev/root: found by number
  EXPECT_EQ(root.partitions[1].name, "nvme0n1p14");
  EXPECT_TRUE(root.partitions[1].mounts.empty());
  EXPECT_EQ(root.partitions[2].mounts, Strings{"/boot/efi"});

  const BlockDevice& store = device(host, "nvme1n1");
  EXPECT_EQ(store.device_class, DeviceClass::instance_store);
  EXPECT_EQ(store.model, "Amazon EC2 NVMe Instance Storage");
  EXPECT_EQ(store.serial, "AWS11B2C3D4E5F60718A");
  const std::string link =
      "/dev/disk/by-id/nvme-Amazon_EC2_NVMe_Instance_Storage_AWS11B2C3D4E5F60718A";
  EXPECT_EQ(store.by_id, (Strings{link, link + "_1"}));
  EXPECT_EQ(root.by_id.size(), 2U);  // not those of its partitions
  EXPECT_EQ(store.firmware, "0");
  EXPECT_EQ(store.path, "/dev/nvme1n1");
  EXPECT_EQ(store.size_bytes, std::uint64_t{7'324'218'750} * 512);
  EXPECT_EQ(store.pci_address, "0000:00:1e.0");
  EXPECT_EQ(store.numa_node, 0U);
  EXPECT_EQ(store.scheduler, "none");
  EXPECT_EQ(store.nr_requests, 1023U);
  EXPECT_EQ(store.max_sectors_kb, 128U);
  EXPECT_EQ(store.nomerges, 0U);
  EXPECT_EQ(store.rq_affinity, 1U);
  EXPECT_EQ(store.write_cache, "write through");
  EXPECT_EQ(store.logical_block_bytes, 512U);
  EXPECT_EQ(store.physical_block_bytes, 512U);
  EXPECT_EQ(store.io_timeout_ms, 90000U);
  EXPECT_FALSE(store.io_poll);
  EXPECT_FALSE(store.rotational);
  EXPECT_TRUE(store.partitions.empty() && store.holders.empty() && store.mounts.empty());
}

TEST(BlockDevices, AnIdentityIsASerialNumberOrTheFileBehindALoopDevice) {
  BlockDevice disk;
  disk.transport = "nvme";
  EXPECT_EQ(identity_of(disk), "");
  EXPECT_TRUE(proven_links(disk).empty());
  disk.serial = "AWS1";
  disk.by_id = {"/dev/disk/by-id/nvme-x_AWS1", "/dev/disk/by-id/nvme-eui.01"};
  EXPECT_EQ(identity_of(disk), "AWS1");
  EXPECT_EQ(proven_links(disk), Strings{"/dev/disk/by-id/nvme-x_AWS1"});
  BlockDevice loop;
  loop.transport = "loop";
  EXPECT_EQ(identity_of(loop), "");
  loop.backing_file = "/srv/disk.img";
  EXPECT_EQ(identity_of(loop), "loop:/srv/disk.img");
  loop.backing_file = "/dev/nvme1n1";
  EXPECT_EQ(identity_of(loop), "");
}

TEST(BlockDevices, P4dNumbersSayNothingAboutNumaNodes) {
  const Host host = discover(fixture("p4d"));
  EXPECT_EQ(device_names(host), (Strings{"nvme0n1", "nvme1n1", "nvme2n1", "nvme3n1", "nvme4n1",
                                         "nvme5n1", "nvme6n1", "nvme7n1", "nvme8n1", "nvme10n1"}));
  Strings node0;
  Strings node1;
  for (const BlockDevice& each : host.block_devices) {
    if (each.device_class != DeviceClass::instance_store) continue;
    ASSERT_TRUE(each.numa_node.has_value()) << each.name;
    (*each.numa_node == 0 ? node0 : node1).push_back(each.name);
  }
  EXPECT_EQ(node0, (Strings{"nvme1n1", "nvme4n1", "nvme5n1", "nvme7n1"}));
  EXPECT_EQ(node1, (Strings{"nvme2n1", "nvme3n1", "nvme6n1", "nvme8n1"}));
  EXPECT_EQ(device(host, "nvme7n1").pci_address, "0000:20:1a.0");
  EXPECT_EQ(device(host, "nvme10n1").device_class, DeviceClass::ebs);
}

TEST(BlockDevices, D3InstanceStoreIsRotational) {
  const Host host = discover(fixture("d3"));
  for (const std::string name : {"nvme1n1", "nvme2n1", "nvme3n1"}) {
    EXPECT_TRUE(device(host, name).rotational) << name;
    EXPECT_EQ(device(host, name).device_class, DeviceClass::instance_store) << name;
    EXPECT_EQ(device(host, name).scheduler, "mq-deadline") << name;
  }
  EXPECT_FALSE(device(host, "nvme0n1").rotational);
}

TEST(BlockDevices, XenDisksAreOfUnknownClassAndShowTheirUse) {
  const Host host = discover(fixture("xen"));
  EXPECT_EQ(device_names(host), (Strings{"xvda", "xvdb", "xvdc"}));
  for (const BlockDevice& each : host.block_devices) {
    EXPECT_EQ(each.device_class, DeviceClass::other);
    EXPECT_EQ(each.transport, "xen");
    EXPECT_EQ(each.model, "");
    EXPECT_EQ(each.pci_address, "");
  }
  EXPECT_EQ(device(host, "xvda").partitions.at(0).mounts, Strings{"/"});
  EXPECT_EQ(device(host, "xvdb").mounts, Strings{"/media/ephemeral0"});
  EXPECT_FALSE(device(host, "xvdb").swap);
  EXPECT_TRUE(device(host, "xvdc").swap);
}

TEST(BlockDevices, VirtioSerialIsBesideTheDisk) {
  const Host host = discover(fixture("virtio"));
  EXPECT_EQ(device_names(host), (Strings{"vda", "vdb", "vdc", "zram0"}));  // zram1 has size 0
  EXPECT_EQ(device(host, "vda").serial, "root-disk");
  EXPECT_EQ(device(host, "vdb").serial, "data-disk-1");
  EXPECT_EQ(device(host, "vdc").serial, "");
  EXPECT_EQ(device(host, "vda").pci_address, "0000:01:00.0");
  EXPECT_EQ(device(host, "vda").transport, "virtio");
  EXPECT_EQ(device(host, "vda").write_cache, "write back");
  EXPECT_FALSE(device(host, "vda").io_timeout_ms.has_value());
  EXPECT_EQ(device(host, "vdb").mounts, Strings{"/srv/my data"});
  EXPECT_FALSE(device(host, "vdb").read_only);
  EXPECT_TRUE(device(host, "vdc").read_only);
  EXPECT_TRUE(device(host, "zram0").swap);
}

TEST(BlockDevices, DlamiInstanceStoreIsInUse) {
  const Host host = discover(fixture("dlami"));
  EXPECT_EQ(device(host, "nvme1n1").device_class, DeviceClass::instance_store);
  EXPECT_EQ(device(host, "nvme1n1").mounts, Strings{"/opt/dlami/nvme"});
  EXPECT_EQ(device(host, "nvme0n1").partitions.at(0).mounts, Strings{"/"});
}

TEST(BlockDevices, NothingAtAllHasNoDevices) {
  EXPECT_TRUE(discover(fixture("nothing")).block_devices.empty());
  EXPECT_TRUE(discover({"/nonexistent/anywhere"}).block_devices.empty());
}

TEST(BlockDevices, SameTreeSameHost) {
  EXPECT_EQ(describe_host(discover(fixture("layers"))), describe_host(discover(fixture("layers"))));
}

}  // namespace
}  // namespace assay
