#include "reports/percentiles.hpp"

#include <gtest/gtest.h>

namespace assay {
namespace {

SparseHistogram histogram(std::uint64_t count) {
  LatencyHistogram all;
  for (std::uint64_t i = 1; i <= count; ++i) all.record(i * 100);
  return all.sparse();
}

TEST(Supported, NeedsTenIosAbove) {
  EXPECT_TRUE(quantile_supported(100000, 0.9999));
  EXPECT_FALSE(quantile_supported(99999, 0.9999));
  EXPECT_TRUE(quantile_supported(20, 0.5));
  EXPECT_FALSE(quantile_supported(19, 0.5));
  EXPECT_FALSE(quantile_supported(0, 0));
}

TEST(PercentileCurve, EndsWhereTheCountDoes) {
  const auto curve = percentile_curve(histogram(1000), 4, 61);
  ASSERT_FALSE(curve.empty());
  EXPECT_NEAR(curve.front().quantile, 0.5, 1e-9);
  EXPECT_LE(curve.back().quantile, 0.99 + 1e-9);
  EXPECT_GT(curve.back().quantile, 0.98);
  EXPECT_NEAR(curve.front().latency_ns, 50000, 50000.0 / 128);
}

TEST(PercentileCurve, ReachesTheLastPointWithEnough) {
  EXPECT_EQ(percentile_curve(histogram(100000), 4, 61).size(), 61U);
}

TEST(PercentileCurve, OfTooFewIosIsEmpty) {
  EXPECT_TRUE(percentile_curve(histogram(19), 4, 61).empty());
  EXPECT_TRUE(percentile_curve({}, 4, 61).empty());
}

TEST(EcdfCurve, RisesFromMinimumToTheSupportedEnd) {
  const auto curve = ecdf_curve(histogram(1000), 20);
  ASSERT_GE(curve.size(), 15U);
  EXPECT_LE(curve.size(), 22U);
  EXPECT_EQ(curve.front().quantile, 0);
  EXPECT_EQ(curve.front().latency_ns, 100);
  EXPECT_NEAR(curve.back().quantile, 0.99, 1e-9);
  for (std::size_t i = 1; i < curve.size(); ++i) {
    EXPECT_GT(curve[i].quantile, curve[i - 1].quantile);
    EXPECT_GE(curve[i].latency_ns, curve[i - 1].latency_ns);
    EXPECT_NEAR(curve[i].latency_ns, curve[i].quantile * 100000, 100000.0 / 64);
  }
}

TEST(EcdfCurve, OfOneValueIsUpright) {
  LatencyHistogram all;
  for (int i = 0; i < 100; ++i) all.record(5000);
  const auto curve = ecdf_curve(all.sparse(), 20);
  ASSERT_EQ(curve.size(), 2U);
  EXPECT_EQ(curve[0].latency_ns, 5000);
  EXPECT_EQ(curve[1].latency_ns, 5000);
}

TEST(EcdfCurve, OfTenIosOrFewerIsEmpty) { EXPECT_TRUE(ecdf_curve(histogram(10), 20).empty()); }

}  // namespace
}  // namespace assay
