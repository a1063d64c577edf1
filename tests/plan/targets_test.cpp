#include "runners/plan/targets.hpp"

#include <gtest/gtest.h>

#include "runners/discovery/discovery.hpp"
#include "runners/usage_error.hpp"

namespace assay {
namespace {

constexpr std::uint64_t gib = std::uint64_t{1} << 30;

BlockDevice disk(const std::string& name, DeviceClass device_class) {
  BlockDevice device;
  device.name = name;
  device.path = "/dev/" + name;
  device.device_class = device_class;
  device.size_bytes = 100 * gib;
  return device;
}

/// An EBS root, a blank instance store disk and one that is mounted.
Host host() {
  Host host;
  host.io_uring.state = IoUringState::available;
  BlockDevice root = disk("nvme0n1", DeviceClass::ebs);
  root.partitions.push_back({"nvme0n1p1", 99 * gib, {"/"}, {}, false});
  BlockDevice mounted = disk("nvme2n1", DeviceClass::instance_store);
  mounted.mounts = {"/data"};
  host.block_devices = {root, disk("nvme1n1", DeviceClass::instance_store), mounted};
  host.file_systems = {{"/", "ext4", "/dev/nvme0n1p1", "nvme0n1", "rw", 99 * gib, 50 * gib},
                       {"/boot/efi", "vfat", "/dev/nvme0n1p15", "nvme0n1", "rw", gib, 60 * gib},
                       {"/data", "xfs", "/dev/nvme2n1", "nvme2n1", "rw", 100 * gib, 90 * gib}};
  return host;
}

PathFacts directory(const std::string& device) {
  PathFacts facts;
  facts.canonical = "/data";
  facts.kind = PathKind::directory;
  facts.writable = true;
  facts.file_system_type = "xfs";
  facts.device = device;
  facts.available_bytes = 10 * gib;
  facts.direct_io = DirectIo::works;
  return facts;
}

PathFacts device_node(const std::string& name) {
  PathFacts facts;
  facts.canonical = "/dev/" + name;
  facts.kind = PathKind::block_device;
  facts.device = name;
  facts.size_bytes = 100 * gib + 12345;
  facts.direct_io = DirectIo::works;
  return facts;
}

Target resolve(const PathFacts& facts, const RunOptions& options = {}, std::uint32_t sharers = 1) {
  const TargetRequest request{facts.canonical, facts.canonical, true, "named by --target", sharers};
  return resolve_target(host(), request, facts, {gib, gib, 0}, options);
}

TEST(Targets, ADirectoryGetsATestFileAndTheClassOfItsDevice) {
  const Target target = resolve(directory("nvme2n1"));
  EXPECT_TRUE(target.chosen) << target.reason;
  EXPECT_EQ(target.id, "instance-store-file");
  EXPECT_EQ(target.span_bytes, gib);
  EXPECT_EQ(target.contents, "written by this run");
}

TEST(Targets, NeverMoreThanAFifthOfTheFreeSpace) {
  PathFacts facts = directory("nvme2n1");
  facts.available_bytes = 3 * gib;
  EXPECT_EQ(resolve(facts).span_bytes, 614U << 20);  // 3 GiB / 5 = 614.4 MiB
  RunOptions options;
  options.size_bytes = gib;
  const Target refused = resolve(facts, options);
  EXPECT_FALSE(refused.chosen);
  EXPECT_NE(refused.reason.find("more than 20 % of the 3.00 GiB free"), std::string::npos);
  // Five of them on one file system would else fill it.
  EXPECT_EQ(resolve(facts, {}, 5).span_bytes, 122U << 20);
  options.size_bytes = 300U << 20;
  EXPECT_TRUE(resolve(facts, options, 2).chosen);
  EXPECT_NE(
      resolve(facts, options, 5)
          .reason.find(
              "--size 300 MiB is more than this target's part of 20 % (5 targets are on that file "
              "system) of the 3.00 GiB free there: ask for 122 MiB at most"),
      std::string::npos)
      << resolve(facts, options, 5).reason;
  facts.available_bytes = 50U << 20;
  EXPECT_NE(resolve(facts).reason.find("free some space"), std::string::npos);
}

TEST(Targets, DirectoriesThatAreNotStorageAreRefusedWithWhatToDo) {
  PathFacts memory = directory("");
  memory.file_system_type = "tmpfs";
  EXPECT_NE(resolve(memory).reason.find("in memory (tmpfs)"), std::string::npos);
  memory.file_system_type = "devtmpfs";
  EXPECT_NE(resolve(memory).reason.find("in memory (devtmpfs)"), std::string::npos);
  memory.file_system_type = "overlay";
  memory.upper_type = "tmpfs";
  EXPECT_NE(resolve(memory).reason.find("in memory (overlay on tmpfs)"), std::string::npos);
  memory.upper_type = "ext4";
  EXPECT_TRUE(resolve(memory).chosen);
  memory.upper_type = "ramfs";
  PathFacts overlay = directory("");
  overlay.file_system_type = "overlay";
  overlay.direct_io = DirectIo::refused;
  overlay.direct_io_error = "Invalid argument";
  EXPECT_NE(resolve(overlay).reason.find("no direct I/O (overlay; Invalid argument)"),
            std::string::npos);
  PathFacts read_only = directory("nvme2n1");
  read_only.writable = false;
  EXPECT_NE(resolve(read_only).reason.find("not writable"), std::string::npos);
  for (const PathFacts& facts : {memory, overlay, read_only}) {
    EXPECT_FALSE(resolve(facts).chosen);
    EXPECT_NE(resolve(facts).reason.find("--target"), std::string::npos);
  }
}

TEST(Targets, DevicesInUseAreRefused) {
  EXPECT_NE(resolve(device_node("nvme0n1")).reason.find("nvme0n1p1 is mounted at /"),
            std::string::npos);
  EXPECT_NE(resolve(device_node("nvme2n1")).reason.find("--target /data"), std::string::npos);
  EXPECT_FALSE(resolve(device_node("nvme0n1")).chosen);
  EXPECT_FALSE(resolve(device_node("nvme9n1")).chosen);
  BlockDevice held = disk("nvme3n1", DeviceClass::instance_store);
  held.holders = {"dm-0"};
  EXPECT_NE(device_in_use(held).find("part of dm-0"), std::string::npos);
  BlockDevice swap = disk("nvme3n1", DeviceClass::instance_store);
  swap.partitions.push_back({"nvme3n1p1", gib, {}, {}, true});
  EXPECT_NE(device_in_use(swap).find("nvme3n1p1 is swap"), std::string::npos);
  EXPECT_EQ(device_in_use(disk("nvme3n1", DeviceClass::ebs)), "");
}

TEST(Targets, AFreeDeviceIsReadOnlyAndItsContentsAreUnknown) {
  const Target target = resolve(device_node("nvme1n1"));
  EXPECT_TRUE(target.chosen) << target.reason;
  EXPECT_EQ(target.id, "instance-store");
  EXPECT_EQ(target.contents, "contents unknown");
  EXPECT_EQ(target.span_bytes, 100 * gib);  // in whole MiB
  RunOptions options;
  options.contents = Contents::assumed_written;
  EXPECT_EQ(resolve(device_node("nvme1n1"), options).contents, "assumed written");
}

TEST(Targets, OfADeviceThatIsOnlyReadSizeIsHowMuchOfItsStart) {
  RunOptions options;
  options.size_bytes = 10 * gib;
  const Target part = resolve(device_node("nvme1n1"), options);
  EXPECT_EQ(part.span_bytes, 10 * gib);
  EXPECT_NE(part.reason.find("reads only of the first 10.0 GiB"), std::string::npos) << part.reason;
  options.size_bytes = 200 * gib;
  EXPECT_EQ(resolve(device_node("nvme1n1"), options).span_bytes, 100 * gib);
}

TEST(Targets, FilesThatCannotBeMeasuredSayWhy) {
  PathFacts file = directory("nvme2n1");
  file.kind = PathKind::regular_file;
  EXPECT_NE(resolve(file).reason.find("empty file"), std::string::npos);
  file.size_bytes = 4096;
  EXPECT_NE(resolve(file).reason.find("smaller than 1 MiB"), std::string::npos);
  file.size_bytes = gib;
  EXPECT_TRUE(resolve(file).chosen);
  file.direct_io = DirectIo::refused;
  file.direct_io_error = "Permission denied";
  EXPECT_NE(resolve(file).reason.find("Permission denied"), std::string::npos);
  PathFacts closed;
  closed.kind = PathKind::unreachable;
  closed.canonical = "/root/x";
  closed.error = "/root/x: Permission denied";
  EXPECT_NE(resolve(closed).reason.find("Permission denied): run as root"), std::string::npos);
  PathFacts missing;
  missing.canonical = "/nowhere";
  EXPECT_NE(resolve(missing).reason.find("no such file"), std::string::npos);
}

TEST(Targets, AClassBecomesItsDevicesAMountedOneItsMountPoint) {
  const auto requests = expand_targets(host(), {"instance-store"}, "/home");
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0].path, "/dev/nvme1n1");
  EXPECT_EQ(requests[1].path, "/data");
  EXPECT_FALSE(requests[1].named);
  const auto ebs = expand_targets(host(), {"ebs"}, "/home");
  ASSERT_EQ(ebs.size(), 1U);
  EXPECT_EQ(ebs[0].path, "/");  // not the vfat with more space
  EXPECT_THROW(expand_targets(host(), {"other"}, "/home"), UsageError);
  EXPECT_EQ(expand_targets(host(), {}, "/home").at(0).path, "/home");
  EXPECT_THROW(expand_targets(host(), {""}, "/home"), UsageError);
}

