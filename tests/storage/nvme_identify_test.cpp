#include "bench/storage/nvme_identify.hpp"

#include <gtest/gtest.h>

#include <cerrno>

#include "tests/storage/vendor_page.hpp"

namespace assay {
namespace {

void put_text(std::vector<std::byte>& page, std::size_t offset, std::size_t length,
              std::string_view text, char padding) {
  for (std::size_t i = 0; i < length; ++i) {
    page[offset + i] = static_cast<std::byte>(i < text.size() ? text[i] : padding);
  }
}

std::vector<std::byte> controller_page(std::string_view model, std::string_view serial,
                                       std::string_view name, char padding) {
  std::vector<std::byte> page(identify_page_bytes);
  put_text(page, 4, 20, serial, ' ');
  put_text(page, 24, 40, model, ' ');
  put_text(page, 64, 8, "1.0", ' ');
  put_text(page, 3072, 32, name, padding);
  return page;
}

/// 100 GiB of 512-byte blocks, of which `used` were written.
std::vector<std::byte> namespace_page(std::uint64_t used, std::string_view volume = "") {
  std::vector<std::byte> page(identify_page_bytes);
  put<std::uint64_t>(page, 0, (100ULL << 30) / 512);
  put<std::uint64_t>(page, 8, (100ULL << 30) / 512);
  put<std::uint64_t>(page, 16, used / 512);
  put<std::uint8_t>(page, 24, 2);
  put<std::uint8_t>(page, 26, 0x11);  // format 1, metadata in the block
  put<std::uint8_t>(page, 128 + 2, 12);
  put<std::uint8_t>(page, 128 + 4 + 2, 9);
  put<std::uint16_t>(page, 36, 7);
  put_text(page, 384 + 32, 32, volume, '\0');
  put<std::uint16_t>(page, 384 + 256, 31);
  put<std::uint16_t>(page, 384 + 258, 7);
  put<std::uint32_t>(page, 384 + 260, 2047);
  return page;
}

/// A device that answers with these two pages.
AdminCommand answering(std::vector<std::byte> controller, std::vector<std::byte> space) {
  return [=](int, nvme_admin_cmd& command) {
    EXPECT_EQ(command.opcode, 0x06);
    EXPECT_EQ(command.data_len, 4096U);
    EXPECT_EQ(command.nsid, command.cdw10 == 1 ? 0U : 7U);
    const auto& page = command.cdw10 == 1 ? controller : space;
    std::memcpy(reinterpret_cast<void*>(command.addr), page.data(), page.size());
    return 0;
  };
}

constexpr const char* ebs_model = "Amazon Elastic Block Store";

TEST(NvmeIdentify, AnEbsVolumeSaysItsIdNameAndTornWriteUnit) {
  const NvmeIdentity identity = read_nvme_identity(
      "/dev/null", 7,
      answering(controller_page(ebs_model, "vol0123456789abcdef0", "/dev/sdf", ' '),
                namespace_page(40ULL << 30, "vol0123456789abcdef0")));
  EXPECT_EQ(identity.unread, "");
  EXPECT_EQ(identity.volume_id, "vol-0123456789abcdef0");
  EXPECT_EQ(identity.attachment_name, "/dev/sdf");
  EXPECT_EQ(identity.size_bytes, 100ULL << 30);
  EXPECT_EQ(identity.used_bytes, 40ULL << 30);
  EXPECT_EQ(identity.torn_write_bytes, 16384U);
  EXPECT_EQ(identity.torn_write_granularity_bytes, 4096U);
  EXPECT_EQ(identity.torn_write_boundary_bytes, 1U << 20);
  EXPECT_EQ(identity.power_fail_atomic_bytes, 4096U);
}

TEST(NvmeIdentify, TheSerialNamesAVolumeWhereTheNamespaceDoesNot) {
  for (const char* serial : {"vol0123456789abcdef0", "vol-0123456789abcdef"}) {
    const auto controller =
        parse_identify_controller(controller_page(ebs_model, serial, "sda", ' '));
    const auto space = parse_identify_namespace(namespace_page(0));
    const NvmeIdentity identity = nvme_identity(controller.value(), space.value());
    EXPECT_EQ(identity.volume_id.substr(0, 8), "vol-0123");
    EXPECT_EQ(identity.attachment_name, "sda");
  }
}

TEST(NvmeIdentify, InstanceStoreSaysUnderWhichNameItWasAttached) {
  const auto attachment = [](const char* name) {
    const auto controller = parse_identify_controller(
        controller_page("Amazon EC2 NVMe Instance Storage", "AWS0123456789ABCDEF0", name, '\0'));
    EXPECT_EQ(controller->serial, "AWS0123456789ABCDEF0");
    const NvmeIdentity identity =
        nvme_identity(*controller, parse_identify_namespace(namespace_page(0)).value());
    EXPECT_EQ(identity.volume_id, "");
    return identity.attachment_name;
  };
  EXPECT_EQ(attachment("ephemeral0:sdb"), "ephemeral0:sdb");
  EXPECT_EQ(attachment("ephemeral1:none"), "ephemeral1");
}

TEST(NvmeIdentify, AnotherVendorsAreaIsNotBelieved) {
  const auto controller =
      parse_identify_controller(controller_page("QEMU NVMe Ctrl", "vol1", "rubbish", ' '));
  EXPECT_EQ(controller->model, "QEMU NVMe Ctrl");
  const NvmeIdentity identity =
      nvme_identity(*controller, parse_identify_namespace(namespace_page(1 << 20, "vol1")).value());
  EXPECT_EQ(identity.volume_id, "");
  EXPECT_EQ(identity.attachment_name, "");
  EXPECT_FALSE(identity.torn_write_bytes.has_value());
  EXPECT_EQ(identity.used_bytes, 1U << 20);
}

TEST(NvmeIdentify, AtomicityOnPowerFailureIsStatedOnlyWhereTheNamespaceDefinesIt) {
  auto page = namespace_page(0);
  put<std::uint8_t>(page, 24, 0);
  EXPECT_FALSE(parse_identify_namespace(page)->power_fail_blocks.has_value());
}

TEST(NvmeIdentify, ImpossiblePagesAreRefused) {
  const auto refused = [](auto damage) {
    auto page = namespace_page(0);
    damage(page);
    return !parse_identify_namespace(page).has_value();
  };
  EXPECT_TRUE(refused([](auto& page) { page.resize(4095); }));
  EXPECT_TRUE(refused([](auto& page) { put<std::uint8_t>(page, 128 + 4 + 2, 0); }));
  EXPECT_TRUE(refused([](auto& page) { put<std::uint8_t>(page, 128 + 4 + 2, 255); }));
  EXPECT_TRUE(refused([](auto& page) { put<std::uint64_t>(page, 16, ~std::uint64_t{0}); }));
  EXPECT_TRUE(refused([](auto& page) { put<std::uint64_t>(page, 0, ~std::uint64_t{0}); }));
  EXPECT_FALSE(parse_identify_controller(std::vector<std::byte>(100)).has_value());
}

TEST(NvmeIdentify, ARefusalIsSaidInWords) {
  const AdminCommand refuses = [](int, nvme_admin_cmd&) {
    errno = EACCES;
    return -1;
  };
  EXPECT_EQ(read_nvme_identity("/dev/null", 1, refuses).unread,
            "identify /dev/null: Permission denied (run as root)");
  EXPECT_EQ(read_nvme_identity("/dev/null", 1, system_admin_command()).unread,
            "identify /dev/null: Inappropriate ioctl for device");
  const AdminCommand status = [](int, nvme_admin_cmd&) { return 0x2002; };
  EXPECT_EQ(read_nvme_identity("/dev/null", 1, status).unread,
            "identify /dev/null: NVMe status 0x2002");
  EXPECT_EQ(read_nvme_identity("/nonexistent", 1, status).unread,
            "open /nonexistent: No such file or directory");
  const AdminCommand odd = answering(controller_page(ebs_model, "vol1", "sda", ' '),
                                     std::vector<std::byte>(identify_page_bytes));
  EXPECT_EQ(read_nvme_identity("/dev/null", 7, odd).unread,
            "identify /dev/null: namespace 7 has impossible sizes");
}

}  // namespace
}  // namespace assay
