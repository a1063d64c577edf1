#include "bench/memory/placement.hpp"

#include <gtest/gtest.h>

#include <set>

#include "bench/measure/not_applicable.hpp"
#include "bench/memory/sizing.hpp"

namespace assay {
namespace {

using Cpus = std::vector<std::uint32_t>;

CpuTopology recorded(const std::string& machine) {
  return CpuTopology(ASSAY_SOURCE_DIR "/tests/fixtures/" + machine + "/hwloc.xml");
}

Cpus first(const Cpus& cpus, std::size_t n) { return {cpus.begin(), cpus.begin() + n}; }

std::string refusal(const CpuTopology& topology, const MemoryParameters& parameters) {
  try {
    place(topology, parameters);
  } catch (const NotApplicable& error) {
    return error.what();
  }
  return "it was placed";
}

TEST(CpuTopology, SpreadTakesOneCpuACoreAndTurnsOverTheCaches) {
  // p4d: CPUs 0-23 and 24-47 are the first hyper-threads of the cores of two packages.
  const CpuTopology p4d = recorded("p4d");
  const Cpus order = p4d.spread(p4d.allowed_cpus());
  ASSERT_EQ(order.size(), 96U);
  EXPECT_EQ(first(order, 4), (Cpus{0, 24, 1, 25}));
  EXPECT_EQ(std::set<std::uint32_t>(order.begin(), order.begin() + 48), []() {
    std::set<std::uint32_t> cores;
    for (std::uint32_t cpu = 0; cpu < 48; ++cpu) cores.insert(cpu);
    return cores;
  }());
  EXPECT_EQ(order[48], 48U);
  // numa4: hyper-threads are neighbours, eight caches of four cores.
  const CpuTopology numa4 = recorded("numa4");
  EXPECT_EQ(first(numa4.spread(numa4.allowed_cpus()), 9), (Cpus{0, 8, 16, 24, 32, 40, 48, 56, 2}));
  EXPECT_EQ(numa4.spread(Cpus{5, 4}), (Cpus{5, 4}));
}

TEST(CpuTopology, NodesAndCachesOfRecordedMachines) {
  EXPECT_EQ(recorded("p4d").node_of(30), 1U);
  const CpuTopology numa4 = recorded("numa4");
  EXPECT_EQ(numa4.nodes(), (Cpus{0, 1, 2, 3}));
  EXPECT_EQ(numa4.node_of(17), 1U);
  EXPECT_EQ(numa4.node_of(99), std::nullopt);
  EXPECT_EQ(numa4.cpus_in_l3(numa4.allowed_cpus(), 3), (Cpus{24, 25, 26, 27, 28, 29, 30, 31}));
  EXPECT_EQ(numa4.cpus_in_l3(numa4.allowed_cpus(), 8), Cpus{});
  EXPECT_EQ(numa4.cpus_on_node(numa4.allowed_cpus(), 3).size(), 16U);
}

TEST(Placement, ThreadsOfANodeStayThere) {
  const CpuTopology numa4 = recorded("numa4");
  MemoryParameters parameters;
  parameters.threads = 3;
  parameters.cpu_node = 2;
  EXPECT_EQ(place(numa4, parameters).cpus, (Cpus{32, 40, 34}));
  parameters.threads = 0;
  EXPECT_EQ(place(numa4, parameters).cpus.size(), 16U);
  parameters.cpu_node.reset();
  parameters.l3_domain = 1;
  EXPECT_EQ(place(numa4, parameters).cpus, (Cpus{8, 10, 12, 14, 9, 11, 13, 15}));
}

TEST(Placement, WhatIsNotThereIsSkippedInWords) {
  const CpuTopology numa4 = recorded("numa4");
  MemoryParameters parameters;
  parameters.threads = 65;
  EXPECT_EQ(refusal(numa4, parameters),
            "65 threads were asked for, but only 64 CPUs (0-63) may be used here");
  parameters.threads = 1;
  parameters.cpu_node = 4;
  EXPECT_NE(refusal(numa4, parameters).find("no CPU of NUMA node 4"), std::string::npos);
  parameters.cpu_node = 1;
  parameters.memory_node = 7;
  EXPECT_EQ(refusal(numa4, parameters),
            "this machine has no memory on NUMA node 7 (it has nodes 0, 1, 2, 3)");
  parameters = {};
  parameters.l3_domain = 8;
  EXPECT_NE(refusal(numa4, parameters).find("no CPU of L3 cache 8"), std::string::npos);
}

TEST(Placement, BoundMemoryLiesOnItsNode) {
  const CpuTopology topology;
  if (topology.nodes().empty()) GTEST_SKIP() << "this kernel knows no NUMA node";
  for (const std::uint32_t node : topology.nodes()) {
    MemoryParameters parameters;
    parameters.memory_node = node;
    const Placement placement = place(topology, parameters);
    EXPECT_LE(placement.available_bytes, free_node_bytes(node) + (std::uint64_t{64} << 20));
    MemoryRegion region(std::size_t{8} << 20, MemoryPages::small);
    bind_region(topology, placement, region);
    for (std::size_t i = 0; i < region.size_bytes(); i += 4096) region.data()[i] = std::byte{1};
    const PlacementReport report = report_placement(topology, placement, region);
    EXPECT_EQ(report.flag, "");
    EXPECT_EQ(report.nodes, "node " + std::to_string(node) + " (512 of 512 sampled pages)");
  }
}

}  // namespace
}  // namespace assay
