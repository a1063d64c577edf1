#include "bench/memory/statistics.hpp"

#include <gtest/gtest.h>

namespace assay {
namespace {

TEST(MemoryStatistics, IterationsFillTheSample) {
  EXPECT_EQ(iterations_for(0.003, 0.010), 4U);
  EXPECT_EQ(iterations_for(0.005, 0.010), 2U);
  EXPECT_EQ(iterations_for(0.500, 0.010), 1U);
  EXPECT_EQ(iterations_for(0, 0.010), 1U);
}

TEST(MemoryStatistics, SampleLengthIsBoundedBothWays) {
  EXPECT_DOUBLE_EQ(sample_length_s(2), 0.040);
  EXPECT_DOUBLE_EQ(sample_length_s(0.05), 0.010);
  EXPECT_DOUBLE_EQ(sample_length_s(-1), 0.010);
  EXPECT_DOUBLE_EQ(sample_length_s(60), 0.100);
}

TEST(MemoryStatistics, SearchFitsItsBudget) {
  EXPECT_EQ(search_samples(0.5, 15, 0.010), 3U);
  EXPECT_EQ(search_samples(0.01, 15, 0.010), 1U);
  EXPECT_EQ(search_samples(100, 15, 0.010), 5U);
}

TEST(MemoryStatistics, FastestHasTheSmallestMedianNotTheSmallestValue) {
  const std::vector<std::vector<double>> seconds = {{5, 5, 5}, {1, 6, 6}, {4, 9, 4}, {}};
  EXPECT_EQ(fastest(seconds), 2U);
}

TEST(MemoryStatistics, FastestPrefersTheFirstOfEqualsAndIgnoresTheUnmeasured) {
  EXPECT_EQ(fastest(std::vector<std::vector<double>>{{}, {2}, {2}}), 1U);
  EXPECT_EQ(fastest(std::vector<std::vector<double>>{{}, {}}), 0U);
}

TEST(MemoryStatistics, RatesAreAmountOverTime) {
  EXPECT_EQ(rates(std::vector<double>{0.5, 2}, 10), (std::vector<double>{20, 5}));
}

TEST(Statistics, TwoStatesOfTheMachineAreToldOneOutlierIsNot) {
  std::vector<double> steady(40, 100);
  steady[3] = 500;
  EXPECT_EQ(unsteady_flag(steady), "");
  std::vector<double> bimodal(40, 100);
  for (std::size_t i = 0; i < 20; ++i) bimodal[i] = 180;
  EXPECT_NE(unsteady_flag(bimodal).find("over 1.3 times"), std::string::npos);
  EXPECT_EQ(unsteady_flag({1, 9}), "");
}

}  // namespace
}  // namespace assay
