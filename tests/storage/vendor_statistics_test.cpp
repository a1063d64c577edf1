#include "bench/storage/vendor_statistics.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

namespace assay {
namespace {

constexpr std::uint32_t magic_ebs = 0x3C23B510;
constexpr std::uint32_t magic_instance_store = 0xEC2C0D7E;

/// A log page whose counters at offset 8, 16, ... 88 are 1, 2, ... 11, plus `grown` on each.
std::vector<std::byte> page(std::uint32_t magic, std::uint64_t grown = 0) {
  std::vector<std::byte> bytes(vendor_log_page_bytes, std::byte{0xAB});  // a tail of rubbish
  const std::uint32_t version = 1;
  std::memcpy(bytes.data(), &magic, 4);
  std::memcpy(bytes.data() + 4, &version, 4);
  for (std::uint64_t i = 1; i <= 11; ++i) {
    const std::uint64_t value = i + grown;
    std::memcpy(bytes.data() + 8 * i, &value, 8);
  }
  return bytes;
}

TEST(VendorStatistics, BothMagicsAreKnownAndEveryOtherRefused) {
  const auto ebs = parse_vendor_statistics(page(magic_ebs));
  ASSERT_TRUE(ebs.has_value());
  EXPECT_EQ(ebs->device_class, DeviceClass::ebs);
  EXPECT_EQ(ebs->read_ops, 1U);
  EXPECT_EQ(ebs->write_time_us, 6U);
  EXPECT_EQ(ebs->volume_iops_exceeded_us, 7U);
  EXPECT_EQ(ebs->volume_throughput_exceeded_us, 8U);
  EXPECT_EQ(ebs->instance_iops_exceeded_us, 9U);
  EXPECT_EQ(ebs->instance_throughput_exceeded_us, 10U);
  const auto local = parse_vendor_statistics(page(magic_instance_store));
  ASSERT_TRUE(local.has_value());
  EXPECT_EQ(local->device_class, DeviceClass::instance_store);
  EXPECT_EQ(local->write_bytes, 4U);
  EXPECT_EQ(local->volume_iops_exceeded_us, 0U);
  EXPECT_FALSE(parse_vendor_statistics(page(0)).has_value());
  EXPECT_FALSE(parse_vendor_statistics(page(0xFFFFFFFF)).has_value());
}

TEST(VendorStatistics, ACutPageIsRefused) {
  const std::vector<std::byte> whole = page(magic_ebs);
  EXPECT_TRUE(parse_vendor_statistics(std::span(whole).first(96)).has_value());
  EXPECT_FALSE(parse_vendor_statistics(std::span(whole).first(95)).has_value());
  EXPECT_FALSE(parse_vendor_statistics({}).has_value());
}

TEST(VendorStatistics, DifferencesAndCountersThatGoBack) {
  const auto before = parse_vendor_statistics(page(magic_ebs)).value();
  const auto after = parse_vendor_statistics(page(magic_ebs, 1000)).value();
  EXPECT_EQ(statistics_between(before, after)->read_ops, 1000U);
  EXPECT_FALSE(statistics_between(after, before).has_value());
  const auto other = parse_vendor_statistics(page(magic_instance_store)).value();
  EXPECT_FALSE(statistics_between(before, other).has_value());
}

TEST(VendorStatistics, TheCommandAsksForTheWholePageOnce) {
  int calls = 0;
  const AdminCommand device = [&](int, nvme_admin_cmd& command) {
    ++calls;
    EXPECT_EQ(command.opcode, 0x02);
    EXPECT_EQ(command.nsid, 1U);
    EXPECT_EQ(command.cdw10, 0xD0U | (1023U << 16));
    EXPECT_EQ(command.data_len, 4096U);
    const std::vector<std::byte> answer = page(magic_ebs);
    std::memcpy(reinterpret_cast<void*>(command.addr), answer.data(), answer.size());
    return 0;
  };
  EXPECT_EQ(read_vendor_statistics("/dev/null", device)->read_bytes, 3U);
  EXPECT_EQ(calls, 1);
  const AdminCommand refuses = [](int, nvme_admin_cmd&) { return -1; };
  EXPECT_FALSE(read_vendor_statistics("/dev/null", refuses).has_value());
  EXPECT_FALSE(read_vendor_statistics("/nonexistent", device).has_value());
  EXPECT_FALSE(read_vendor_statistics("/dev/null", system_admin_command()).has_value());
}

TEST(VendorStatistics, InstanceStoreHasNoVolumeLimitAndOneOfTheInstance) {
  const auto local = parse_vendor_statistics(page(magic_instance_store)).value();
  EXPECT_EQ(local.volume_throughput_exceeded_us, 0U);
  EXPECT_EQ(local.instance_iops_exceeded_us, 9U);
}

}  // namespace
}  // namespace assay
