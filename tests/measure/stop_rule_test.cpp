#include "bench/measure/stop_rule.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace assay {
namespace {

TEST(MedianInterval, IsThatOfTheBinomialTable) {
  // n = 10: the 2nd and the 9th value hold the median with 97.9 %; n = 6: the extremes, 96.9 %.
  const auto ten = median_interval({5, 1, 9, 3, 7, 2, 8, 4, 10, 6});
  ASSERT_TRUE(ten);
  EXPECT_EQ(ten->low, 2);
  EXPECT_EQ(ten->high, 9);
  EXPECT_EQ(ten->median, 5.5);
  const auto six = median_interval({6, 5, 4, 3, 2, 1});
  ASSERT_TRUE(six);
  EXPECT_EQ(six->low, 1);
  EXPECT_EQ(six->high, 6);
  EXPECT_FALSE(median_interval({1, 2, 3, 4, 5}));
  EXPECT_FALSE(median_interval({}));
}

TEST(MedianInterval, HoldsTheTrueMedianAtLeastAsOftenAsItSays) {
  std::mt19937_64 random(3);
  std::lognormal_distribution<double> draw(0, 1);  // median 1
  int held = 0;
  constexpr int repeats = 2000;
  for (int i = 0; i < repeats; ++i) {
    std::vector<double> values(30);
    for (double& value : values) value = draw(random);
    const auto interval = median_interval(values);
    ASSERT_TRUE(interval);
    held += interval->low <= 1 && 1 <= interval->high ? 1 : 0;
  }
  EXPECT_GE(held, repeats * 0.94);
}

TEST(ConfidenceStop, EndsWhenTheMedianIsKnownWellEnoughButNotBeforeTheMinimum) {
  ConfidenceStop stop({5, 8});
  for (int i = 0; i < 7; ++i) {
    stop.add(1, 1000 + i % 2);
    EXPECT_FALSE(stop.finished()) << i;
  }
  stop.add(1, 1000);
  EXPECT_TRUE(stop.finished());
  EXPECT_TRUE(stop.warning().empty());
}

TEST(ConfidenceStop, ScatteredTicksGoOnAndSaySo) {
  ConfidenceStop stop({5, 1});
  for (int i = 0; i < 20; ++i) stop.add(1, i % 2 == 0 ? 500 : 1500);
  EXPECT_FALSE(stop.finished());
  EXPECT_EQ(stop.warning(),
            "the median rate is known to 100.0 % only, not to the wanted 5 %, after 20.0 s");
  ConfidenceStop dead({5, 1});
  for (int i = 0; i < 20; ++i) dead.add(1, 0);
  EXPECT_FALSE(dead.finished());
}

TEST(ConfidenceStop, WhatIsKnownWellEnoughIsNotWarnedOfWhenStoppedBeforeTheMinimum) {
  ConfidenceStop stop({5, 30});
  for (int i = 0; i < 8; ++i) stop.add(1, 1000 + i % 2);
  EXPECT_FALSE(stop.finished());
  EXPECT_EQ(stop.warning(), "");
}

TEST(SteadyCheck, RangeAndSlopeAreThoseOfTheSpecification) {
  const SteadyCheck flat = check_steady({100, 109, 91, 100, 100});
  EXPECT_NEAR(flat.range_percent, 18, 1e-9);
  EXPECT_TRUE(flat.steady);
  // A straight line that falls by 3 a round: 12 over the five, beyond 10 %, although the range is
  // 12 % only.
  const SteadyCheck falling = check_steady({106, 103, 100, 97, 94});
  EXPECT_NEAR(falling.range_percent, 12, 1e-9);
  EXPECT_NEAR(falling.slope_percent, 12, 1e-9);
  EXPECT_FALSE(falling.steady);
  EXPECT_FALSE(check_steady({100, 121, 100, 100, 100}).steady);
}

TEST(SteadyStateStop, TakesTheFirstFiveSteadyRoundsAfterADecline) {
  SteadyStateStop stop({2, 25});
  int ticks = 0;
  // A drive that falls from 1000 by a fifth a round to 200 and stays there.
  for (double rate = 1000; !stop.finished() && ticks < 100; ++ticks) {
    stop.add(1, std::max(rate, 200.0));
    if (ticks % 2 == 1) rate *= 0.8;
  }
  EXPECT_LT(ticks, 50);
  EXPECT_GT(ticks, 2 * 10);  // 0.8^8 < 0.2 and then some of the five
  EXPECT_TRUE(stop.warning().empty()) << stop.warning();
}

TEST(SteadyStateStop, GivesUpAfterTheLastRoundAndSaysSo) {
  SteadyStateStop stop({1, 25});
  int ticks = 0;
  for (; !stop.finished() && ticks < 100; ++ticks) stop.add(1, ticks % 2 == 0 ? 100 : 200);
  EXPECT_EQ(ticks, 25);
  EXPECT_NE(stop.warning().find("not steady after 25 rounds"), std::string::npos);
  SteadyStateStop dead({1, 25});
  for (int i = 0; i < 25; ++i) dead.add(1, 0);
  EXPECT_TRUE(dead.finished());
  EXPECT_FALSE(dead.warning().empty());
}

}  // namespace
}  // namespace assay
