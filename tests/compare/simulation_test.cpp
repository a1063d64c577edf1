#include <gtest/gtest.h>

#include "runners/plan/suite.hpp"
#include "tests/compare/simulated_runs.hpp"

namespace assay {
namespace {

constexpr std::size_t machines = 6;
constexpr double noise = 0.02;

/// Every primary metric that the standard suite declares, on one case each.
std::vector<SimulatedMetric> standard_matrix() {
  std::vector<SimulatedMetric> metrics;
  for (const PrimaryMetric& primary : load_suite("standard").primary) {
    metrics.push_back(
        {primary.cases, primary.metric, 1e5 * static_cast<double>(metrics.size() + 1)});
  }
  return metrics;
}

struct Counts {
  std::size_t trials_with_a_claim = 0;  // better or worse
  std::size_t better = 0;
  std::size_t worse = 0;
  std::size_t equivalent = 0;
  std::size_t metrics = 0;

  double percent(std::size_t count) const {
    return 100 * static_cast<double>(count) / static_cast<double>(metrics);
  }
};

/// `trials` comparisons of the whole matrix, b being `factor` times a.
Counts simulate(std::size_t trials, double factor, std::uint64_t seed, std::size_t resamples,
                double margin = 0.05) {
  RandomNumbers random(seed);
  const std::vector<SimulatedMetric> metrics = standard_matrix();
  CompareOptions options;
  options.resamples = resamples;
  options.margin = margin;
  Counts counts;
  for (std::size_t trial = 0; trial < trials; ++trial) {
    const SimulatedFleet a = simulated_fleet("a.large", machines, metrics, 1, noise, random);
    const SimulatedFleet b = simulated_fleet("b.large", machines, metrics, factor, noise, random);
    std::vector<std::string> without_data;
    bool claim = false;
    for (const MetricComparison& one :
         compare_primary(a.group(), b.group(), options, without_data)) {
      ++counts.metrics;
      counts.equivalent += one.judgement == Judgement::equivalent ? 1 : 0;
      counts.better += one.judgement == Judgement::better ? 1 : 0;
      counts.worse += one.judgement == Judgement::worse ? 1 : 0;
      claim = claim || one.judgement == Judgement::better || one.judgement == Judgement::worse;
    }
    EXPECT_TRUE(without_data.empty());
    counts.trials_with_a_claim += claim ? 1 : 0;
  }
  EXPECT_EQ(counts.metrics, trials * primary_metrics_max);
  return counts;
}

TEST(Simulation, BetweenEqualsAtMostOneTrialInTwentyClaimsADifference) {
  // Over all ten metrics at once.
  const Counts counts = simulate(1000, 1, 1, 100);
  RecordProperty("trials_with_a_false_claim", static_cast<int>(counts.trials_with_a_claim));
  EXPECT_LE(counts.trials_with_a_claim, 50U);
  // Without a margin nothing is equivalent and the rank test stands alone: 4.2 % in theory.
  const Counts alone = simulate(1000, 1, 5, 50, 0);
  RecordProperty("trials_with_a_false_claim_without_margin",
                 static_cast<int>(alone.trials_with_a_claim));
  EXPECT_LE(alone.trials_with_a_claim, 50U);
  EXPECT_GE(alone.trials_with_a_claim, 20U);  // that such claims are counted at all
}

TEST(Simulation, EqualsAreCalledEquivalent) {
  const Counts counts = simulate(100, 1, 2, 400);
  RecordProperty("percent_equivalent", std::to_string(counts.percent(counts.equivalent)));
  EXPECT_GE(counts.percent(counts.equivalent), 80);
}

TEST(Simulation, ATenthMoreIsFound) {
  const Counts counts = simulate(100, 1.1, 3, 400);
  RecordProperty("percent_found", std::to_string(counts.percent(counts.better + counts.worse)));
  // More I/Os are better, more latency is worse: six and four of the ten metrics.
  EXPECT_GE(counts.percent(counts.better), 0.9 * 60);
  EXPECT_GE(counts.percent(counts.worse), 0.9 * 40);
  EXPECT_LE(counts.better, 600U);
  EXPECT_LE(counts.worse, 400U);
}

TEST(Simulation, ADifferenceOfTheMarginIsSeldomCalledEquivalent) {
  const Counts counts = simulate(300, 1.05, 4, 400);
  RecordProperty("percent_wrongly_equivalent", std::to_string(counts.percent(counts.equivalent)));
  EXPECT_LE(counts.percent(counts.equivalent), 6.5);  // 5 % by the theory of large samples
}

}  // namespace
}  // namespace assay