TEST(Targets, OfSeveralFileSystemsOnOneDiskAClassHasThatWithTheMostSpace) {
  Host with_lvm = host();
  BlockDevice volume = disk("dm-0", DeviceClass::ebs);
  volume.mounts = {"/home"};
  volume.lower_devices = {"nvme0n1"};
  with_lvm.block_devices.push_back(volume);
  with_lvm.file_systems.push_back({"/home", "xfs", "/dev/dm-0", "dm-0", "rw", 80 * gib, 70 * gib});
  auto ebs = expand_targets(with_lvm, {"ebs"}, "/");
  ASSERT_EQ(ebs.size(), 1U);
  EXPECT_EQ(ebs[0].path, "/home");
  with_lvm.file_systems.back().available_bytes = gib;
  ebs = expand_targets(with_lvm, {"ebs"}, "/");
  ASSERT_EQ(ebs.size(), 1U);
  EXPECT_EQ(ebs[0].path, "/");
  EXPECT_NE(ebs[0].why.find("left out, as others on their disks have more space: /home"),
            std::string::npos)
      << ebs[0].why;
  // A file system that is left out does not take its other disk with it.
  BlockDevice both = volume;
  both.name = "dm-1";
  both.lower_devices = {"nvme0n1", "nvme3n1"};
  BlockDevice second = volume;
  second.name = "dm-2";
  second.lower_devices = {"nvme3n1"};
  BlockDevice held = disk("nvme3n1", DeviceClass::other);
  held.holders = {"dm-1", "dm-2"};
  with_lvm.block_devices.insert(with_lvm.block_devices.end(), {held, both, second});
  with_lvm.file_systems.push_back({"/both", "xfs", "", "dm-1", "rw", 80 * gib, 40 * gib});
  with_lvm.file_systems.push_back({"/second", "xfs", "", "dm-2", "rw", 80 * gib, 30 * gib});
  ebs = expand_targets(with_lvm, {"ebs"}, "/");
  ASSERT_EQ(ebs.size(), 2U);
  EXPECT_EQ(ebs[1].path, "/second");
}

