#include "reports/compare/power.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "reports/compare/rank_test.hpp"
#include "reports/compare/variance_split.hpp"
#include "tests/random_numbers.hpp"

namespace assay {
namespace {

TEST(Power, QuantilesAgreeWithTables) {
  EXPECT_NEAR(normal_quantile(0.975), 1.959964, 1e-6);
  EXPECT_NEAR(normal_quantile(0.0005), -3.290527, 1e-6);
  EXPECT_NEAR(normal_quantile(0.5), 0, 1e-9);
  // Student's t: 2.228, 3.169 and 0.879 at 10 degrees, 2.776 at 4 (any table of t).
  EXPECT_NEAR(student_quantile(0.975, 10), 2.228, 0.001);
  EXPECT_NEAR(student_quantile(0.995, 10), 3.169, 0.002);
  EXPECT_NEAR(student_quantile(0.8, 10), 0.879, 0.001);
  EXPECT_NEAR(student_quantile(0.975, 4), 2.776, 0.02);
}

double share_found(std::size_t n, double shift, double alpha) {
  RandomNumbers random(5);
  int found = 0;
  for (int trial = 0; trial < 2000; ++trial) {
    std::vector<double> a(n);
    std::vector<double> b(n);
    for (double& value : a) value = random.normal();
    for (double& value : b) value = random.normal() + shift;
    found += rank_test(a, b).p <= alpha ? 1 : 0;
  }
  return found / 2000.0;
}

TEST(Power, TheDetectableShiftIsFoundInFourOfFiveExperiments) {
  for (const std::size_t n : {6, 8, 12}) {
    for (const double alpha : {0.05, 0.005}) {
      const double share = share_found(n, detectable_shift(1, n, n, alpha).value(), alpha);
      EXPECT_GE(share, 0.7) << n << " " << alpha;
      EXPECT_LE(share, 0.9) << n << " " << alpha;
    }
  }
}

TEST(Power, NothingIsDetectableWhereNoOutcomeCanBeSignificant) {
  EXPECT_FALSE(detectable_shift(1, 3, 3, 0.05).has_value());  // smallest p is 0.1
  EXPECT_TRUE(detectable_shift(1, 4, 4, 0.05).has_value());
  EXPECT_FALSE(detectable_shift(1, 5, 5, 0.005).has_value());
  EXPECT_TRUE(detectable_shift(1, 6, 6, 0.005).has_value());
  EXPECT_FALSE(detectable_shift(1, 0, 6, 0.05).has_value());
}

TEST(Power, ValuesNeededFindTheShift) {
  const std::size_t n = values_needed(0.05, 0.05, 0.05).value();
  EXPECT_LE(detectable_shift(0.05, n, n, 0.05).value(), 0.05);
  EXPECT_GT(detectable_shift(0.05, n - 1, n - 1, 0.05).value(), 0.05);
  EXPECT_EQ(values_needed(0, 0.05, 0.05), 4U);  // without noise, as many as can be significant
  EXPECT_FALSE(values_needed(1000, 0.05, 0.05).has_value());
  EXPECT_EQ(pooled_deviation({1, 3}, {5, 5}), 1);
  EXPECT_EQ(pooled_deviation({1}, {5}), 0);
}

TEST(VarianceSplit, RecoversPlantedParts) {
  RandomNumbers random(13);
  std::vector<std::vector<RunValue>> instances;
  for (int instance = 0; instance < 400; ++instance) {
    const double mean = 100 * (1 + 0.03 * random.normal());
    std::vector<RunValue>& runs = instances.emplace_back();
    for (int run = 0; run < 2 + instance % 3; ++run) {
      runs.push_back({mean + 100 * 0.02 * random.normal(), 5.0});
    }
  }
  const VarianceSplit split = split_variance(instances);
  EXPECT_NEAR(split.within_run_percent.value(), 5, 0.1);
  EXPECT_NEAR(split.between_runs_percent.value(), 2, 0.15);
  EXPECT_NEAR(split.between_instances_percent.value(), 3, 0.3);
}

TEST(VarianceSplit, SaysNothingWhereThereIsNothingToTellItFrom) {
  const VarianceSplit one = split_variance({{{100, std::nullopt}}});
  EXPECT_FALSE(one.within_run_percent || one.between_runs_percent || one.between_instances_percent);
  const VarianceSplit single_runs = split_variance({{{99, 1.0}}, {{101, 1.0}}});
  EXPECT_NEAR(single_runs.within_run_percent.value(), 1, 1e-9);
  EXPECT_FALSE(single_runs.between_runs_percent.has_value());
  EXPECT_NEAR(single_runs.between_instances_percent.value(), std::sqrt(2.0), 1e-9);
  EXPECT_FALSE(split_variance({}).between_instances_percent.has_value());
  EXPECT_FALSE(split_variance({{{0, 1.0}}, {{0, 1.0}}}).within_run_percent.has_value());
}

}  // namespace
}  // namespace assay
