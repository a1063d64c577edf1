#include "runners/discovery/file_systems.hpp"

#include "runners/discovery/file_system_type.hpp"
#include "tests/discovery/fixtures.hpp"

namespace assay {
namespace {

Strings mount_points(const Host& host) {
  Strings points;
  for (const FileSystem& each : host.file_systems) points.push_back(each.mount_point);
  return points;
}

TEST(FileSystems, OnlyThoseThatHoldFiles) {
  const Host host = discover(fixture("i4i"));
  EXPECT_EQ(mount_points(host), (Strings{"/", "/boot/efi", "/dev/shm"}));  // not /proc
  EXPECT_EQ(file_system(host, "/").type, "ext4");
  EXPECT_EQ(file_system(host, "/").source, "/dev/root");
  EXPECT_EQ(file_system(host, "/").device, "nvme0n1");  // the disk, not the partition
  EXPECT_EQ(file_system(host, "/").options, "rw,relatime,discard");
  EXPECT_EQ(file_system(host, "/").size_bytes, 0U);  // a recorded tree has no sizes
  EXPECT_EQ(file_system(host, "/dev/shm").device, "");
}

TEST(FileSystems, BlanksDecodedNetworkAndOverlayWithoutDevice) {
  const Host host = discover(fixture("virtio"));
  EXPECT_EQ(mount_points(host),
            (Strings{"/", "/mnt/share", "/srv/my data", "/var/lib/docker/overlay2/x/merged"}));
  EXPECT_EQ(file_system(host, "/srv/my data").device, "vdb");
  EXPECT_EQ(file_system(host, "/mnt/share").type, "nfs4");
  EXPECT_EQ(file_system(host, "/mnt/share").device, "");
  EXPECT_EQ(file_system(host, "/var/lib/docker/overlay2/x/merged").device, "");
}

TEST(FileSystems, TheMountOnTopIsTheOneThatCounts) {
  std::vector<Mount> mounts(2);
  mounts[0].mount_point = mounts[1].mount_point = "/data";
  mounts[0].type = "ext4";
  mounts[1].type = "tmpfs";
  const auto two = discover_file_systems({"/nonexistent"}, {}, mounts);
  ASSERT_EQ(two.size(), 1U);
  EXPECT_EQ(two[0].type, "tmpfs");
  mounts[1].type = "proc";  // hides /data although it is not listed itself
  EXPECT_TRUE(discover_file_systems({"/nonexistent"}, {}, mounts).empty());
}

TEST(FileSystems, WhatOnlyProcessOneSeesStillUsesItsDisk) {
  const ScratchDirectory scratch;
  scratch.write("sys/block/sda/size", "8");
  scratch.write("sys/block/sda/dev", "8:0");
  scratch.write("proc/self/mountinfo", "30 1 0:21 / /proc rw - proc proc rw\n");
  scratch.write("proc/1/mountinfo", "1 0 8:0 / / rw - ext4 /dev/sda rw\n");
  const Host host = discover({scratch.path()});
  EXPECT_EQ(device(host, "sda").mounts, Strings{"/"});
  EXPECT_TRUE(host.file_systems.empty());
}

TEST(FileSystems, OfThisMachineHaveSizes) {
  const Host host = discover({});
  for (const FileSystem& each : host.file_systems) {
    if (each.device.empty()) continue;
    EXPECT_GT(each.size_bytes, 0U) << each.mount_point;
    EXPECT_LE(each.available_bytes, each.size_bytes) << each.mount_point;
    return;
  }
  GTEST_SKIP() << "no file system with a device is mounted here (a chroot or container)";
}

TEST(FileSystems, TypesByMagic) {
  EXPECT_EQ(type_of_magic(0xEF53), "ext4");
  EXPECT_EQ(type_of_magic(0x58465342), "xfs");
  EXPECT_EQ(type_of_magic(0x9123683E), "btrfs");
  EXPECT_EQ(type_of_magic(0x01021994), "tmpfs");
  EXPECT_EQ(type_of_magic(0x794c7630), "overlay");
  EXPECT_EQ(type_of_magic(0), "");
  EXPECT_EQ(type_of_path("/nonexistent"), "");
}

}  // namespace
}  // namespace assay
