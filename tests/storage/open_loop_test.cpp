#include "bench/storage/open_loop.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "bench/storage/null_ring.hpp"
#include "bench/storage/offsets.hpp"
#include "bench/storage/storage_metrics.hpp"

namespace assay {
namespace {

constexpr std::uint64_t second = 1'000'000'000;

LoopSpec spec_of(Arrival arrival, double rate_per_s, std::uint32_t depth, double measure_s) {
  LoopSpec spec;
  spec.queue_depth = depth;
  spec.seed = 5;
  spec.arrival = arrival;
  spec.rate_per_s = rate_per_s;
  spec.times = {second / 10, static_cast<std::uint64_t>(measure_s * 1e9), second};
  return spec;
}

TEST(ArrivalSchedule, ConstantRateIsExactFromAThousandToTwoMillionASecond) {
  for (const double rate : {1'000.0, 3'333.0, 70'000.0, 999'983.0, 2'000'000.0}) {
    ArrivalSchedule schedule(Arrival::constant, rate, 0, 1);
    std::uint64_t count = 0;
    for (; schedule.due_ns() <= 10 * second; schedule.advance()) ++count;
    EXPECT_NEAR(static_cast<double>(count) / 10, rate, rate * 1e-4) << rate;
  }
}

TEST(ArrivalSchedule, ThreadsThatTakeTurnsKeepTheIntervalsOfTheWholeRate) {
  constexpr int threads = 4;
  std::vector<std::uint64_t> due_ns;
  for (int thread = 0; thread < threads; ++thread) {
    ArrivalSchedule schedule(Arrival::constant, 1'000.0 / threads, 0, 1,
                             static_cast<double>(thread + 1) / threads);
    for (; schedule.due_ns() <= 10 * second; schedule.advance())
      due_ns.push_back(schedule.due_ns());
  }
  std::sort(due_ns.begin(), due_ns.end());
  ASSERT_EQ(due_ns.size(), 10'000U);
  for (std::size_t i = 0; i < due_ns.size(); ++i) {
    ASSERT_NEAR(static_cast<double>(due_ns[i]), 1e6 * static_cast<double>(i + 1), 1);
  }
}

TEST(ArrivalSchedule, PoissonHasTheRateAndExponentialIntervals) {
  for (const double rate : {1'000.0, 400'000.0, 2'000'000.0}) {
    ArrivalSchedule schedule(Arrival::poisson, rate, 0, 2);
    constexpr int count = 4'000'000;  // the rate's standard error is 0.05 %
    std::uint64_t last = 0;
    int above_mean = 0;
    for (int i = 0; i < count; ++i) {
      above_mean += static_cast<double>(schedule.due_ns() - last) > schedule.interval_ns() ? 1 : 0;
      last = schedule.due_ns();
      schedule.advance();
    }
    EXPECT_NEAR(count / (static_cast<double>(last) / 1e9), rate, rate * 1e-3) << rate;
    if (rate < 1e6) {
      EXPECT_NEAR(above_mean, count * std::exp(-1.0), count * 1e-3);
    }
  }
}

TEST(OpenLoop, ReachesItsRateOnTheNullEngineWithinATenthOfAPercent) {
  for (const double rate : {1'000.0, 50'000.0, 2'000'000.0}) {
    FakeClock clock;
    NullRing ring(clock, 4096, [](IoKind, std::uint64_t) {
      return NullRing::Answer{10'000, 4096};
    });
    RandomOffsets offsets(1U << 30, 4096, 1);
    const double seconds = rate > 1e6 ? 0.5 : 4;
    const LoopResult loop = run_open_loop<Operation::read>(
        ring, clock, offsets, spec_of(Arrival::constant, rate, 256, seconds), {});
    EXPECT_TRUE(loop.finished);
    EXPECT_NEAR(static_cast<double>(loop.ops) / loop.measured_s, rate, rate * 1e-3);
    EXPECT_EQ(loop.late_arrivals, 0U);
    EXPECT_EQ(loop.reads.sparse().max_ns, 10'000U);
  }
}

/// 1,000 I/Os a second, one at a time, of 100 us each but for the one of that number.
LoopResult with_one_slow_io(int number, std::uint64_t slow_ns, double measure_s) {
  FakeClock clock;
  int count = 0;
  NullRing ring(clock, 4096, [&](IoKind, std::uint64_t) {
    return NullRing::Answer{++count == number ? slow_ns : 100'000U, 4096};
  });
  RandomOffsets offsets(1U << 30, 4096, 1);
  return run_open_loop<Operation::read>(ring, clock, offsets,
                                        spec_of(Arrival::constant, 1'000, 1, measure_s), {});
}

TEST(OpenLoop, AStallIsChargedToEveryIoThatShouldHaveBegun) {
  // 1000 I/Os a second, one I/O at a time; one of them takes 1 s. The I/Os due meanwhile wait for
  // up to that second: the true 99th percentile over 10 s is about 900 ms, though only one I/O was
  // slow.
  const LoopResult loop = with_one_slow_io(3'000, second, 10);
  const auto p99 = static_cast<double>(loop.reads.sparse().quantile(0.99));
  EXPECT_NEAR(p99, 0.9e9, 0.02e9);
  EXPECT_LT(loop.issued.sparse().quantile(0.99), 200'000U);
  EXPECT_NEAR(static_cast<double>(loop.ops), 10'000, 2);
  EXPECT_GT(loop.backlog_max, 900U);
  EXPECT_EQ(loop.backlog_last, 0U);
}

TEST(OpenLoop, WhatFellDueInAStallThatOutlastsTheWindowIsWaiting) {
  // The last half second of the window and one more pass within one I/O: 500 were never issued.
  const LoopResult loop = with_one_slow_io(2'600, 3 * second / 2, 3);
  EXPECT_NEAR(static_cast<double>(loop.backlog_last), 500, 2);
  EXPECT_NEAR(static_cast<double>(loop.ops), 2'500, 2);
  EXPECT_EQ(loop.backlog_max, loop.backlog_last);
}

CaseResult described(const LoopResult& loop, double rate) {
  StorageParameters parameters{Operation::read,  Pattern::random,   4096, 4, 100,
                               Durability::none, Arrival::constant, rate};
  CaseResult result;
  describe_loop(loop, parameters, result);
  return result;
}

TEST(OpenLoop, ABacklogThatIsBeingWorkedOffIsNoSaturation) {
  LoopResult loop;
  loop.ops = 2'000;
  for (std::uint64_t i = 0; i < loop.ops; ++i) loop.reads.record(100'000);
  loop.issued.merge(loop.reads);
  loop.measured_s = loop.window_end_s = 2;
  loop.backlog_max = 400;
  loop.backlog_last = 100;  // of a stall in the middle
  EXPECT_TRUE(described(loop, 1'000).flags.empty());
  loop.backlog_last = 300;
  EXPECT_EQ(described(loop, 1'000).flags.size(), 1U);
  loop.backlog_max = loop.backlog_last = 15;  // under a hundredth of all
  EXPECT_TRUE(described(loop, 1'000).flags.empty());
  loop.measured_s = loop.window_end_s = 60;
  loop.ops = 59'700;
  for (std::uint64_t i = 2'000; i < loop.ops; ++i) loop.reads.record(100'000);
  loop.backlog_max = loop.backlog_last = 300;  // half a percent, which is 0.3 s late by now
  EXPECT_EQ(described(loop, 1'000).flags.size(), 1U);
}

TEST(OpenLoop, ARateAboveTheDevicesIsCalledSaturated) {
  // 4 in flight of 100 us each: at most 40,000 a second.
  for (const auto& [rate, saturated] :
       {std::pair{30'000.0, false}, std::pair{39'000.0, false}, std::pair{45'000.0, true}}) {
    FakeClock clock;
    NullRing ring(clock, 4096, [](IoKind, std::uint64_t) {
      return NullRing::Answer{100'000, 4096};
    });
    RandomOffsets offsets(1U << 30, 4096, 1);
    const LoopResult loop = run_open_loop<Operation::read>(
        ring, clock, offsets, spec_of(Arrival::constant, rate, 4, 2), {});
    const CaseResult result = described(loop, rate);
    EXPECT_EQ(!result.flags.empty(), saturated) << rate;
    if (saturated) {
      EXPECT_NE(result.flags.at(0).find("saturated"), std::string::npos);
    }
    EXPECT_EQ(find_metric(result.metrics, "rate/intended")->value, rate);
    EXPECT_NE(find_metric(result.metrics, "issued/latency/p50"), nullptr);
  }
}

TEST(OpenLoop, AStallThatOutlivesTheWindowIsFlagged) {
  FakeClock clock;
  NullRing ring(clock, 4096, [&](IoKind, std::uint64_t) {
    return NullRing::Answer{clock.now_ns() > 2 * second ? 5 * second : 100'000U, 4096};
  });
  RandomOffsets offsets(1U << 30, 4096, 1);
  LoopSpec spec = spec_of(Arrival::constant, 1'000, 32, 1.92);  // ends 2.02 s after the start
  const LoopResult loop = run_open_loop<Operation::read>(ring, clock, offsets, spec, {});
  EXPECT_GE(loop.drained_ns_max, 5 * second);
  const CaseResult result = described(loop, 1'000);
  EXPECT_TRUE(std::any_of(result.flags.begin(), result.flags.end(), [](const std::string& flag) {
    return flag.find("in flight when the window ended took 5") != std::string::npos;
  }));
}

TEST(OpenLoop, ALowRateInAShortWindowIsNotCalledSaturated) {
  FakeClock clock;
  NullRing ring(clock, 4096, [](IoKind, std::uint64_t) { return NullRing::Answer{100'000, 4096}; });
  RandomOffsets offsets(1U << 30, 4096, 1);
  const LoopResult loop = run_open_loop<Operation::read>(ring, clock, offsets,
                                                         spec_of(Arrival::constant, 1, 4, 1.5), {});
  EXPECT_TRUE(described(loop, 1).flags.empty());
}

TEST(OpenLoop, AStopEndsIt) {
  FakeClock clock;
  std::atomic<bool> stop{true};
  NullRing ring(clock, 4096, [](IoKind, std::uint64_t) { return NullRing::Answer{1'000, 4096}; });
  RandomOffsets offsets(1U << 30, 4096, 1);
  const LoopResult loop = run_open_loop<Operation::read>(
      ring, clock, offsets, spec_of(Arrival::poisson, 1'000, 4, 3'600), {&stop, {}});
  EXPECT_FALSE(loop.finished);
  EXPECT_LT(clock.now_ns(), second);
}

}  // namespace
}  // namespace assay
