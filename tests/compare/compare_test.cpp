#include "reports/compare/compare.hpp"

#include <gtest/gtest.h>

#include "reports/compare/compare_text.hpp"
#include "reports/fleet/advertised.hpp"
#include "tests/compare/simulated_runs.hpp"

namespace assay {
namespace {

const SimulatedMetric iops{"storage/instance-store/random-read/4k/qd128", "iops", 1e5};
const SimulatedMetric latency{"storage/instance-store/random-read/4k/qd1", "latency/p99", 1e5};

/// Values without chance: 1 % between neighbours.
SimulatedFleet spread_fleet(const std::string& type, std::size_t machines, double factor) {
  RandomNumbers random(1);
  SimulatedFleet fleet = simulated_fleet(type, machines, {iops, latency}, factor, 0, random);
  for (std::size_t i = 0; i < machines; ++i) {
    for (CaseSummary& item : fleet.runs[i].cases) {
      item.metrics[0].value *= 1 + 0.01 * static_cast<double>(i);
    }
  }
  return fleet;
}

Comparison compared(const SimulatedFleet& a, const SimulatedFleet& b,
                    const CompareOptions& options = {}) {
  return compare("instance-type", a.group(), b.group(), options);
}

TEST(Compare, JudgesByDirection) {
  const Comparison result =
      compared(spread_fleet("a.large", 6, 1), spread_fleet("b.large", 6, 1.3));
  ASSERT_EQ(result.primary.size(), 2U);
  EXPECT_EQ(result.primary[0].judgement, Judgement::better);
  EXPECT_EQ(result.primary[1].judgement, Judgement::worse);
  EXPECT_NEAR(result.primary[0].ratio.value(), 1.3, 1e-9);
  EXPECT_NEAR(improvement(result.primary[1]), 1 / 1.3, 1e-9);
  EXPECT_EQ(result.primary[0].standing, Standing::claim);
  EXPECT_NEAR(result.primary[0].test.p, 2.0 / 924, 1e-12);
  EXPECT_NEAR(result.primary[0].p_adjusted, 4.0 / 924, 1e-12);
  EXPECT_EQ(result.a.instances, 6U);
  EXPECT_TRUE(result.banners.empty());
}

TEST(Compare, SmallDifferencesAreEquivalentAlsoWhenTheyAreSignificant) {
  SimulatedFleet a = spread_fleet("a.large", 6, 1);
  SimulatedFleet b = spread_fleet("b.large", 6, 1);
  for (std::size_t i = 0; i < 6; ++i) {
    a.runs[i].cases[0].metrics[0].value = 100 + 0.1 * static_cast<double>(i);
    b.runs[i].cases[0].metrics[0].value = 102 + 0.1 * static_cast<double>(i);
  }
  EXPECT_EQ(compared(a, b).primary[0].judgement, Judgement::equivalent);
  CompareOptions strict;
  strict.margin = 0.01;
  EXPECT_EQ(compared(a, b, strict).primary[0].judgement, Judgement::better);
}

TEST(Compare, AmongEqualValuesNoSideIsBetter) {
  SimulatedFleet a = spread_fleet("a.large", 20, 1);
  SimulatedFleet b = spread_fleet("b.large", 20, 1);
  for (std::size_t i = 0; i < 20; ++i) {
    a.runs[i].cases[0].metrics[0].value = 100;
    b.runs[i].cases[0].metrics[0].value = i < 12 ? 100 : 120;
  }
  const MetricComparison one = compared(a, b).primary[0];
  EXPECT_LT(one.p_adjusted, 0.05);
  EXPECT_EQ(one.ratio.value(), 1);
  EXPECT_EQ(one.judgement, Judgement::not_shown);
}

TEST(Compare, FewInstancesGiveAHintOrNothing) {
  const auto with = [](std::size_t n) {
    return compared(spread_fleet("a.large", 6, 1), spread_fleet("b.large", n, 1.3)).primary[0];
  };
  EXPECT_EQ(with(2).standing, Standing::none);
  EXPECT_EQ(with(2).judgement, Judgement::not_shown);
  EXPECT_EQ(with(3).standing, Standing::indicative);
  EXPECT_EQ(with(3).judgement, Judgement::better);
  EXPECT_EQ(with(5).standing, Standing::indicative);
  EXPECT_EQ(with(6).standing, Standing::claim);
}

TEST(Compare, RunsOfOneInstanceAreOneValue) {
  SimulatedFleet a = spread_fleet("a.large", 6, 1);
  for (RunSummary& run : a.runs) run.machine = "i-only";
  const SimulatedFleet b = spread_fleet("b.large", 6, 1.3);
  const MetricComparison one = compared(a, b).primary[0];
  EXPECT_EQ(one.n_a, 1U);
  EXPECT_EQ(one.standing, Standing::none);
  EXPECT_NEAR(one.median_a, 1e5 * 1.025, 1e-6);  // the mean of the runs
  EXPECT_TRUE(one.noise_a.between_runs_percent.has_value());
  CompareOptions by_result;
  by_result.unit = Unit::result;
  EXPECT_EQ(compared(a, b, by_result).primary[0].n_a, 6U);
}

TEST(Compare, TheWorstOfSeveralMatchingCasesCounts) {
  SimulatedFleet a = spread_fleet("a.large", 6, 1);
  SimulatedFleet b = spread_fleet("b.large", 6, 1);
  for (SimulatedFleet* fleet : {&a, &b}) {
    for (RunSummary& run : fleet->runs) {
      run.primary = {{"storage/*/random-read/4k/qd128", "iops"}};
      run.cases.push_back(run.cases[0]);
      run.cases.back().id = "storage/instance-store-2/random-read/4k/qd128";
      run.cases.back().metrics[0].value /= 2;
      run.cases.push_back(run.cases[0]);
      run.cases.back().id = "storage/instance-store-3/random-read/4k/qd128";
      run.cases.back().metrics[0].value /= 10;
      run.cases.back().status = CaseStatus::skipped;  // what was skipped is no value
    }
  }
  const Comparison result = compared(a, b);
  ASSERT_EQ(result.primary.size(), 1U);
  EXPECT_NEAR(result.primary[0].median_a, 1e5 * 1.025 / 2, 1e-6);
  EXPECT_EQ(result.primary[0].missing_a, 0U);
}

TEST(Compare, ARunOfWhichAMatchingCaseFailedHasNoValue) {
  const SimulatedFleet a = spread_fleet("a.large", 6, 1);
  SimulatedFleet b = spread_fleet("b.large", 6, 1.3);
  CaseSummary other_disk = b.runs[2].cases[0];
  other_disk.id = "storage/instance-store-2/random-read/4k/qd128";
  other_disk.status = CaseStatus::failed;
  b.runs[2].cases.push_back(other_disk);
  SimulatedFleet any_disk = a;
  any_disk.runs[0].primary[0].cases = "storage/*/random-read/4k/qd128";
  const Comparison result = compared(any_disk, b);
  EXPECT_EQ(result.primary[0].missing_b, 1U);
  EXPECT_EQ(result.primary[0].n_b, 5U);
  EXPECT_EQ(result.primary[0].standing, Standing::indicative);
  EXPECT_NE(note_lines(result)[0].find("1 of 6 of b.large have no value"), std::string::npos);
  // Where each run's other disks are no part of the metric, they say nothing of it.
  EXPECT_EQ(compared(a, b).primary[0].missing_b, 0U);
}

/// EBS in each first case, measured for that long.
SimulatedFleet ebs_fleet(const std::string& type, double factor, const char* flag) {
  SimulatedFleet fleet = spread_fleet(type, 6, factor);
  for (RunSummary& run : fleet.runs) run.cases[0].flags = {flag};
  return fleet;
}

TEST(Compare, BurstsAreToldAndKeepTheirVerdictAmongEachOther) {
  const Comparison result =
      compared(ebs_fleet("a.large", 1, burst_flag), ebs_fleet("b.large", 1.3, burst_flag));
  EXPECT_EQ(result.primary[0].bursts_a, 6U);
  EXPECT_EQ(result.primary[0].judgement, Judgement::better);
  const std::vector<std::string> notes = note_lines(result);
  ASSERT_FALSE(notes.empty());
  EXPECT_NE(notes[0].find("random-read/4k/qd128 iops: 6 of 6 runs of a.large and 6 of 6 of b.large "
                          "gave an EBS burst"),
            std::string::npos)
      << notes[0];
  EXPECT_NE(notes[0].find("--suite sustained"), std::string::npos);
}

TEST(Compare, ABurstAgainstWhatLastsCanOnlyLose) {
  const SimulatedFleet burst = ebs_fleet("a.large", 1, burst_flag);
  const SimulatedFleet more = ebs_fleet("b.large", 1.3, after_burst_flag);
  const SimulatedFleet less = ebs_fleet("b.large", 0.7, after_burst_flag);
  const SimulatedFleet same = ebs_fleet("b.large", 1, after_burst_flag);
  EXPECT_EQ(compared(burst, more).primary[0].judgement, Judgement::better);
  EXPECT_EQ(compared(more, burst).primary[0].judgement, Judgement::worse);
  for (const SimulatedFleet* other : {&less, &same}) {
    const MetricComparison one = compared(burst, *other).primary[0];
    EXPECT_EQ(one.judgement, Judgement::not_shown);
    EXPECT_EQ(verdict_text(one), "not shown (a burst does not last)");
  }
  EXPECT_EQ(compared(less, burst).primary[0].judgement, Judgement::not_shown);
}

TEST(Compare, MissingAndZeroValuesAreTold) {
  SimulatedFleet a = spread_fleet("a.large", 6, 1);
  SimulatedFleet b = spread_fleet("b.large", 6, 1.3);
  b.runs[0].cases[0].status = CaseStatus::failed;
  for (RunSummary& run : b.runs) run.cases.pop_back();
  Comparison result = compared(a, b);
  EXPECT_EQ(result.primary[0].missing_b, 1U);
  EXPECT_EQ(result.primary[0].n_b, 5U);
  ASSERT_EQ(result.without_data.size(), 1U);
  EXPECT_EQ(result.without_data[0], "storage/instance-store/random-read/4k/qd1 latency/p99");
  a.runs[0].cases[0].metrics[0].value = 0;
  result = compared(a, b);
  EXPECT_FALSE(result.primary[0].ratio.has_value());
  EXPECT_EQ(result.primary[0].judgement, Judgement::not_shown);
}

TEST(Compare, WhatElseDiffersIsToldAndWhatForbidsIsABanner) {
  SimulatedFleet a = spread_fleet("a.large", 6, 1);
  SimulatedFleet b = spread_fleet("b.large", 6, 1);
  for (RunSummary& run : b.runs) {
    run.kernel = "6.8";
    run.comparability.volume_note = "gp3";
  }
  a.runs[0].machine = b.runs[0].machine;
  a.runs[0].synthetic = true;
  const Comparison result = compared(a, b);
  ASSERT_EQ(result.banners.size(), 2U);
  EXPECT_NE(result.banners[0].find("SYNTHETIC"), std::string::npos);
  EXPECT_NE(result.banners[1].find("volume-type: 'not told' in a.large-0/result.json, 'gp3' in "
                                   "b.large-0/result.json"),
            std::string::npos);
  ASSERT_EQ(result.notes.size(), 2U);
  EXPECT_EQ(result.notes[0], "kernel differs: not told, 6.8");
  EXPECT_NE(result.notes[1].find("1 instance was measured on both sides"), std::string::npos);
}

TEST(Compare, OtherMetricsAreExploratory) {
  SimulatedFleet a = spread_fleet("a.large", 6, 1);
  SimulatedFleet b = spread_fleet("b.large", 6, 1.3);
  for (SimulatedFleet* fleet : {&a, &b}) {
    for (RunSummary& run : fleet->runs) {
      run.cases[0].metrics.push_back(
          {"cpu/per-io", 1200, "ns", Direction::lower_is_better, std::nullopt});
      run.cases[0].metrics.push_back({"queue-depth/effective", 1, "1", Direction::informative, {}});
    }
  }
  const Comparison result = compared(a, b);
  ASSERT_EQ(result.exploratory.size(), 1U);  // neither the informative nor the primary ones
  EXPECT_EQ(result.exploratory[0].metric, "cpu/per-io");
  EXPECT_EQ(result.exploratory[0].judgement, Judgement::not_shown);
  EXPECT_EQ(result.exploratory[0].p_adjusted, 1);
}

TEST(Compare, SaysWhatThisNumberOfInstancesCouldHaveFound) {
  const MetricComparison six =
      compared(spread_fleet("a.large", 6, 1), spread_fleet("b.large", 6, 1.01)).primary[0];
  EXPECT_GT(six.detectable_ratio.value(), 1.01);
  EXPECT_LT(six.detectable_ratio.value(), 1.1);
  EXPECT_GE(six.needed_each.value(), instances_to_claim);
  const MetricComparison three =
      compared(spread_fleet("a.large", 3, 1), spread_fleet("b.large", 3, 1.01)).primary[0];
  EXPECT_FALSE(three.detectable_ratio.has_value());
  EXPECT_GE(three.needed_each.value(), instances_to_claim);
}

}  // namespace
}  // namespace assay
