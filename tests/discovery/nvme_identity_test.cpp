#include "runners/discovery/nvme_identity.hpp"

#include <gtest/gtest.h>

#include <cstring>

#include "runners/discovery/describe_storage.hpp"

namespace assay {
namespace {

BlockDevice device(const char* name, const char* transport) {
  BlockDevice made;
  made.name = name;
  made.path = "/dev/null";  // a node that opens; the answers are ours
  made.transport = transport;
  return made;
}

/// An NVMe device of 4096-byte blocks, half of them written.
int half_written(int, nvme_admin_cmd& command) {
  auto* page = reinterpret_cast<char*>(command.addr);
  if (command.cdw10 == 1) {
    std::memcpy(page + 24, "Amazon Elastic Block Store              ", 40);
    std::memcpy(page + 4, "vol0123456789abcdef0", 20);
    std::memcpy(page + 3072, "/dev/sdf", 8);
    return 0;
  }
  const std::uint64_t size = 1 << 20;
  const std::uint64_t used = size / 2;
  std::memcpy(page, &size, 8);
  std::memcpy(page + 16, &used, 8);
  page[130] = 12;
  return 0;
}

TEST(NvmeIdentityOfHost, OnlyNvmeDevicesOfThisMachineAreAsked) {
  std::vector<BlockDevice> devices = {device("nvme1n1", "nvme"), device("vda", "virtio")};
  identify_nvme_devices(devices, {"/some/recorded/tree"}, half_written);
  EXPECT_FALSE(devices[0].nvme.has_value());
  identify_nvme_devices(devices, {}, half_written);
  EXPECT_FALSE(devices[1].nvme.has_value());
  ASSERT_TRUE(devices[0].nvme.has_value());
  EXPECT_EQ(devices[0].nvme->volume_id, "vol-0123456789abcdef0");
  EXPECT_EQ(devices[0].nvme->used_bytes, 2ULL << 30);
}

TEST(NvmeIdentityOfHost, IsDescribedAndSoIsItsAbsence) {
  Host host;
  host.block_devices = {device("nvme1n1", "nvme"), device("nvme2n1", "nvme")};
  EXPECT_EQ(describe_block_devices(host).find("NVMe identify"), std::string::npos);
  identify_nvme_devices(host.block_devices, {}, half_written);
  host.block_devices[1].nvme = NvmeIdentity{};
  host.block_devices[1].nvme->unread = "open /dev/nvme2n1: Permission denied (run as root)";
  const std::string text = describe_block_devices(host);
  for (const char* part :
       {"NVMe identify", "vol-0123456789abcdef0", "/dev/sdf", "4.00 GiB", "2.00 GiB", "4.00 KiB",
        "  nvme2n1: not known: open /dev/nvme2n1: Permission denied"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
}

}  // namespace
}  // namespace assay
