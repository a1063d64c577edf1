#include "runners/plan/memory_cases.hpp"

#include <gtest/gtest.h>

#include "runners/discovery/topology.hpp"
#include "runners/plan/options.hpp"
#include "runners/plan/plan.hpp"
#include "runners/usage_error.hpp"

namespace assay {
namespace {

/// The topology of a recorded machine, and as much memory as its nodes say.
Host recorded(const std::string& machine) {
  const auto topology =
      topology_from_hwloc(ASSAY_SOURCE_DIR "/tests/fixtures/" + machine + "/hwloc.xml");
  Host host;
  host.cpu.threads = topology->threads;
  host.caches = topology->caches;
  host.numa_nodes = topology->numa_nodes;
  for (const NumaNode& node : host.numa_nodes) host.memory.total_bytes += node.memory_bytes;
  return host;
}

Host one_node() {
  Host host;
  host.cpu.threads = 2;
  host.numa_nodes = {{0, std::uint64_t{8} << 30, "0-1"}};
  host.memory.total_bytes = std::uint64_t{8} << 30;
  return host;
}

Plan plan_of(const Host& host, const std::string& row) {
  const Suite suite =
      parse_suite("name = \"mine\"\nduration = \"2s\"\n[[memory]]\n" + row, "my.toml");
  return make_plan(host, suite, {}, RunOptions{}, 7);
}

std::vector<std::string> ids(const Plan& plan) {
  std::vector<std::string> all;
  for (const Case& item : plan.cases)
    all.push_back(item.id.substr(sizeof("memory/host-memory/") - 1));
  return all;
}

std::string error_of(const std::string& row) {
  try {
    plan_of(one_node(), row);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "accepted";
}

using Ids = std::vector<std::string>;

TEST(MemoryCases, ThreadSweepGoesToAllOfTheHost) {
  EXPECT_EQ(ids(plan_of(recorded("p4d"), "workload = \"read\"\nthreads = \"sweep\"\n")),
            (Ids{"read/1-thread", "read/2-threads", "read/4-threads", "read/8-threads",
                 "read/16-threads", "read/32-threads", "read/64-threads", "read/all-threads"}));
  EXPECT_EQ(ids(plan_of(one_node(), "workload = \"read\"\nthreads = \"sweep\"\n")),
            (Ids{"read/1-thread", "read/all-threads"}));
}

TEST(MemoryCases, EachL3DomainHasACase) {
  const Plan plan = plan_of(recorded("numa4"), "workload = \"triad\"\nthreads = \"each-l3\"\n");
  ASSERT_EQ(plan.cases.size(), 8U);
  EXPECT_EQ(ids(plan).back(), "triad/all-threads/l3-7");
  EXPECT_EQ(plan.cases.back().memory->l3_domain, 7U);
  const Plan without = plan_of(one_node(), "workload = \"triad\"\nthreads = \"each-l3\"\n");
  ASSERT_EQ(without.cases.size(), 1U);
  EXPECT_NE(without.cases[0].skip_reason.find("does not say which CPUs share"), std::string::npos);
}

TEST(MemoryCases, PairsOfNodesOfRecordedMachines) {
  const std::string row =
      "workload = [\"copy\", \"latency\"]\nthreads = 1\nnodes = \"each-pair\"\n";
  const Plan two = plan_of(recorded("p4d"), row);
  EXPECT_EQ(
      ids(two),
      (Ids{"copy/1-thread/cpus-node0/memory-node0", "copy/1-thread/cpus-node0/memory-node1",
           "copy/1-thread/cpus-node1/memory-node0", "copy/1-thread/cpus-node1/memory-node1",
           "latency/1-thread/cpus-node0/memory-node0", "latency/1-thread/cpus-node0/memory-node1",
           "latency/1-thread/cpus-node1/memory-node0",
           "latency/1-thread/cpus-node1/memory-node1"}));
  EXPECT_EQ(two.cases[1].memory->cpu_node, 0U);
  EXPECT_EQ(two.cases[1].memory->memory_node, 1U);
  EXPECT_EQ(plan_of(recorded("numa4"), row).cases.size(), 32U);
  Host without_cpus = recorded("p4d");  // a node of memory alone, as CXL memory is
  without_cpus.numa_nodes[1].cpus.clear();
  EXPECT_EQ(plan_of(without_cpus, row).cases.size(), 4U);
  const Plan one = plan_of(one_node(), row);
  ASSERT_EQ(one.cases.size(), 2U);
  EXPECT_NE(one.cases[0].skip_reason.find("one NUMA node"), std::string::npos);
}

TEST(MemoryCases, WorkingSetsGoFromTheFirstCacheToBeyondTheLast) {
  const Plan plan =
      plan_of(recorded("numa4"), "workload = \"latency\"\nthreads = 1\nworking_set = \"sweep\"\n");
  EXPECT_EQ(ids(plan).front(), "latency/1-thread/16k");
  EXPECT_EQ(ids(plan).back(), "latency/1-thread/256m");  // beyond 4 x 32 MiB
  EXPECT_EQ(plan.cases.size(), 15U);
  const Plan shares =
      plan_of(recorded("p4d"),
              "workload = \"read\"\nthreads = \"all\"\nworking_set = [\"1MiB\", \"60%\"]\n"
              "pages = [\"huge\", \"small\"]\n");
  EXPECT_EQ(ids(shares), (Ids{"read/all-threads/1m", "read/all-threads/1m/small-pages",
                              "read/all-threads/60-percent-of-memory",
                              "read/all-threads/60-percent-of-memory/small-pages"}));
  // Touching 60 % of 1152 GiB takes a while, and the Plan says so.
  EXPECT_GT(shares.planned_s, 2 * 0.6 * 1152 * 1.07e9 / 50e9);
}

TEST(MemoryCases, MistakesAreSaidInWords) {
  EXPECT_NE(error_of("workload = \"latency\"\nthreads = \"sweep\"\n").find("threads = 1 only"),
            std::string::npos);
  EXPECT_NE(error_of("workload = \"loaded-latency\"\nthreads = [1, 2]\n").find("at least 2"),
            std::string::npos);
  EXPECT_NE(error_of("workload = \"read\"\nthreads = [\"sweep\", 3]\n").find("leave the numbers"),
            std::string::npos);
  EXPECT_NE(error_of("workload = \"read\"\nthreads = 1\npages = \"giant\"\n").find("one of: huge"),
            std::string::npos);
  EXPECT_NE(error_of("workload = \"read\"\nthreads = 1\nnodes = 2\n").find("each-pair"),
            std::string::npos);
  EXPECT_NE(error_of("workload = \"read\"\nthreads = 1\nworking_set = \"95%\"\n").find("80"),
            std::string::npos);
  EXPECT_NE(error_of("workload = \"read\"\nthreads = 1\nworking_set = \"much\"\n").find("a size"),
            std::string::npos);
}

}  // namespace
}  // namespace assay
