// What stands on what: the class of stacked devices, and which disks they make untouchable.
#include "tests/discovery/fixtures.hpp"

namespace assay {
namespace {

TEST(Layers, LogicalVolumeHoldsItsDisksAndHasTheirClass) {
  const Host host = discover(fixture("lvm"));
  const BlockDevice& volume = device(host, "dm-0");
  EXPECT_EQ(volume.path, "/dev/mapper/vg.01-lv_ephemeral");
  EXPECT_EQ(volume.transport, "device-mapper");
  EXPECT_EQ(volume.model, "LVM");
  EXPECT_EQ(volume.serial, "");
  EXPECT_EQ(volume.pci_address, "");
  EXPECT_EQ(volume.lower_devices, (Strings{"nvme1n1", "nvme2n1"}));
  EXPECT_EQ(volume.device_class, DeviceClass::instance_store);
  EXPECT_EQ(volume.mounts, Strings{"/scratch"});
  EXPECT_EQ(device(host, "nvme1n1").holders, Strings{"dm-0"});
  EXPECT_EQ(device(host, "nvme2n1").holders, Strings{"dm-0"});
  EXPECT_EQ(file_system(host, "/scratch").device, "dm-0");
  EXPECT_EQ(class_of_device(host, file_system(host, "/scratch").device),
            DeviceClass::instance_store);
}

TEST(Layers, ClassGoesDownThroughMdAndLvm) {
  const Host host = discover(fixture("layers"));
  EXPECT_EQ(device(host, "md127").lower_devices, (Strings{"dm-0", "dm-1"}));
  EXPECT_EQ(device(host, "md127").model, "raid0");
  EXPECT_EQ(device(host, "md127").transport, "md");
  EXPECT_EQ(device(host, "md127").device_class, DeviceClass::instance_store);
  EXPECT_EQ(device(host, "md127").mounts, Strings{"/raid"});
  EXPECT_EQ(device(host, "dm-0").holders, Strings{"md127"});
}

TEST(Layers, EncryptedPartitionHasTheClassOfItsDisk) {
  const Host host = discover(fixture("layers"));
  EXPECT_EQ(device(host, "dm-2").lower_devices, Strings{"nvme0n1p2"});
  EXPECT_EQ(device(host, "dm-2").device_class, DeviceClass::ebs);
  EXPECT_EQ(device(host, "dm-2").model, "CRYPT");
  const BlockDevice& disk = device(host, "nvme0n1");
  EXPECT_TRUE(disk.holders.empty());
  EXPECT_EQ(disk.partitions.at(1).holders, Strings{"dm-2"});
  EXPECT_FALSE(disk.partitions.at(1).swap);
  EXPECT_TRUE(disk.partitions.at(2).swap);
}

TEST(Layers, UnlikeLowerDevicesHaveNoClass) {
  const Host host = discover(fixture("layers"));
  EXPECT_EQ(device(host, "dm-10").device_class, DeviceClass::other);
  EXPECT_EQ(device(host, "nvme3n1").holders, Strings{"dm-10"});
  EXPECT_EQ(device(host, "nvme4n1").holders, Strings{"dm-10"});
}

TEST(Layers, MountWithoutItsOwnNumberIsFoundByName) {
  const Host host = discover(fixture("layers"));
  EXPECT_EQ(device(host, "dm-10").mounts, Strings{"/mapped"});
  EXPECT_EQ(file_system(host, "/mapped").device, "dm-10");
}

TEST(Layers, BtrfsIsMountedOnAllItsDevices) {
  const Host host = discover(fixture("layers"));
  EXPECT_EQ(device(host, "nvme5n1").mounts, Strings{"/pool"});
  EXPECT_EQ(device(host, "nvme6n1").mounts, Strings{"/pool"});
}

TEST(Layers, NvmeMultipathIsOneDisk) {
  const Host host = discover(fixture("layers"));
  const Strings names = device_names(host);
  EXPECT_EQ(std::count(names.begin(), names.end(), "nvme7c7n1"), 0);
  const BlockDevice& disk = device(host, "nvme7n1");
  EXPECT_EQ(disk.model, "SAMSUNG MZQL2");
  EXPECT_EQ(disk.serial, "S64GNE0R");
  EXPECT_EQ(disk.firmware, "GDC5");
  EXPECT_EQ(disk.pci_address, "0000:b1:00.0");
  EXPECT_EQ(disk.numa_node, 1U);
}

TEST(Layers, ClassOfANameNobodyHasIsOther) {
  const Host host = discover(fixture("lvm"));
  EXPECT_EQ(class_of_device(host, "nvme9n1"), DeviceClass::other);
  EXPECT_EQ(class_of_device(host, ""), DeviceClass::other);
  EXPECT_EQ(class_of_device(host, "nvme0n1p1"), DeviceClass::ebs);  // a partition's name
}

TEST(Layers, DevicesThatStandOnEachOtherEndTheSearch) {
  Host host;
  host.block_devices.resize(2);
  host.block_devices[0].name = "dm-0";
  host.block_devices[0].lower_devices = {"dm-1"};
  host.block_devices[1].name = "dm-1";
  host.block_devices[1].lower_devices = {"dm-0"};
  EXPECT_EQ(class_of_device(host, "dm-0"), DeviceClass::other);
}

}  // namespace
}  // namespace assay
