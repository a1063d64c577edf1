#include "bench/memory/placement.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "bench/measure/not_applicable.hpp"
#include "bench/memory/sizing.hpp"

namespace assay {
namespace {

using Cpus = std::vector<std::uint32_t>;

constexpr std::uint64_t mebi = std::uint64_t{1} << 20;

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

/// Machines of one NUMA node whose caches hwloc reads from a file, as those of a real one.
class CachesOfAMachine : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "assay-caches-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  static std::string object(const std::string& type, const std::string& mask,
                            const std::string& more, bool open = true) {
    return "<object type=\"" + type + "\" cpuset=\"" + mask + "\" complete_cpuset=\"" + mask +
           "\" nodeset=\"0x1\" complete_nodeset=\"0x1\" " + more + (open ? ">\n" : "/>\n");
  }
  static std::string cache(const std::string& type, const std::string& mask, int depth,
                           std::uint64_t bytes) {
    return object(type, mask,
                  "cache_size=\"" + std::to_string(bytes) + "\" depth=\"" + std::to_string(depth) +
                      "\" cache_linesize=\"64\" cache_associativity=\"0\" cache_type=\"0\"");
  }

  /// CPUs 0 to 3, of which each has an L2 of its own where `l2_bytes` is not 0, and all share an L3
  /// where `l3_bytes` is not 0.
  CpuTopology machine(std::uint64_t l2_bytes, std::uint64_t l3_bytes) const {
    std::ofstream xml(root_ / "hwloc.xml");
    xml << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE topology SYSTEM "
           "\"hwloc2.dtd\">\n<topology version=\"2.0\">\n"
        << object("Machine", "0xf", "os_index=\"0\" allowed_cpuset=\"0xf\" allowed_nodeset=\"0x1\"")
        << object("NUMANode", "0xf", "os_index=\"0\" local_memory=\"1073741824\"", false);
    if (l3_bytes > 0) xml << cache("L3Cache", "0xf", 3, l3_bytes);
    for (int cpu = 0; cpu < 4; ++cpu) {
      const std::string mask = fmt::format("{:#x}", 1 << cpu);
      if (l2_bytes > 0) xml << cache("L2Cache", mask, 2, l2_bytes);
      const std::string number = fmt::format("os_index=\"{}\"", cpu);
      xml << object("Core", mask, number) << object("PU", mask, number, false) << "</object>\n";
      if (l2_bytes > 0) xml << "</object>\n";
    }
    if (l3_bytes > 0) xml << "</object>\n";
    xml << "</object>\n</topology>\n";
    xml.close();
    return CpuTopology((root_ / "hwloc.xml").string());
  }

  std::filesystem::path root_;
};

TEST_F(CachesOfAMachine, PrivateL2CachesCountBesideASmallL3) {
  // As Graviton4: the L2 caches together are larger than the L3.
  const CpuTopology graviton = machine(2 * mebi, 3 * mebi / 2);
  EXPECT_EQ(graviton.cache_bytes(Cpus{0, 1, 2, 3}), 4 * 2 * mebi + 3 * mebi / 2);
  EXPECT_EQ(graviton.cache_bytes(Cpus{2}), 2 * mebi + 3 * mebi / 2);
}

TEST_F(CachesOfAMachine, MayBeOfOneLevelOrUnknown) {
  EXPECT_EQ(machine(2 * mebi, 0).cache_bytes(Cpus{0, 1}), 4 * mebi);
  EXPECT_EQ(machine(0, 32 * mebi).cache_bytes(Cpus{0, 1}), 32 * mebi);
  EXPECT_EQ(machine(0, 0).cache_bytes(Cpus{0, 1}), 0U);
}

TEST(CpuTopology, ACacheOfSeveralCpusCountsOnce) {
  // p4d: 48 cores of two hyper-threads with 1 MiB of L2 each, two L3.
  const CpuTopology p4d = recorded("p4d");
  EXPECT_EQ(p4d.cache_bytes(p4d.allowed_cpus()), 48 * mebi + 2 * 37'486'592);
  EXPECT_EQ(p4d.cache_bytes(Cpus{0, 48}), mebi + 37'486'592);
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
    // Others take and give memory meanwhile.
    const std::uint64_t free_before = free_node_bytes(node);
    const Placement placement = place(topology, parameters);
    EXPECT_LE(placement.available_bytes, std::max(free_before, free_node_bytes(node)) + 64 * mebi);
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
