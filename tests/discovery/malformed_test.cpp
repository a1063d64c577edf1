// Trees that no kernel should show: discovery leaves the item empty and goes on.
#include "tests/discovery/fixtures.hpp"

namespace assay {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;

constexpr auto disk = "sys/block/nvme0n1/";

TEST(Malformed, GarbageNumbersAreEmptyAndTheDiskStays) {
  for (const std::string size : {"lots\n", "-8\n", "99999999999999999999\n", "12 34\n", ""}) {
    const ScratchDirectory scratch;
    scratch.write(disk + "size"s, size);
    const Host host = discover({scratch.path()});
    EXPECT_EQ(device(host, "nvme0n1").size_bytes, 0U) << size;
  }
}

TEST(Malformed, ASizeWhoseBytesOverflowIsEmpty) {
  const ScratchDirectory scratch;
  scratch.write(disk + "size"s, "18446744073709551615\n");
  EXPECT_EQ(device(discover({scratch.path()}), "nvme0n1").size_bytes, 0U);
}

TEST(Malformed, WithoutQueueDirectory) {
  const ScratchDirectory scratch;
  scratch.write(disk + "size"s, "8\n");
  const Host host = discover({scratch.path()});
  const BlockDevice& found = device(host, "nvme0n1");
  EXPECT_EQ(found.size_bytes, 4096U);
  EXPECT_EQ(found.scheduler, "");
  EXPECT_EQ(found.logical_block_bytes, 0U);
  EXPECT_FALSE(found.io_timeout_ms.has_value());
  EXPECT_NE(describe_host(host).find("nvme0n1"), std::string::npos);
}

TEST(Malformed, BinaryModelStrings) {
  const ScratchDirectory scratch;
  scratch.write(disk + "device/model"s, "\0\1\2 Amazon Elastic Block Store"s);
  scratch.write(disk + "device/serial"s, "ab\xFF\x1B[2Jc\n"s);
  const Host host = discover({scratch.path()});
  EXPECT_EQ(device(host, "nvme0n1").model, "");
  EXPECT_EQ(device(host, "nvme0n1").device_class, DeviceClass::other);
  EXPECT_EQ(device(host, "nvme0n1").serial, "ab??[2Jc");  // fit for terminals and JSON
}

TEST(Malformed, ModelsPaddedWithNulsAreRecognised) {
  const ScratchDirectory scratch;
  scratch.write(disk + "device/model"s, "Amazon EC2 NVMe Instance Storage\0\0\0\0\n"s);
  EXPECT_EQ(device(discover({scratch.path()}), "nvme0n1").device_class,
            DeviceClass::instance_store);
}

TEST(Malformed, SymlinkLoopsAreNoDevices) {
  const ScratchDirectory scratch;
  scratch.write("sys/block/vda/size", "8\n");
  const fs::path block = scratch.path() / "sys/block";
  fs::create_directory_symlink("vdc", block / "vdb");
  fs::create_directory_symlink("vdb", block / "vdc");
  fs::create_directory_symlink("device", block / "vda/device");
  fs::create_directory_symlink("queue", block / "vda/queue");
  fs::create_directory_symlink("..", block / "vda/holders");
  const Host host = discover({scratch.path()});
  EXPECT_EQ(device_names(host), Strings{"vda"});
  EXPECT_EQ(device(host, "vda").model, "");
}

TEST(Malformed, DirectoriesInPlaceOfFiles) {
  const ScratchDirectory scratch;
  for (const std::string name :
       {"proc/cpuinfo", "proc/meminfo", "proc/self/mountinfo", "proc/swaps", "etc/os-release",
        "hwloc.xml", "sys/class/dmi/id/product_name", "sys/block/vda/size"}) {
    fs::create_directories(scratch.path() / name);
  }
  const Host host = discover({scratch.path()});
  EXPECT_EQ(host.identity.product_name, "");
  EXPECT_EQ(device(host, "vda").size_bytes, 0U);
  EXPECT_TRUE(host.file_systems.empty());
}

TEST(Malformed, MountPointsThatAreNotUtf8) {
  const ScratchDirectory scratch;
  scratch.write("proc/self/mountinfo", "1 0 8:1 / /a\xFF\\040b rw - ext4 /dev/sda1 rw\n");
  const Host host = discover({scratch.path()});
  ASSERT_EQ(host.file_systems.size(), 1U);
  EXPECT_EQ(host.file_systems[0].mount_point, "/a? b");
}

TEST(Malformed, GarbageInMemoryAndCpu) {
  const ScratchDirectory scratch;
  scratch.write("proc/meminfo", "MemTotal: 18446744073709551615 kB\nMemAvailable:\n:\n\n");
  scratch.write("proc/cpuinfo", "processor\nflags:\n\x01\x02: \x03\nphysical id :\n");
  const Host host = discover({scratch.path()});
  EXPECT_EQ(host.memory.total_bytes, 0U);
  EXPECT_EQ(host.memory.available_bytes, 0U);
}

}  // namespace
}  // namespace assay
