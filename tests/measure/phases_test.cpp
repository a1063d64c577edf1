#include "bench/measure/phases.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace assay {
namespace {

constexpr std::uint64_t second = 1'000'000'000;

TEST(Phases, WarmUpThenTicksThenEndAtExactBoundaries) {
  Phases phases(100, {second / 2, 3 * second, second});
  EXPECT_EQ(phases.pass(100), PhaseEvent::none);
  EXPECT_EQ(phases.next_ns(), 100 + second / 2);
  EXPECT_EQ(phases.pass(100 + second / 2 - 1), PhaseEvent::none);
  EXPECT_FALSE(phases.measuring());
  const std::uint64_t begin = 100 + second / 2;
  EXPECT_EQ(phases.pass(begin), PhaseEvent::measure_begins);
  EXPECT_TRUE(phases.measuring());
  EXPECT_EQ(phases.tick_start_ns(), begin);
  EXPECT_EQ(phases.pass(begin + second), PhaseEvent::tick_ends);
  EXPECT_EQ(phases.pass(begin + second), PhaseEvent::none);
  EXPECT_EQ(phases.pass(begin + 2 * second + 5), PhaseEvent::tick_ends);
  EXPECT_EQ(phases.tick_start_ns(), begin + 2 * second);
  EXPECT_EQ(phases.pass(begin + 3 * second), PhaseEvent::measure_ends);
  EXPECT_EQ(phases.pass(begin + 9 * second), PhaseEvent::none);
  EXPECT_EQ(phases.next_ns(), ~std::uint64_t{0});
}

TEST(Phases, AStallGivesEachTickInItAndThenTheEnd) {
  Phases phases(0, {0, 4 * second, second});
  std::vector<PhaseEvent> events;
  for (PhaseEvent event = phases.pass(60 * second); event != PhaseEvent::none;
       event = phases.pass(60 * second)) {
    events.push_back(event);
  }
  using enum PhaseEvent;
  EXPECT_EQ(events, (std::vector<PhaseEvent>{measure_begins, tick_ends, tick_ends, tick_ends,
                                             measure_ends}));
}

TEST(Phases, AShortRestIsJoinedToTheLastTick) {
  Phases phases(0, {0, 2 * second + second / 4, second});
  EXPECT_EQ(phases.pass(0), PhaseEvent::measure_begins);
  EXPECT_EQ(phases.pass(second), PhaseEvent::tick_ends);
  EXPECT_EQ(phases.next_ns(), 2 * second + second / 4);
  EXPECT_EQ(phases.pass(phases.next_ns()), PhaseEvent::measure_ends);
}

TEST(Phases, AWindowShorterThanATickIsOneTick) {
  Phases phases(0, {0, second / 10, second});
  EXPECT_EQ(phases.pass(0), PhaseEvent::measure_begins);
  EXPECT_EQ(phases.next_ns(), second / 10);
  EXPECT_EQ(phases.pass(second / 10), PhaseEvent::measure_ends);
}

}  // namespace
}  // namespace assay
