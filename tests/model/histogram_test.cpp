#include "reports/model/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace assay {
namespace {

TEST(Histogram, EveryBucketStartsWhereTheOneBeforeEnds) {
  for (const std::uint32_t bits : {2U, 7U}) {
    const std::uint32_t bucket_count = (64 - bits + 1) << bits;
    for (std::uint32_t bucket = 0; bucket + 1 < bucket_count; ++bucket) {
      const std::uint64_t lower = histogram_bucket_lower(bucket, bits);
      const std::uint64_t width = histogram_bucket_width(bucket, bits);
      ASSERT_EQ(lower + width, histogram_bucket_lower(bucket + 1, bits));
      ASSERT_EQ(histogram_bucket(lower, bits), bucket);
      ASSERT_EQ(histogram_bucket(lower + width - 1, bits), bucket);
    }
    EXPECT_EQ(histogram_bucket(~std::uint64_t{0}, bits), bucket_count - 1);
  }
}

SparseHistogram two_values() {
  LatencyHistogram latency;
  latency.record(5);
  latency.record(~std::uint64_t{0});
  return latency.sparse();
}

TEST(Histogram, WhatWasRecordedHasNoFault) {
  EXPECT_EQ(histogram_fault(two_values()), "");
  EXPECT_EQ(histogram_fault(SparseHistogram()), "");
  LatencyHistogram latency;
  latency.record(~std::uint64_t{0});
  EXPECT_EQ(histogram_fault(latency.sparse(1)), "");
}

TEST(Histogram, WhatNoRecorderWritesIsAFaultInWords) {
  SparseHistogram edited = two_values();
  edited.sub_bucket_bits = 8;
  EXPECT_EQ(histogram_fault(edited), "8 sub-bucket bits, not 1 to 7");
  edited.sub_bucket_bits = 0;
  EXPECT_EQ(histogram_fault(edited), "0 sub-bucket bits, not 1 to 7");

  edited = two_values();
  ++edited.buckets.back().first;
  EXPECT_EQ(histogram_fault(edited), "a bucket beyond the histogram's range");

  edited = two_values();
  edited.count = 3;
  EXPECT_EQ(histogram_fault(edited), "its buckets hold 2 values of 3");

  edited = two_values();
  edited.buckets.front().second = ~std::uint64_t{0} - 1;  // the sum wraps to the count
  edited.buckets.back().second = 4;
  EXPECT_EQ(histogram_fault(edited), "more values than can be counted");

  edited = two_values();
  std::swap(edited.min_ns, edited.max_ns);
  EXPECT_EQ(histogram_fault(edited), "its minimum is above its maximum");
}

TEST(Histogram, BucketWidthIsAtMostOne128thOfItsLowerBound) {
  for (std::uint32_t bucket = 256; bucket < 7424; ++bucket) {
    ASSERT_LE(histogram_bucket_width(bucket, 7), histogram_bucket_lower(bucket, 7) / 128);
  }
}

TEST(Histogram, QuantilesOfRandomValuesAreWithinOne128thOfTheExactOnes) {
  std::mt19937_64 generator(7);
  std::lognormal_distribution<double> draw(11, 1.5);
  LatencyHistogram histogram;
  std::vector<std::uint64_t> values;
  for (int i = 0; i < 100'000; ++i) {
    values.push_back(static_cast<std::uint64_t>(draw(generator)));
    histogram.record(values.back());
  }
  std::sort(values.begin(), values.end());
  const SparseHistogram sparse = histogram.sparse();
  EXPECT_EQ(sparse.count, values.size());
  EXPECT_EQ(sparse.min_ns, values.front());
  EXPECT_EQ(sparse.max_ns, values.back());
  for (const double q : {0.0, 0.01, 0.5, 0.9, 0.99, 0.999, 0.9999, 1.0}) {
    const auto rank = std::max<std::size_t>(1, static_cast<std::size_t>(std::ceil(q * 100'000.0)));
    const double exact = static_cast<double>(values[rank - 1]);
    EXPECT_NEAR(static_cast<double>(sparse.quantile(q)), exact, exact / 128) << q;
  }
}

TEST(Histogram, MergeEqualsRecordingBoth) {
  LatencyHistogram a;
  LatencyHistogram b;
  LatencyHistogram both;
  for (std::uint64_t value = 1; value < 1'000'000; value = value * 3 + 1) {
    a.record(value);
    b.record(value * 2);
    both.record(value);
    both.record(value * 2);
  }
  a.merge(b);
  EXPECT_EQ(a.sparse().buckets, both.sparse().buckets);
  EXPECT_EQ(a.sparse().sum_ns, both.sparse().sum_ns);
  EXPECT_EQ(a.count(), both.count());
  EXPECT_EQ(a.sparse().min_ns, 1U);
}

TEST(Histogram, CoarseKeepsCountsAndEnds) {
  LatencyHistogram histogram;
  for (std::uint64_t value = 1000; value < 2000; ++value) histogram.record(value);
  const SparseHistogram coarse = histogram.sparse(2);
  EXPECT_EQ(coarse.count, 1000U);
  EXPECT_LE(coarse.buckets.size(), 5U);
  EXPECT_EQ(coarse.max_ns, 1999U);
}

TEST(Histogram, EmptyHasZerosAndClearEmpties) {
  LatencyHistogram histogram;
  EXPECT_EQ(histogram.sparse().quantile(0.5), 0U);
  histogram.record(5);
  histogram.clear();
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.sparse().max_ns, 0U);
  EXPECT_TRUE(histogram.sparse().buckets.empty());
}

}  // namespace
}  // namespace assay
