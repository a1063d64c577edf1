#include "bench/storage/tick_board.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "bench/storage/closed_loop.hpp"
#include "bench/storage/null_ring.hpp"
#include "bench/storage/offsets.hpp"

namespace assay {
namespace {

constexpr std::uint64_t second = 1'000'000'000;

/// Runs one closed loop at depth 1 a worker, each with its own constant latency, on its own clock.
LoopResult run_team(TickBoard& board, const std::vector<std::uint64_t>& latency_ns,
                    std::uint64_t measure_ns, const RunControl& control) {
  {
    std::vector<std::jthread> threads;
    for (std::uint32_t w = 0; w < latency_ns.size(); ++w) {
      threads.emplace_back([&, w] {
        FakeClock clock;
        NullRing ring(clock, 4096, [&](IoKind, std::uint64_t) {
          return NullRing::Answer{latency_ns[w], 4096};
        });
        RandomOffsets offsets(1U << 20, 4096, w);
        LoopSpec spec;
        spec.times = {0, measure_ns, second};
        spec.sink = &board.sink(w);
        board.leave(w, run_closed_loop<Operation::read>(ring, clock, offsets, spec, control));
      });
    }
    board.collect(control);
  }
  return board.take_result();
}

TEST(TickBoard, AddsUpWorkersAndKeepsGroupsApart) {
  TickBoard board({0, 0, 1}, nullptr);
  std::vector<double> told;
  const RunControl control{nullptr, [&](const LiveRates& live) { told.push_back(live.ops_per_s); }};
  const LoopResult all = run_team(board, {100'000, 100'000, 200'000}, 3 * second, control);
  EXPECT_TRUE(all.finished);
  EXPECT_DOUBLE_EQ(all.measured_s, 3);
  EXPECT_NEAR(static_cast<double>(all.ops), 3 * 25'000, 10);
  EXPECT_EQ(all.bytes, all.ops * 4096);
  EXPECT_EQ(all.ticks.size(), 3U);
  EXPECT_EQ(all.reads.count(), all.ops);
  EXPECT_NEAR(static_cast<double>(board.group(0).ops), 3 * 20'000, 10);
  EXPECT_NEAR(static_cast<double>(board.group(1).ops), 3 * 5'000, 10);
  EXPECT_EQ(board.group(1).reads.sparse().min_ns, 200'000U);
  EXPECT_EQ(told.size(), 3U);
  EXPECT_NEAR(told.at(0), 25'000, 10);
}

TEST(TickBoard, ARuleEndsTheCaseAndOnlyItsRoundsCount) {
  SteadyStateStop rule({2, 25});
  TickBoard board({0, 0}, &rule);
  const LoopResult all = run_team(board, {100'000, 100'000}, 500 * second, {});
  EXPECT_TRUE(all.finished);
  EXPECT_DOUBLE_EQ(all.measured_s, 10);  // five rounds of two ticks
  EXPECT_EQ(all.ticks.size(), 10U);
  EXPECT_NEAR(static_cast<double>(all.ops), 10 * 20'000, 10);
  EXPECT_DOUBLE_EQ(all.window_end_s - all.window_start_s, 10);
}

TEST(TickBoard, EarlierRoundsAreInTheTicksButNotInTheTotals) {
  SteadyStateStop rule({1, 7});
  TickBoard board({0}, &rule);
  FakeClock clock;
  std::uint64_t count = 0;
  NullRing ring(clock, 4096, [&](IoKind, std::uint64_t) {
    // Ever slower: never steady, the case ends with its seventh round.
    return NullRing::Answer{100'000 + 20 * ++count, 4096};
  });
  RandomOffsets offsets(1U << 20, 4096, 1);
  LoopSpec spec;
  spec.times = {0, 7 * second, second};
  spec.sink = &board.sink(0);
  std::jthread worker(
      [&] { board.leave(0, run_closed_loop<Operation::read>(ring, clock, offsets, spec, {})); });
  board.collect({});
  worker.join();
  const LoopResult all = board.take_result();
  EXPECT_EQ(all.ticks.size(), 7U);
  EXPECT_DOUBLE_EQ(all.measured_s, 5);
  EXPECT_DOUBLE_EQ(all.window_start_s, 2);
  std::uint64_t last_five = 0;
  for (std::size_t i = 2; i < 7; ++i) last_five += all.ticks[i].ops;
  EXPECT_EQ(all.ops, last_five);
  EXPECT_FALSE(rule.warning().empty());
}

TEST(TickBoard, AWorkerThatEndsEarlyEndsTheOthers) {
  TickBoard board({0, 0}, nullptr);
  std::jthread healthy([&] {
    FakeClock clock;
    NullRing ring(clock, 4096, [](IoKind, std::uint64_t) {
      return NullRing::Answer{100'000, 4096};
    });
    RandomOffsets offsets(1U << 20, 4096, 1);
    LoopSpec spec;
    spec.times = {0, 3'000 * second, second};
    spec.sink = &board.sink(0);
    board.leave(0, run_closed_loop<Operation::read>(ring, clock, offsets, spec, {}));
  });
  board.leave(1, LoopResult{});
  board.collect({});
  healthy.join();
  EXPECT_FALSE(board.take_result().finished);
}

}  // namespace
}  // namespace assay