TEST(Targets, RepeatedIdsAreNumberedAndRepeatedPathsRefused) {
  std::vector<Target> targets(3, resolve(directory("nvme2n1")));
  targets[1].path = "/other";
  number_targets(targets);
  EXPECT_EQ(targets[0].id, "instance-store-file");
  EXPECT_EQ(targets[1].id, "instance-store-file-2");
  EXPECT_TRUE(targets[1].chosen);
  EXPECT_FALSE(targets[2].chosen);
}

/// Every whole disk of every recorded machine, as if each could be read: only those that nothing
/// uses may be chosen.
TEST(Targets, OnRecordedMachinesOnlyFreeDisksAreChosen) {
  const std::string fixtures = std::string(ASSAY_SOURCE_DIR) + "/tests/fixtures/";
  std::size_t disks = 0;
  for (const char* name : {"i4i", "p4d", "d3", "xen", "virtio", "dlami", "lvm", "nothing"}) {
    const Host recorded = discover({fixtures + name});
    for (const BlockDevice& device : recorded.block_devices) {
      ++disks;
      PathFacts facts = device_node(device.name);
      const Target target = resolve_target(recorded, {device.path, device.path, true, "named"},
                                           facts, {gib, gib, 0}, {});
      bool used = !device.mounts.empty() || !device.holders.empty() || device.swap;
      for (const Partition& partition : device.partitions) {
        used = used || !partition.mounts.empty() || !partition.holders.empty() || partition.swap;
      }
      EXPECT_EQ(target.chosen, !used) << name << " " << device.name << ": " << target.reason;
    }
  }
  EXPECT_GT(disks, 20U);
}

}  // namespace
}  // namespace assay
