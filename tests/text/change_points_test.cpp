#include "reports/change_points.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <numbers>

#include "tests/random_numbers.hpp"

namespace assay {
namespace {

/// Stretches of these lengths and levels, with normal noise of `sigma`.
std::vector<double> steps(const std::vector<std::pair<std::size_t, double>>& stretches,
                          double sigma, std::uint64_t seed) {
  RandomNumbers noise((seed)*0x9E3779B97F4A7C15ULL);
  std::vector<double> values;
  for (const auto& [length, level] : stretches) {
    for (std::size_t i = 0; i < length; ++i) values.push_back(level + sigma * noise.normal());
  }
  return values;
}

TEST(ChangePoints, FindAPlantedStepWithinOneTick) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const std::size_t at = 20 + seed;
    const std::vector<ChangePoint> found =
        change_points(steps({{at, 16000}, {300 - at, 12000}}, 700, seed));
    ASSERT_EQ(found.size(), 1U) << seed;
    EXPECT_NEAR(static_cast<double>(found[0].index), static_cast<double>(at), 1) << seed;
    EXPECT_NEAR(found[0].mean_before, 16000, 700);
    EXPECT_NEAR(found[0].mean_after, 12000, 700);
  }
}

TEST(ChangePoints, FindSeveralStepsUpAndDown) {
  const std::vector<ChangePoint> found =
      change_points(steps({{1803, 40000}, {600, 10000}, {300, 20000}, {900, 10000}}, 1500, 7));
  ASSERT_EQ(found.size(), 3U);
  EXPECT_NEAR(static_cast<double>(found[0].index), 1803, 1);
  EXPECT_NEAR(static_cast<double>(found[1].index), 2403, 1);
  EXPECT_NEAR(static_cast<double>(found[2].index), 2703, 1);
}

TEST(ChangePoints, FindAStaircaseThoughALineThroughItFitsWell) {
  const std::vector<ChangePoint> found =
      change_points(steps({{100, 30000}, {100, 20000}, {100, 10000}}, 500, 3));
  ASSERT_EQ(found.size(), 2U);
  EXPECT_NEAR(static_cast<double>(found[0].index), 100, 1);
  EXPECT_NEAR(static_cast<double>(found[1].index), 200, 1);
}

TEST(ChangePoints, FindNoneInNoiseInAtLeast99OfAHundred) {
  // A spread of 30 % of the mean: the least change that counts does not hide a false alarm.
  for (const std::size_t length : {60U, 600U, 2400U}) {
    std::size_t alarms = 0;
    for (std::uint64_t seed = 0; seed < 1000; ++seed) {
      alarms += change_points(steps({{length, 1000}}, 300, seed + 1)).empty() ? 0 : 1;
    }
    EXPECT_LE(alarms, 10U) << length;
  }
}

TEST(ChangePoints, AreNoneInADrift) {
  for (const double total : {-8000.0, 4000.0, 12000.0}) {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
      std::vector<double> values = steps({{600, 16000}}, 400, seed + 1);
      for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] += total * static_cast<double>(i) / 600;
      }
      EXPECT_TRUE(change_points(values).empty()) << total << " " << seed;
    }
  }
}

TEST(ChangePoints, FindTheStepInADrift) {
  std::vector<double> values = steps({{300, 16000}, {300, 10000}}, 400, 5);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] -= static_cast<double>(i) * 3;
  const std::vector<ChangePoint> found = change_points(values);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NEAR(static_cast<double>(found[0].index), 300, 1);
}

TEST(ChangePoints, AreNoneAtStalledSeconds) {
  std::vector<double> values = steps({{600, 16000}}, 100, 11);
  for (const std::size_t stalled : {50U, 51U, 300U, 500U}) values[stalled] = 0;
  EXPECT_TRUE(change_points(values).empty());
}

TEST(ChangePoints, OfSeriesWithoutNoise) {
  std::vector<double> values(100, 16000);
  EXPECT_TRUE(change_points(values).empty());
  std::fill(values.begin() + 40, values.end(), 3000);
  const std::vector<ChangePoint> found = change_points(values);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].index, 40U);
  EXPECT_TRUE(change_points(std::vector<double>(100, 0)).empty());
  EXPECT_TRUE(change_points({}).empty());
  EXPECT_TRUE(change_points({1, 2, 3}).empty());
}

TEST(ChangePoints, BelowFivePercentAreLeftOut) {
  EXPECT_TRUE(change_points(steps({{300, 10000}, {300, 9600}}, 50, 2)).empty());
  EXPECT_EQ(change_points(steps({{300, 10000}, {300, 9400}}, 50, 2)).size(), 1U);
}

TEST(ChangePoints, MeansReachToTheChangesThatAreTold) {
  // Each of the later steps is below 5 %: what is told is the mean of all four.
  const auto found = change_points(
      steps({{1800, 40000}, {450, 10000}, {450, 9600}, {450, 9200}, {450, 8800}}, 20, 2));
  ASSERT_GE(found.size(), 1U);
  EXPECT_EQ(found[0].index, 1800U);
  for (std::size_t i = 0; i + 1 < found.size(); ++i) {
    EXPECT_DOUBLE_EQ(found[i].mean_after, found[i + 1].mean_before);
  }
  double mean = 0;
  double length = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const double end = i + 1 < found.size() ? static_cast<double>(found[i + 1].index) : 3600;
    mean += found[i].mean_after * (end - static_cast<double>(found[i].index));
    length += end - static_cast<double>(found[i].index);
  }
  EXPECT_NEAR(mean / length, 9400, 10);
}

}  // namespace
}  // namespace assay
