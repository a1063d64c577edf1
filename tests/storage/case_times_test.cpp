#include "bench/storage/case_times.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "bench/storage/closed_loop.hpp"
#include "bench/storage/null_ring.hpp"
#include "bench/storage/offsets.hpp"
#include "bench/storage/tick_board.hpp"

namespace assay {
namespace {

constexpr std::uint64_t second = 1'000'000'000;

TEST(CaseTimes, ATickIsASecondOrATenthOfTheShortestTimeAllowed) {
  Case item;
  item.warm_up_s = 0.5;
  item.duration_s = 30;
  const PhaseTimes times = phase_times_of(item);
  EXPECT_EQ(times.warm_up_ns, second / 2);
  EXPECT_EQ(times.measure_ns, 30 * second);
  EXPECT_EQ(times.tick_ns, second);
  item.confidence = ConfidenceRule{5, 3};
  EXPECT_EQ(phase_times_of(item).tick_ns, 3 * second / 10);
}

Case steady(double round_s, std::uint32_t rounds_max) {
  Case item;
  item.steady_state = SteadyStateRule{round_s, rounds_max};
  item.duration_s = round_s * rounds_max;
  return item;
}

TEST(CaseTimes, RoundsOfWholeSecondsHaveTicksOfOne) {
  EXPECT_EQ(phase_times_of(steady(60, 25)).tick_ns, second);
  EXPECT_EQ(phase_times_of(steady(60, 25)).measure_ns, 1'500 * second);
  EXPECT_EQ(phase_times_of(steady(0.3, 25)).tick_ns, 3 * second / 10);
}

/// What a worker that never gets steady counts: ever slower, it ends with its last round.
LoopResult run_unsteady(const Case& item, SteadyStateStop& rule) {
  TickBoard board({0}, &rule);
  FakeClock clock;
  NullRing ring(clock, 4096, [&](IoKind, std::uint64_t) {
    return NullRing::Answer{1'000'000 + clock.now_ns() / 1'000, 4096};
  });
  RandomOffsets offsets(1U << 20, 4096, 1);
  LoopSpec spec;
  spec.times = phase_times_of(item);
  spec.sink = &board.sink(0);
  std::jthread worker(
      [&] { board.leave(0, run_closed_loop<Operation::read>(ring, clock, offsets, spec, {})); });
  board.collect({});
  worker.join();
  return board.take_result();
}

TEST(CaseTimes, RoundsAreAsLongAndAsManyAsTold) {
  // Of 2.5 s a third is no whole number of nanoseconds.
  for (const double round_s : {0.3, 1.5, 2.5, 3.0, 59.9}) {
    const Case item = steady(round_s, 25);
    SteadyStateStop rule(*item.steady_state);
    const LoopResult all = run_unsteady(item, rule);
    EXPECT_NEAR(all.measured_s, 5 * round_s, 1e-6) << round_s;
    EXPECT_NEAR(all.window_end_s, 25 * round_s, 1e-5) << round_s;
    EXPECT_EQ(rule.warning().find("not steady after 25 rounds"), 0U) << rule.warning();
    for (const Tick& tick : all.ticks) EXPECT_LE(tick.length_s, 1) << round_s;
  }
}

}  // namespace
}  // namespace assay
