#include "reports/compare/shift.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "tests/random_numbers.hpp"

namespace assay {
namespace {

using Draw = std::function<double(RandomNumbers&)>;

std::vector<double> drawn(RandomNumbers& random, std::size_t n, const Draw& draw) {
  std::vector<double> values(n);
  for (double& value : values) value = draw(random);
  return values;
}

struct Coverage {
  double at_95 = 0;
  double at_90 = 0;
};

/// Share of experiments, in percent, of which the interval holds the true shift. Both groups come
/// from one distribution, so that the true Hodges-Lehmann shift is `shift` whatever its shape.
Coverage coverage_of(std::size_t n, const Draw& draw, std::uint64_t seed) {
  constexpr int trials = 1500;
  constexpr double shift = 0.1;
  RandomNumbers random(seed);
  Coverage held;
  for (int trial = 0; trial < trials; ++trial) {
    const std::vector<double> a = drawn(random, n, draw);
    const std::vector<double> b =
        drawn(random, n, [&](RandomNumbers& numbers) { return draw(numbers) + shift; });
    const ShiftEstimate estimate = estimate_shift(a, b, 400);
    const auto holds = [](const Interval& interval) {
      return interval.low <= shift && shift <= interval.high;
    };
    held.at_95 += holds(estimate.confidence_95.value()) ? 100.0 / trials : 0;
    held.at_90 += holds(estimate.confidence_90.value()) ? 100.0 / trials : 0;
  }
  return held;
}

TEST(Shift, TheIntervalHoldsTheTrueShiftAsOftenAsItSays) {
  const Draw normal = [](RandomNumbers& random) { return 0.02 * random.normal(); };
  const Draw skewed = [](RandomNumbers& random) { return 0.02 * std::exp(random.normal()); };
  const Draw outliers = [](RandomNumbers& random) {
    return random.normal() * (random.uniform() < 0.1 ? 0.1 : 0.02);
  };
  const Draw uniform = [](RandomNumbers& random) { return 0.02 * random.uniform(); };
  std::uint64_t seed = 1;
  for (const Draw& draw : {normal, skewed, outliers, uniform}) {
    const Coverage six = coverage_of(6, draw, seed);
    RecordProperty("coverage_percent_of_95_at_6_" + std::to_string(seed),
                   std::to_string(six.at_95));
    RecordProperty("coverage_percent_of_90_at_6_" + std::to_string(seed),
                   std::to_string(six.at_90));
    EXPECT_GE(six.at_95, 92) << seed;
    EXPECT_GE(six.at_90, 87) << seed;
    ++seed;
  }
  EXPECT_LE(coverage_of(6, normal, 9).at_95, 98);  // nor is it so wide that it holds everything
  EXPECT_GE(coverage_of(20, normal, 10).at_95, 93);
}

TEST(Shift, MosesIntervalTakesOverForManyPairs) {
  RandomNumbers random(3);
  const Draw normal = [](RandomNumbers& numbers) { return numbers.normal(); };
  int held = 0;
  for (int trial = 0; trial < 400; ++trial) {
    const ShiftEstimate estimate =
        estimate_shift(drawn(random, 35, normal), drawn(random, 40, normal));
    const Interval interval = estimate.confidence_95.value();
    held += interval.low <= 0 && 0 <= interval.high ? 1 : 0;
    EXPECT_LE(interval.low, estimate.confidence_90->low);
    EXPECT_GE(interval.high, estimate.confidence_90->high);
  }
  EXPECT_GE(held, 368);
  EXPECT_LE(held, 396);
}

TEST(Shift, IsTheMedianOfAllDifferences) {
  EXPECT_EQ(hodges_lehmann({1, 2, 3}, {11, 12, 13}), 10);
  EXPECT_EQ(hodges_lehmann({0}, {1, 3}), 2);
  EXPECT_EQ(hodges_lehmann({}, {1}), 0);
  EXPECT_EQ(hodges_lehmann({1, 2, 1000}, {11, 12, 13}), 10);  // one wild value moves it little
  EXPECT_EQ(median_of({3, 1, 2}), 2);
  EXPECT_EQ(median_of({4, 1, 2, 3}), 2.5);
  EXPECT_EQ(median_of({}), 0);
}

TEST(Shift, TooFewOrQuietValues) {
  EXPECT_FALSE(estimate_shift({1, 2}, {3, 4, 5}).confidence_95.has_value());
  EXPECT_EQ(estimate_shift({1, 2}, {3, 4, 5}).shift, 2.5);
  const ShiftEstimate quiet = estimate_shift({1, 1, 1}, {2, 2, 2});
  EXPECT_EQ(quiet.confidence_95->low, 1);
  EXPECT_EQ(quiet.confidence_95->high, 1);
  const std::vector<double> a{1, 2, 3, 4, 5, 6};
  const std::vector<double> b{3, 4, 5, 6, 7, 9};
  EXPECT_EQ(estimate_shift(a, b).confidence_95->low, estimate_shift(a, b).confidence_95->low);
  const Interval there = estimate_shift(a, b).confidence_95.value();
  EXPECT_LT(there.low, 2);
  EXPECT_GT(there.high, 2);
}

}  // namespace
}  // namespace assay
