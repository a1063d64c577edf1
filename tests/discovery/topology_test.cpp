#include "runners/discovery/topology.hpp"

#include "tests/discovery/fixtures.hpp"

namespace assay {
namespace {

const Cache& cache(const Topology& topology, const std::string& name) {
  for (const Cache& each : topology.caches) {
    if (each.name == name) return each;
  }
  throw std::runtime_error("no cache " + name);
}

TEST(Topology, TwoNumaNodesFromHwlocXml) {
  const Topology topology = discover_topology(fixture("p4d"));
  EXPECT_EQ(topology.packages, 2U);
  EXPECT_EQ(topology.cores, 48U);
  EXPECT_EQ(topology.threads, 96U);
  ASSERT_EQ(topology.numa_nodes.size(), 2U);
  EXPECT_EQ(topology.numa_nodes[0].index, 0U);
  EXPECT_EQ(topology.numa_nodes[0].cpus, "0-23,48-71");
  EXPECT_EQ(topology.numa_nodes[1].cpus, "24-47,72-95");
  EXPECT_EQ(topology.numa_nodes[1].memory_bytes, std::uint64_t{576} << 30);
  ASSERT_EQ(topology.caches.size(), 4U);
  EXPECT_EQ(topology.caches[0].name, "L1d");
  EXPECT_EQ(cache(topology, "L1d").count, 48U);
  EXPECT_EQ(cache(topology, "L1d").size_bytes, 32U << 10);
  EXPECT_EQ(cache(topology, "L1i").count, 48U);
  EXPECT_EQ(cache(topology, "L2").threads_each, 2U);
  EXPECT_EQ(cache(topology, "L3").count, 2U);
  EXPECT_EQ(cache(topology, "L3").size_bytes, std::uint64_t{36'608} << 10);
  EXPECT_EQ(cache(topology, "L3").threads_each, 48U);
  EXPECT_EQ(cache(topology, "L3").line_bytes, 64U);
}

TEST(Topology, FromSysfsWhereThereIsNoXml) {
  const Topology topology = discover_topology(fixture("d3"));
  EXPECT_EQ(topology.packages, 1U);
  EXPECT_EQ(topology.cores, 2U);
  EXPECT_EQ(topology.threads, 4U);
  ASSERT_EQ(topology.caches.size(), 4U);
  EXPECT_EQ(topology.caches[0].name, "L1d");
  EXPECT_EQ(topology.caches[3].name, "L3");
  EXPECT_EQ(cache(topology, "L1d").count, 2U);
  EXPECT_EQ(cache(topology, "L1d").threads_each, 2U);
  EXPECT_EQ(cache(topology, "L1d").line_bytes, 64U);
  EXPECT_EQ(cache(topology, "L3").count, 1U);
  EXPECT_EQ(cache(topology, "L3").threads_each, 4U);
  EXPECT_EQ(cache(topology, "L3").size_bytes, std::uint64_t{36'608} << 10);
  ASSERT_EQ(topology.numa_nodes.size(), 1U);
  EXPECT_EQ(topology.numa_nodes[0].cpus, "0-3");
  EXPECT_EQ(topology.numa_nodes[0].memory_bytes, std::uint64_t{32'505'856} * 1024);
}

TEST(Topology, HwlocAndSysfsAgreeOnThisMachine) {
  const auto by_hwloc = topology_from_hwloc({});
  ASSERT_TRUE(by_hwloc.has_value());
  const Topology by_sysfs = topology_from_sysfs({});
  EXPECT_EQ(by_hwloc->threads, by_sysfs.threads);
  EXPECT_EQ(by_hwloc->cores, by_sysfs.cores);
}

TEST(Topology, AMalformedXmlFallsBackToSysfs) {
  const ScratchDirectory scratch;
  scratch.write("hwloc.xml", "<topology version=\"2.0\"><object type=");
  scratch.write("sys/devices/system/cpu/cpu0/topology/core_id", "0\n");
  scratch.write("sys/devices/system/cpu/cpu0/topology/physical_package_id", "0\n");
  EXPECT_EQ(discover_topology({scratch.path()}).threads, 1U);
}

TEST(Topology, UnlikeCachesOfOneLevelStayApart) {
  std::vector<Cache> caches;
  add_cache(caches, {"L2", 1 << 20, 64, 1, 2});
  add_cache(caches, {"L2", 2 << 20, 64, 1, 4});
  add_cache(caches, {"L2", 1 << 20, 64, 1, 2});
  ASSERT_EQ(caches.size(), 2U);
  EXPECT_EQ(caches[0].count, 2U);
  EXPECT_EQ(caches[1].count, 1U);
}

TEST(Topology, TheOnlyNodeHasAllMemory) {
  const Host host = discover(fixture("i4i"));
  ASSERT_EQ(host.numa_nodes.size(), 1U);
  EXPECT_EQ(host.numa_nodes[0].memory_bytes, host.memory.total_bytes);
}

TEST(Topology, NothingIsEmpty) {
  const Topology topology = discover_topology(fixture("nothing"));
  EXPECT_EQ(topology.threads, 0U);
  EXPECT_TRUE(topology.caches.empty());
  EXPECT_TRUE(topology.numa_nodes.empty());
}

}  // namespace
}  // namespace assay
