#include "runners/discovery/file_systems.hpp"

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

TEST(FileSystems, ThisMachineHasARootWithSizes) {
  const Host host = discover({});
  const FileSystem& root = file_system(host, "/");
  EXPECT_GT(root.size_bytes, 0U);
  EXPECT_LE(root.available_bytes, root.size_bytes);
}

}  // namespace
}  // namespace assay
