#include "bench/memory/worker_team.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace assay {
namespace {

TEST(WorkerTeam, EveryThreadRunsEveryTaskOnce) {
  const CpuTopology topology;
  const std::vector<std::uint32_t> one = topology.allowed_cpus();
  // More threads than CPUs: they must give way to each other instead of spinning for ever.
  const std::vector<std::uint32_t> cpus(5, one.front());
  WorkerTeam team(topology, cpus);
  ASSERT_EQ(team.size(), 5U);
  std::vector<int> runs(5);
  for (int pass = 0; pass < 200; ++pass) {
    team.run([&](std::uint32_t index) { ++runs[index]; });
  }
  EXPECT_EQ(runs, std::vector<int>(5, 200));
}

TEST(WorkerTeam, TimeLastsUntilTheLastThreadIsDone) {
  const CpuTopology topology;
  const std::vector<std::uint32_t> cpus(3, topology.allowed_cpus().front());
  WorkerTeam team(topology, cpus);
  const double seconds = team.run([](std::uint32_t index) {
    if (index == 2) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  });
  EXPECT_GE(seconds, 0.020);
}

TEST(WorkerTeam, GivesTheCallerItsAffinityBack) {
  const CpuTopology topology;
  const std::vector<std::uint32_t> before = topology.allowed_cpus();
  {
    WorkerTeam team(topology, std::vector<std::uint32_t>{before.front()});
    EXPECT_TRUE(team.pinned());
    EXPECT_EQ(topology.allowed_cpus(), std::vector<std::uint32_t>{before.front()});
  }
  EXPECT_EQ(topology.allowed_cpus(), before);
}

TEST(CpuTopology, CpuListsAreShort) {
  EXPECT_EQ(format_cpu_list(std::vector<std::uint32_t>{0, 1, 2, 3, 8, 10, 11}), "0-3,8,10-11");
  EXPECT_EQ(format_cpu_list(std::vector<std::uint32_t>{}), "");
}

}  // namespace
}  // namespace assay
