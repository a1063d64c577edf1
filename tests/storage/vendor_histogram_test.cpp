#include "bench/storage/vendor_histogram.hpp"

#include <gtest/gtest.h>

#include "tests/storage/vendor_page.hpp"

namespace assay {
namespace {

const std::vector<std::uint32_t> some_reads = {100, 800, 90, 10};
const std::vector<std::uint32_t> some_writes = {7, 3, 0, 0};

VendorStatistics parsed(const std::vector<std::byte>& page) {
  return parse_vendor_statistics(page).value();
}

TEST(VendorHistogram, BothDeviceClassesAndBothLayoutsGiveTheSameCounts) {
  for (const auto& page : {vendor_page(magic_ebs, some_reads, some_writes),
                           vendor_page(magic_instance_store, some_reads, some_writes),
                           vendor_page_by_size(some_reads, some_writes)}) {
    const VendorStatistics statistics = parsed(page);
    EXPECT_EQ(statistics.read_latency.dropped, "");
    ASSERT_EQ(statistics.read_latency.bins.size(), 4U);
    for (std::size_t i = 0; i < 4; ++i) {
      EXPECT_EQ(statistics.read_latency.bins[i].count, some_reads[i]);
      EXPECT_EQ(statistics.write_latency.bins[i].count, some_writes[i]);
    }
    EXPECT_EQ(statistics.read_latency.bins[1].lower_us, 128U);
    EXPECT_EQ(statistics.read_latency.bins[1].upper_us, 256U);
    EXPECT_EQ(ios_of(statistics.read_latency), 1000U);
  }
}

TEST(VendorHistogram, TheLayoutBySizeIsOnlyOfInstanceStore) {
  auto page = vendor_page_by_size(some_reads, some_writes);
  put<std::uint32_t>(page, 0, magic_ebs);
  EXPECT_NE(parsed(page).read_latency.dropped, "");
}

TEST(VendorHistogram, CorruptTailsAreDroppedWithTheReasonAndCountersKept) {
  const auto reason = [](auto damage) {
    auto page = vendor_page(magic_ebs, some_reads, some_writes);
    damage(page);
    const VendorStatistics statistics = parsed(page);
    EXPECT_TRUE(statistics.read_latency.bins.empty());
    EXPECT_EQ(statistics.write_latency.dropped, "");
    EXPECT_EQ(statistics.write_ops, 10U);
    return statistics.read_latency.dropped;
  };
  EXPECT_EQ(reason([](auto& page) { put<std::uint64_t>(page, 512, 65); }),
            "it claims 65 bins, 64 fit");
  EXPECT_EQ(reason([](auto& page) { put<std::uint64_t>(page, 512, ~std::uint64_t{0}); }),
            "it claims 18446744073709551615 bins, 64 fit");
  EXPECT_EQ(reason([](auto& page) { put<std::uint64_t>(page, 512, 0); }), "it has no bins");
  EXPECT_EQ(reason([](auto& page) { put<std::uint64_t>(page, 520, 128); }),
            "bin 0 is from 128 to 128 us");
  EXPECT_EQ(reason([](auto& page) { put<std::uint64_t>(page, 544, 127); }),
            "bin 1 begins at 127 us, below the end of the bin before it");
  EXPECT_EQ(reason([](auto& page) { put<std::uint64_t>(page, 8, 2000); }),
            "its bins hold 1000 I/Os (modulo 2^32) and the counter says 2000");
}

TEST(VendorHistogram, ACutPageKeepsItsCounters) {
  const auto page = vendor_page(magic_ebs, some_reads, some_writes);
  for (const std::size_t length : {96U, 512U, 519U, 520U, 600U}) {
    const auto statistics = parse_vendor_statistics(std::span(page).first(length));
    ASSERT_TRUE(statistics.has_value());
    EXPECT_EQ(statistics->read_ops, 1000U);
    EXPECT_NE(statistics->read_latency.dropped.find("the page ends"), std::string::npos);
    EXPECT_NE(statistics->write_latency.dropped.find("the page ends"), std::string::npos);
  }
  const auto by_size = vendor_page_by_size(some_reads, some_writes);
  EXPECT_NE(parse_vendor_statistics(std::span(by_size).first(3000))->read_latency.dropped, "");
}

TEST(VendorHistogram, ImpossibleCountsOfTheLayoutBySizeAreDropped) {
  for (const auto& [offset, value] : {std::pair{96, 6U}, std::pair{96, 0U}, std::pair{100, 33U},
                                      std::pair{100, 0U}, std::pair{100, 0xFFFFFFFFU}}) {
    auto page = vendor_page_by_size(some_reads, some_writes);
    put<std::uint32_t>(page, static_cast<std::size_t>(offset), value);
    EXPECT_NE(parsed(page).read_latency.dropped, "") << offset << " " << value;
  }
}

TEST(VendorHistogram, RandomBytesNeverCrashAndNeverPass) {
  std::uint64_t state = 1;
  for (int round = 0; round < 200; ++round) {
    std::vector<std::byte> page(vendor_log_page_bytes);
    for (std::byte& byte : page) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      byte = static_cast<std::byte>(state >> 56);
    }
    put<std::uint32_t>(page, 0, round % 2 == 0 ? magic_ebs : magic_instance_store);
    EXPECT_NE(parsed(page).read_latency.dropped, "");
  }
}

TEST(VendorHistogram, CountsThatWrappedAreDifferencesModulo2To32) {
  auto before = vendor_page(magic_ebs, {4294967290U, 50}, some_writes);
  auto after = vendor_page(magic_ebs, {90, 60}, some_writes);  // 96 more in bin 0: it wrapped
  const std::uint64_t ops_before = (std::uint64_t{3} << 32) + 4294967340U;
  put<std::uint64_t>(before, 8, ops_before);
  put<std::uint64_t>(after, 8, ops_before + 106);
  const auto during = statistics_between(parsed(before), parsed(after)).value();
  EXPECT_EQ(during.read_latency.dropped, "");
  EXPECT_EQ(during.read_latency.bins.at(0).count, 96U);
  EXPECT_EQ(during.read_latency.bins.at(1).count, 10U);
  EXPECT_EQ(during.read_ops, 106U);
}

TEST(VendorHistogram, ADifferenceIsDroppedWhereBinsChangedOrTheSumIsAnother) {
  const VendorStatistics before = parsed(vendor_page(magic_ebs, {10, 10}, some_writes));
  VendorStatistics after = parsed(vendor_page(magic_ebs, {500, 600, 7}, some_writes));
  EXPECT_EQ(statistics_between(before, after)->read_latency.dropped,
            "its bins changed between two readings");
  after = parsed(vendor_page(magic_ebs, {500, 600}, some_writes));
  EXPECT_EQ(statistics_between(before, after)->read_latency.dropped, "");
  after.read_ops += 5000;
  EXPECT_NE(statistics_between(before, after)->read_latency.dropped, "");
  VendorStatistics odd = before;
  odd.read_latency = {{}, "it has no bins"};
  EXPECT_EQ(statistics_between(odd, before)->read_latency.dropped, "it has no bins");
  EXPECT_EQ(statistics_between(before, odd)->read_latency.dropped, "it has no bins");
}

TEST(VendorHistogram, PercentilesAreBins) {
  const DeviceLatency reads = parsed(vendor_page(magic_ebs, some_reads, some_writes)).read_latency;
  EXPECT_EQ(bin_at(reads, 0.05)->upper_us, 128U);
  EXPECT_EQ(bin_at(reads, 0.10)->upper_us, 128U);
  EXPECT_EQ(bin_at(reads, 0.5)->upper_us, 256U);
  EXPECT_EQ(bin_at(reads, 0.99)->upper_us, 512U);
  EXPECT_EQ(bin_at(reads, 1)->upper_us, 1024U);
  EXPECT_FALSE(bin_at({}, 0.5).has_value());
}

}  // namespace
}  // namespace assay
