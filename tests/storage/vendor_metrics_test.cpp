#include "bench/storage/vendor_metrics.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/storage/vendor_page.hpp"

namespace assay {
namespace {

VendorStatistics quiet(DeviceClass device_class = DeviceClass::ebs) {
  VendorStatistics during;
  during.device_class = device_class;
  during.read_latency.dropped = during.write_latency.dropped = "none in this test";
  return during;
}

CaseResult exceeded(std::uint64_t VendorStatistics::*counter, std::uint64_t us,
                    DeviceClass device_class = DeviceClass::ebs) {
  VendorStatistics during = quiet(device_class);
  during.*counter = us;
  CaseResult result;
  describe_device({during, 2, {}}, result);
  return result;
}

TEST(VendorMetrics, TheLimitThatBoundIsNamedWithItsShareOfTheTime) {
  const CaseResult volume = exceeded(&VendorStatistics::volume_iops_exceeded_us, 1'900'000);
  ASSERT_EQ(volume.flags.size(), 1U);
  EXPECT_EQ(volume.flags[0],
            "bound by the volume's IOPS limit: demand exceeded it for 95 % of the case");
  EXPECT_EQ(find_metric(volume.metrics, "exceeded/volume-iops")->value, 95);
  const CaseResult instance =
      exceeded(&VendorStatistics::instance_throughput_exceeded_us, 1'000'000);
  EXPECT_NE(instance.flags.at(0).find("the instance's EBS throughput limit"), std::string::npos);
  EXPECT_TRUE(exceeded(&VendorStatistics::volume_iops_exceeded_us, 50'000).flags.empty());
}

TEST(VendorMetrics, InstanceStoreHasOnlyTheInstancesLimits) {
  const CaseResult local = exceeded(&VendorStatistics::instance_iops_exceeded_us, 2'000'000,
                                    DeviceClass::instance_store);
  EXPECT_EQ(find_metric(local.metrics, "exceeded/volume-iops"), nullptr);
  EXPECT_EQ(find_metric(local.metrics, "exceeded/instance-iops")->value, 100);
  EXPECT_NE(local.flags.at(0).find("local storage"), std::string::npos);
}

TEST(VendorMetrics, LatenciesTheDeviceCountedHaveTheBoundsOfTheirBins) {
  VendorStatistics during =
      parse_vendor_statistics(vendor_page(magic_ebs, {100, 1800, 90, 10}, {15, 0})).value();
  CaseResult result;
  describe_device({during, 2, {}}, result);
  const Metric* p50 = find_metric(result.metrics, "device-latency/read-p50");
  ASSERT_NE(p50, nullptr);
  EXPECT_EQ(p50->value, 256e3);
  EXPECT_EQ(p50->unit, "ns");
  EXPECT_EQ(p50->direction, Direction::informative);
  EXPECT_EQ(p50->spread->min, 128e3);
  EXPECT_EQ(p50->spread->max, 256e3);
  EXPECT_EQ(p50->spread->samples, 2000U);
  EXPECT_EQ(find_metric(result.metrics, "device-latency/read-p99")->value, 512e3);
  // 15 writes: fewer than 10 lie above the median.
  EXPECT_EQ(find_metric(result.metrics, "device-latency/write-p50"), nullptr);
  EXPECT_EQ(find_metric(result.metrics, "device/reads")->value, 2000);
  EXPECT_TRUE(result.method.empty());
}

TEST(VendorMetrics, ABinWithoutAnEndGivesItsBeginning) {
  VendorStatistics during = quiet();
  during.read_latency = {{{0, 10, 5}, {10, ~std::uint64_t{0}, 95}}, {}};
  CaseResult result;
  describe_device({during, 2, {}}, result);
  EXPECT_EQ(find_metric(result.metrics, "device-latency/read-p50")->value, 10e3);
}

TEST(VendorMetrics, ADroppedHistogramIsSaidInWords) {
  const CaseResult result = exceeded(&VendorStatistics::volume_iops_exceeded_us, 0);
  EXPECT_EQ(result.method.at(0),
            NamedText("device's read latencies", "its histogram was dropped: none in this test"));
}

CaseResult counted(std::uint64_t device_bytes, std::uint64_t device_ios, const OwnBytes& own) {
  VendorStatistics during = quiet();
  during.read_bytes = device_bytes;
  during.read_ops = device_ios;
  const DeviceCase device{during, 2, own};
  CaseResult result;
  compare_with_own({&device, 1}, {Operation::read, Pattern::random, 4096, 1}, result);
  return result;
}

TEST(VendorMetrics, MoreBytesThanOursAreForeignLoad) {
  constexpr std::uint64_t mine = 4096ULL * 100'000;
  EXPECT_TRUE(counted(mine, 100'000, {mine, 0, true}).flags.empty());
  EXPECT_TRUE(counted(mine * 104 / 100, 104'000, {mine, 0, true}).flags.empty());
  EXPECT_EQ(counted(mine * 120 / 100, 120'000, {mine, 0, true}).flags.at(0),
            "the device counted 20 % more bytes than this program moved: something else used it, "
            "or the file system wrote on its own");
  EXPECT_NE(counted(mine / 2, 50'000, {mine, 0, true}).flags.at(0).find("50 % fewer"),
            std::string::npos);
  EXPECT_EQ(counted(mine, 200'000, {mine, 0, true}).flags.at(0),
            "the device counted 2.00 I/Os for each one of this program: they are split on their "
            "way");
  // Little traffic, or none that the kernel counts: nothing can be said.
  EXPECT_TRUE(counted(900'000, 220, {4096, 0, true}).flags.empty());
  EXPECT_TRUE(counted(mine, 100'000, {0, 0, true}).flags.empty());
  EXPECT_TRUE(counted(mine * 2, 100'000, {mine, 0, false}).flags.empty());
}

TEST(VendorMetrics, IosOfMixedSizesAreCountedByTheirMeanSize) {
  StorageParameters mixed{Operation::read, Pattern::random, 65536, 4};
  mixed.block_mix = {{4096, 75}, {65536, 25}};  // 19456 B on average
  constexpr std::uint64_t ios = 100'000;
  DeviceCase device{quiet(), 2, {ios * 19456, 0, true}};
  device.during.read_bytes = ios * 19456;
  device.during.read_ops = ios;
  CaseResult result;
  compare_with_own({&device, 1}, mixed, result);
  EXPECT_TRUE(result.flags.empty()) << result.flags.at(0);
  device.during.read_ops = 2 * ios;
  compare_with_own({&device, 1}, mixed, result);
  EXPECT_EQ(result.flags.at(0).find("the device counted 2.00 I/Os for each one"), 0U);
}

TEST(VendorMetrics, TheDevicesOfASetAreComparedTogether) {
  constexpr std::uint64_t mine = 4096ULL * 100'000;
  const auto flags = [](std::uint64_t first_bytes, std::uint64_t second_bytes) {
    std::vector<DeviceCase> devices(2, {quiet(), 2, {mine, 0, true}});
    devices[0].during.read_bytes = first_bytes;
    devices[1].during.read_bytes = second_bytes;
    CaseResult result;
    compare_with_own(devices, {Operation::read, Pattern::random, 4096, 1}, result);
    return result.flags;
  };
  EXPECT_TRUE(flags(mine / 4, mine - mine / 4).empty());
  EXPECT_EQ(flags(mine / 2, mine).at(0).find("the devices together counted 50 % more bytes"), 0U);
}

TEST(VendorMetrics, OwnBytesAreReadFromTheKernelsText) {
  const OwnBytes own = parse_own_bytes(
      "rchar: 1\nwchar: 2\nsyscr: 3\nsyscw: 4\nread_bytes: 4096\nwrite_bytes: 8192\n"
      "cancelled_write_bytes: 0\n");
  EXPECT_TRUE(own.valid);
  EXPECT_EQ(own.read, 4096U);
  EXPECT_EQ(own.written, 8192U);
  EXPECT_FALSE(parse_own_bytes("").valid);
  EXPECT_FALSE(parse_own_bytes("read_bytes: many\n").valid);
}

}  // namespace
}  // namespace assay
