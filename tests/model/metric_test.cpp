#include "reports/model/metric.hpp"

#include <gtest/gtest.h>

namespace assay {
namespace {

TEST(Spread, OddAndEvenCountsAndEmpty) {
  EXPECT_EQ(spread_of({3, 1, 2}).median, 2);
  EXPECT_EQ(spread_of({4, 1, 2, 3}).median, 2.5);
  EXPECT_EQ(spread_of({4, 1, 2, 3}).min, 1);
  EXPECT_EQ(spread_of({4, 1, 2, 3}).max, 4);
  EXPECT_EQ(spread_of({}).samples, 0U);
}

TEST(Metric, IsFoundByItsWholeName) {
  const std::vector<Metric> metrics{{"latency/p50", 1, "ns", Direction::lower_is_better, {}}};
  EXPECT_NE(find_metric(metrics, "latency/p50"), nullptr);
  EXPECT_EQ(find_metric(metrics, "latency"), nullptr);
}

}  // namespace
}  // namespace assay
