#include "runners/plan/host_class.hpp"

#include <gtest/gtest.h>

#include "runners/plan/plan.hpp"
#include "runners/usage_error.hpp"

namespace assay {
namespace {

constexpr std::uint64_t gib = std::uint64_t{1} << 30;

Host named_host(const std::string& type) {
  Host host;
  host.identity.product_name = type;
  return host;
}

Host machine(std::uint32_t threads, std::uint32_t cores, std::uint64_t memory_bytes) {
  Host host;
  host.cpu.architecture = "x86_64";
  host.cpu.threads = threads;
  host.cpu.cores = cores;
  host.memory.total_bytes = memory_bytes;
  return host;
}

TEST(HostClass, ByTheCatalogWhereTheTypeIsKnown) {
  const std::pair<const char*, HostClass> rows[] = {{"p5.48xlarge", HostClass::gpu},
                                                    {"g6.xlarge", HostClass::gpu},
                                                    {"i4i.large", HostClass::storage},
                                                    {"d3en.12xlarge", HostClass::storage},
                                                    {"hpc7a.96xlarge", HostClass::hpc},
                                                    {"x2idn.32xlarge", HostClass::high_memory},
                                                    {"u-6tb1.112xlarge", HostClass::high_memory},
                                                    {"m5.large", HostClass::general},
                                                    {"c5d.large", HostClass::general},
                                                    {"r7i.48xlarge", HostClass::general}};
  for (const auto& [type, expected] : rows) {
    const ClassChoice choice = classify_host(named_host(type), embedded_catalog());
    EXPECT_EQ(choice.host_class, expected) << type << ": " << choice.reason;
    EXPECT_NE(choice.reason.find(std::string(type) + " in the catalog"), std::string::npos)
        << choice.reason;
  }
}

TEST(HostClass, OnGravitonTheGpuCountsOnlyWithCudaInTheProgram) {
  Host host = named_host("g5g.xlarge");
  host.cpu.architecture = "aarch64";
  const ClassChoice without = classify_host(host, embedded_catalog());
  EXPECT_EQ(without.host_class, HostClass::general) << without.reason;
  EXPECT_NE(without.reason.find("not measured by this program"), std::string::npos)
      << without.reason;
  EXPECT_EQ(without.reason.find("no GPU"), std::string::npos) << without.reason;
  host.gpu.runtime_version = "13.0";
  EXPECT_EQ(classify_host(host, embedded_catalog()).host_class, HostClass::gpu);
}

TEST(HostClass, ByTheHardwareWhereItIsNot) {
  const auto of = [](const Host& host) { return classify_host(host, embedded_catalog()); };
  EXPECT_EQ(of(machine(2, 2, 8 * gib)).host_class, HostClass::general);
  EXPECT_EQ(of(machine(8, 4, 128 * gib)).host_class, HostClass::high_memory);
  EXPECT_EQ(of(machine(1, 1, 16 * gib)).host_class, HostClass::general);  // a small machine
  EXPECT_EQ(of(machine(96, 96, 384 * gib)).host_class, HostClass::hpc);
  EXPECT_EQ(of(machine(96, 48, 384 * gib)).host_class, HostClass::general);
  Host disks = machine(2, 1, 16 * gib);
  BlockDevice disk;
  disk.device_class = DeviceClass::instance_store;
  disk.size_bytes = 468'000'000'000;
  disks.block_devices = {disk};
  EXPECT_EQ(of(disks).host_class, HostClass::storage);
  disks.gpu.pci_devices = {"0000:00:1e.0"};  // without a driver it is still bought for its GPU
  EXPECT_EQ(of(disks).host_class, HostClass::gpu);
  EXPECT_EQ(of(disks).reason, "1 NVIDIA GPU, by the hardware found");
}

TEST(HostClass, EachHasASuiteThatCanBePlanned) {
  for (const auto name : {"general", "storage", "gpu", "high-memory", "hpc"}) {
    const ClassDefaults defaults = defaults_of(parse_host_class("--class", name));
    const Suite suite = load_suite(std::string(defaults.suite));
    Host host = machine(8, 4, 64 * gib);
    host.numa_nodes.resize(1);
    host.gpu.none_reason = "no NVIDIA driver";
    const Plan plan = make_plan(host, suite, {}, RunOptions{}, 7);
    EXPECT_FALSE(plan.cases.empty()) << name;
    EXPECT_LE(plan.planned_s, 20 * 60) << name;
  }
  EXPECT_THROW(parse_host_class("--class", "gpus"), UsageError);
}

}  // namespace
}  // namespace assay
