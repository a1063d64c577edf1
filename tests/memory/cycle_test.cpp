#include "bench/memory/cycle.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace assay {
namespace {

void link(std::vector<ChaseLine>& lines, std::uint64_t seed, std::uint32_t threads = 1) {
  const CpuTopology topology;
  WorkerTeam team(topology, std::vector<std::uint32_t>(threads, topology.allowed_cpus().front()));
  link_random_cycle(lines, seed, team, RunControl{});
}

std::vector<std::size_t> order_of(const std::vector<ChaseLine>& lines) {
  std::vector<std::size_t> order;
  const ChaseLine* line = lines.data();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    order.push_back(static_cast<std::size_t>(line - lines.data()));
    line = chase(line, 1);
  }
  return order;
}

TEST(RandomCycle, VisitsEveryLineOnceBeforeItReturns) {
  for (const std::size_t count : {1U, 2U, 3U, 64U, 1000U, 65537U}) {
    std::vector<ChaseLine> lines(count);
    link(lines, 42, 3);
    EXPECT_EQ(chase(lines.data(), count), lines.data()) << count;
    std::vector<std::size_t> visited = order_of(lines);
    std::sort(visited.begin(), visited.end());
    for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(visited[i], i) << count;
  }
}

TEST(RandomCycle, StepsAddUp) {
  std::vector<ChaseLine> lines(1000);
  link(lines, 7);
  EXPECT_EQ(chase(lines.data(), 0), lines.data());
  EXPECT_EQ(chase(chase(lines.data(), 123), 456), chase(lines.data(), 579));
}

TEST(RandomCycle, SeedDecidesTheOrder) {
  std::vector<ChaseLine> a(1000), b(1000), c(1000);
  link(a, 1);
  link(b, 1, 4);
  link(c, 2);
  EXPECT_EQ(order_of(a), order_of(b));
  EXPECT_NE(order_of(a), order_of(c));
}

TEST(RandomCycle, OrderHasNoStrideForAPrefetcher) {
  std::vector<ChaseLine> lines(4096);
  link(lines, 3);
  const std::vector<std::size_t> order = order_of(lines);
  std::size_t neighbours = 0;
  for (std::size_t i = 1; i < order.size(); ++i) {
    const std::size_t distance =
        std::max(order[i], order[i - 1]) - std::min(order[i], order[i - 1]);
    if (distance <= 2) ++neighbours;
  }
  // About 4 in 4096 expected of random order, all of them of a sequential one.
  EXPECT_LT(neighbours, 24U);
}

}  // namespace
}  // namespace assay
