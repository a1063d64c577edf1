#include "reports/limits/token_bucket.hpp"

#include <gtest/gtest.h>

#include "tests/limits/simulated.hpp"

namespace assay {
namespace {

constexpr double depths[] = {1, 4, 16, 32, 64, 128};

std::vector<RatePoint> bucket_sweep(const SimulatedBucket& bucket, int ticks) {
  std::vector<RatePoint> points;
  for (const double depth : depths) {
    std::vector<double> rates = bucket_ticks(bucket, depth, ticks + 1);
    rates.erase(rates.begin());  // the warm-up
    points.push_back(rate_point(depth, rates));
  }
  return points;
}

TEST(TokenBucket, RatesOverFourDecadesAreRecoveredWithin2Percent) {
  for (const double rate : {200.0, 2'000.0, 16'000.0, 120'000.0}) {
    for (const double quantum_s : {0.001, 0.01, 0.1}) {
      for (const int ticks : {2, 5}) {
        const SimulatedBucket bucket{rate, rate * 0.1, quantum_s};
        const BucketFit fit = fit_token_bucket(bucket_sweep(bucket, ticks));
        EXPECT_TRUE(fit.claimed) << rate << " " << quantum_s << " " << ticks;
        EXPECT_NEAR(fit.plateau_rate, rate, 0.02 * rate);
        EXPECT_GE(fit.points, 2U);
      }
    }
  }
}

TEST(TokenBucket, ABurstIsRecoveredWithin2Percent) {
  for (const double size : {50e3, 150e3, 420e3}) {
    const SimulatedBucket bucket{3000, size, 0.01, 100e-6, 40e3};
    const RatePoint point = rate_point(64, bucket_ticks(bucket, 64, 60));
    const BurstFit burst = fit_burst(point);
    const double true_s = size / (40e3 - 3000);
    EXPECT_NEAR(burst.sustained_rate, 3000, 0.02 * 3000);
    EXPECT_NEAR(burst.burst_amount, size, 0.02 * size);
    EXPECT_NEAR(burst.burst_s, true_s, 0.02 * true_s) << size;
    // One case alone is enough when it shows the bucket running empty.
    const BucketFit fit = fit_token_bucket(std::vector{point});
    EXPECT_TRUE(fit.claimed);
    EXPECT_NEAR(fit.plateau_rate, 3000, 0.02 * 3000);
    EXPECT_NEAR(fit.burst.burst_s, true_s, 0.02 * true_s);
  }
}

TEST(TokenBucket, ATickThatABusyMachineDelayedHidesNoBurst) {
  const RatePoint point = rate_point(32, {3000, 3000, 1040, 1000, 1000, 980, 1000, 1000});
  const BurstFit burst = fit_burst(point);
  EXPECT_EQ(burst.sustained_rate, 1000);
  EXPECT_EQ(burst.burst_ticks, 3U);
  EXPECT_NEAR(burst.burst_s, 2, 0.05);
  EXPECT_TRUE(fit_token_bucket(std::vector{point}).claimed);
  // Where most of what follows scatters nothing sets a rate.
  const RatePoint scattered = rate_point(32, {3000, 3000, 1040, 1010, 1000, 980, 1000, 1030});
  EXPECT_EQ(fit_burst(scattered).burst_s, 0);
}

TEST(TokenBucket, AStallWithinALongBurstHidesNoBurst) {
  std::vector<double> rates(120, 16'000);
  rates[40] = 0;
  rates[90] = 2500;
  rates.insert(rates.end(), 60, 3000);
  const BurstFit burst = fit_burst(rate_point(64, rates));
  EXPECT_EQ(burst.sustained_rate, 3000);
  EXPECT_EQ(burst.burst_ticks, 120U);
  // A bucket refills while nothing is asked of it: what the stall left was given later.
  EXPECT_NEAR(burst.burst_amount, 118 * 13'000 - 3000 - 500, 1);
  // Where a quarter of what came before is below the rate after it, no bucket emptied.
  std::vector<double> uneven(12, 16'000);
  for (const std::size_t i : {1, 4, 7, 10}) uneven[i] = 2000;
  uneven.insert(uneven.end(), 12, 3000);
  EXPECT_EQ(fit_burst(rate_point(64, uneven)).burst_s, 0);
}

TEST(TokenBucket, WholeBlocksInShortTicksHideNoSetRate) {
  // At 125 MiB/s 18.75 blocks of 1 MiB in a tick of 0.15 s, of which each has 18 or 19.
  constexpr double mib = 1 << 20;
  constexpr double tick_s = 0.15;
  for (const double set_mib : {125.0, 42.7, 43.7, 20.0}) {
    std::vector<RatePoint> points;
    for (const double block : {64.0 * 1024, 128.0 * 1024, mib}) {
      RatePoint point;
      point.load = block;
      point.unit = block;
      point.tick_s = tick_s;
      double blocks = 0;
      for (int tick = 1; tick <= 16; ++tick) {
        const double until = std::floor(set_mib * mib * tick_s * tick / block);
        point.tick_rates.push_back((until - blocks) * block / tick_s);
        blocks = until;
      }
      points.push_back(point);
    }
    const BucketFit fit = fit_token_bucket(points);
    EXPECT_TRUE(fit.claimed) << set_mib << " " << fit.load_spread;
    EXPECT_EQ(fit.points, 3U) << set_mib;
    EXPECT_NEAR(fit.held_within, 1.5 / (set_mib * tick_s), 0.01) << "is told as it was applied";
  }
}

TEST(TokenBucket, AConstantRateWithoutBurstInOneCaseIsNoEvidence) {
  EXPECT_FALSE(
      fit_token_bucket(std::vector{rate_point(64, std::vector<double>(30, 5000))}).claimed);
  EXPECT_EQ(fit_burst(rate_point(64, std::vector<double>(30, 5000))).burst_s, 0);
}

TEST(TokenBucket, ANoisyDeviceIsNotClaimed) {
  RandomNumbers noise(7);
  int claimed = 0;
  constexpr int rounds = 200;
  for (int round = 0; round < rounds; ++round) {
    const double scatter = 0.01 + 0.04 * noise.uniform();
    const int ticks = 2 + static_cast<int>(5 * noise.uniform());
    std::vector<RatePoint> points;
    for (const double depth : depths) {
      points.push_back(rate_point(depth, device_ticks(noise, depth, 60e-6, 90e3, scatter, ticks)));
    }
    claimed += fit_token_bucket(points).claimed ? 1 : 0;
  }
  EXPECT_LE(claimed, rounds / 100) << claimed << " of " << rounds << " noisy devices are claimed";
}

TEST(TokenBucket, ADriftingDeviceIsNotClaimed) {
  for (const double drift : {-0.2, -0.05, 0.05, 0.2}) {
    std::vector<RatePoint> points;
    for (const double depth : {32.0, 64.0, 128.0}) {
      std::vector<double> rates;
      for (int i = 0; i < 30; ++i) rates.push_back(std::floor(90e3 * (1 + drift * i / 29)));
      points.push_back(rate_point(depth, rates));
    }
    EXPECT_FALSE(fit_token_bucket(points).claimed) << drift;
    EXPECT_EQ(fit_burst(points[0]).burst_s, 0) << drift;
  }
}

TEST(TokenBucket, AFastCacheThatFillsIsNotClaimedWhileWhatFollowsScatters) {
  RandomNumbers noise(3);
  int claimed = 0;
  for (int round = 0; round < 100; ++round) {
    std::vector<double> rates(20, 400e3);
    for (int i = 0; i < 40; ++i) rates.push_back(std::floor(120e3 * (1 + 0.03 * noise.normal())));
    claimed += fit_token_bucket(std::vector{rate_point(32, rates)}).claimed ? 1 : 0;
  }
  EXPECT_LE(claimed, 1);
}

TEST(TokenBucket, AGradualKneeIsNotClaimed) {
  std::vector<RatePoint> points;
  for (const auto& [depth, rate] :
       {std::pair{32.0, 88e3}, std::pair{64.0, 90e3}, std::pair{128.0, 92e3}}) {
    points.push_back(rate_point(depth, std::vector<double>(5, rate)));
  }
  EXPECT_FALSE(fit_token_bucket(points).claimed);
}

TEST(TokenBucket, TheStepInP99IsOfTheKnee) {
  std::vector<RatePoint> points = bucket_sweep({16'000, 100, 0.01}, 3);
  points[0].latency_ns_p99 = 200e3;
  points[1].latency_ns_p99 = 5e6;  // 4 I/Os of 100 us reach 16 000 a second
  EXPECT_NEAR(fit_token_bucket(points).p99_step, 25, 0.01);
}

TEST(TokenBucket, NothingAndZeroAreNoEvidence) {
  EXPECT_FALSE(fit_token_bucket({}).claimed);
  EXPECT_FALSE(fit_token_bucket(std::vector{RatePoint{}, RatePoint{}}).claimed);
  EXPECT_FALSE(
      fit_token_bucket(std::vector{rate_point(1, {0, 0, 0, 0, 0}), rate_point(4, {0, 0, 0, 0, 0})})
          .claimed);
}

}  // namespace
}  // namespace assay
