#include "bench/memory/memory_bench.hpp"

#include <gtest/gtest.h>

#include <array>
#include <stdexcept>
#include <string>

#include "bench/measure/cpu_topology.hpp"
#include "bench/measure/not_applicable.hpp"
#include "bench/memory/sizing.hpp"

namespace assay {
namespace {

Case small_case(const std::string& kernel, std::uint32_t threads, double duration_s = 0.05) {
  Case item;
  item.id = "memory/host-memory/" + kernel;
  item.duration_s = duration_s;
  item.memory = MemoryParameters{kernel, threads, std::uint64_t{8} << 20};
  return item;
}

/// For the loading thread, which on a busy machine may not run for a while.
constexpr double loaded_s = 0.5;

std::string method_of(const CaseResult& result, const std::string& name) {
  for (const auto& [key, text] : result.method) {
    if (key == name) return text;
  }
  return "";
}

void expect_measured(const CaseResult& result, const std::string& name, const std::string& unit) {
  EXPECT_EQ(result.status, CaseStatus::ok) << result.reason;
  ASSERT_EQ(result.metrics.size(), 1U);
  ASSERT_EQ(result.samples.size(), 1U);
  const Metric& metric = result.metrics[0];
  const Sample& sample = result.samples[0];
  EXPECT_EQ(metric.name, name);
  EXPECT_EQ(metric.unit, unit);
  EXPECT_EQ(sample.metric, name);
  EXPECT_EQ(sample.unit, unit);
  EXPECT_GE(sample.values.size(), 10U);
  ASSERT_TRUE(metric.spread.has_value());
  EXPECT_EQ(metric.spread->samples, sample.values.size());
  EXPECT_EQ(metric.value, spread_of(sample.values).median);
  EXPECT_GT(metric.spread->min, 0);
  EXPECT_GT(result.elapsed_s, 0);
}

class Bandwidth : public testing::TestWithParam<std::tuple<const char*, std::uint32_t>> {};

TEST_P(Bandwidth, IsMeasuredAndVerified) {
  const auto& [kernel, threads] = GetParam();
  const Case item = small_case(kernel, threads);
  const CaseResult result = run_memory_case(item, RunControl{});
  EXPECT_EQ(result.id, item.id);
  expect_measured(result, "bandwidth", "B/s");
  EXPECT_EQ(result.metrics[0].direction, Direction::higher_is_better);
  const std::string winner = method_of(result, "kernel set");
  EXPECT_NE(select_kernel_set(winner), nullptr) << winner;
  EXPECT_NE(method_of(result, "search").find(winner + " "), std::string::npos);
  EXPECT_NE(method_of(result, "search").find("generic "), std::string::npos);
  EXPECT_NE(method_of(result, "huge pages").find(" of 8 MiB"), std::string::npos)
      << method_of(result, "huge pages");
}

INSTANTIATE_TEST_SUITE_P(EveryKernel, Bandwidth,
                         testing::Combine(testing::Values("read", "dot", "write", "fill", "copy",
                                                          "scale", "add", "triad"),
                                          testing::Values(1U, 0U)));

TEST(MemoryLatency, IsMeasured) {
  const CaseResult result = run_memory_case(small_case("latency", 1), RunControl{});
  expect_measured(result, "latency/load", "ns");
  EXPECT_EQ(result.metrics[0].direction, Direction::lower_is_better);
  EXPECT_NE(method_of(result, "page size"), "");
  EXPECT_NE(method_of(result, "pattern").find("random"), std::string::npos);
  EXPECT_EQ(method_of(result, "working set"), "8.00 MiB");
}

TEST(MemoryLatency, BesideALoadBothAreMeasured) {
  if (CpuTopology().allowed_cpus().size() < 2) GTEST_SKIP() << "this machine has one CPU";
  const Case item = small_case("loaded-latency", 2, loaded_s);
  const CaseResult result = run_memory_case(item, RunControl{});
  EXPECT_EQ(result.status, CaseStatus::ok) << result.reason;
  ASSERT_EQ(result.metrics.size(), 2U);
  EXPECT_EQ(result.metrics[0].name, "latency/load");
  EXPECT_EQ(result.metrics[1].name, "bandwidth");
  EXPECT_GT(result.metrics[1].value, 0);
  EXPECT_NE(method_of(result, "load").find("1 thread read"), std::string::npos);
}

TEST(MemoryLatency, BesideALoadAShareIsOfAllTheMemory) {
  if (CpuTopology().allowed_cpus().size() < 2) GTEST_SKIP() << "this machine has one CPU";
  constexpr double wanted_mib = 96;
  Case item = small_case("loaded-latency", 2, loaded_s);
  item.memory->working_set_bytes = 0;
  item.memory->memory_percent =
      100 * wanted_mib * (1 << 20) / static_cast<double>(available_memory_bytes());
  const CaseResult result = run_memory_case(item, RunControl{});
  ASSERT_EQ(result.status, CaseStatus::ok) << result.reason;
  const std::string size = method_of(result, "working set");
  EXPECT_TRUE(size.ends_with(" MiB")) << size;
  EXPECT_NEAR(std::stod(size), wanted_mib, wanted_mib / 3);  // others use the memory too
}

TEST(MemoryLatency, OfALoadThatReadsWrongSumsFails) {
  if (CpuTopology().allowed_cpus().size() < 2) GTEST_SKIP() << "this machine has one CPU";
  CpuKernelSet broken = cpu_kernel_sets().back();
  broken.read = [](const double* from, std::size_t) { return from[0]; };
  const std::array<CpuKernelSet, 1> sets = {broken};
  const Case item = small_case("loaded-latency", 2, loaded_s);
  const CaseResult result = run_memory_case(item, RunControl{}, sets);
  EXPECT_EQ(result.status, CaseStatus::failed);
  EXPECT_NE(result.reason.find("wrong sum"), std::string::npos) << result.reason;
  EXPECT_TRUE(result.metrics.empty());
}

TEST(MemoryLatency, BesideALoadNeedsTwoThreads) {
  EXPECT_THROW(run_memory_case(small_case("loaded-latency", 1), RunControl{}), NotApplicable);
}

TEST(MemoryBench, SmallWorkingSetsAndSmallPagesAreMeasured) {
  Case item = small_case("copy", 1);
  item.memory->working_set_bytes = 16U << 10;
  item.memory->pages = MemoryPages::small;
  const CaseResult result = run_memory_case(item, RunControl{});
  expect_measured(result, "bandwidth", "B/s");
  EXPECT_EQ(method_of(result, "page size"), "4 KiB");
  EXPECT_EQ(method_of(result, "arrays"), "2 of 8.00 KiB, working set 16.0 KiB");
}

TEST(MemoryLatency, RefusesSeveralThreads) {
  EXPECT_THROW(run_memory_case(small_case("latency", 0), RunControl{}), std::runtime_error);
}

TEST(MemoryBench, StopIsHonoured) {
  std::atomic<bool> stop = true;
  const RunControl control{.stop = &stop, .on_progress = {}};
  for (const char* kernel : {"read", "copy", "latency"}) {
    Case item = small_case(kernel, 1);
    item.warm_up_s = 1800;
    item.duration_s = 3600;
    EXPECT_TRUE(run_memory_case(item, control).metrics.empty()) << kernel;
  }
}

TEST(MemoryBench, StopFromTheProgressListenerEndsARunningCase) {
  std::atomic<bool> stop = false;
  LiveRates seen;
  const RunControl control{.stop = &stop, .on_progress = [&](const LiveRates& rates) {
                             seen = rates;
                             stop = true;
                           }};
  Case item = small_case("read", 1);
  item.duration_s = 3600;
  EXPECT_TRUE(run_memory_case(item, control).metrics.empty());
  EXPECT_GT(seen.bytes_per_s, 0);
}

TEST(MemoryBench, MoreMemoryThanThereIsIsAnErrorInWords) {
  Case item = small_case("copy", 1);
  item.memory->working_set_bytes = std::uint64_t{1} << 50;
  EXPECT_THROW(run_memory_case(item, RunControl{}), std::runtime_error);
}

const CpuKernelSet& generic_set() { return cpu_kernel_sets().back(); }

double skip_one(const double* from, std::size_t n) { return generic_set().read(from, n) - from[1]; }
void write_short(double* to, double value, std::size_t n) { generic_set().write(to, value, n - 8); }
void copy_wrong(double* to, const double* from, std::size_t n) {
  generic_set().copy(to, from, n);
  to[n / 2] += 1;
}
double dot_half(const double* b, const double* c, std::size_t n) {
  return generic_set().dot(b, c, n / 2);
}
void fill_other(double* to, double value, std::size_t n) { generic_set().fill(to, value + 1, n); }
void scale_twice(double* to, const double* from, double scalar, std::size_t n) {
  generic_set().scale(to, from, 2 * scalar, n);
}
void add_one(double* to, const double* b, const double*, std::size_t n) {
  generic_set().copy(to, b, n);
}
void triad_nothing(double*, const double*, const double*, double, std::size_t) {}

TEST(MemoryBench, KernelWithWrongContentsFailsTheCaseEvenIfItWouldNotWin) {
  CpuKernelSet broken = generic_set();
  broken.name = "broken";
  broken.read = skip_one;
  broken.write = write_short;
  broken.copy = copy_wrong;
  broken.dot = dot_half;
  broken.fill = fill_other;
  broken.scale = scale_twice;
  broken.add = add_one;
  broken.triad = triad_nothing;
  const std::array<CpuKernelSet, 2> sets = {broken, generic_set()};
  for (const char* kernel : {"read", "dot", "write", "fill", "copy", "scale", "add", "triad"}) {
    const CaseResult result = run_memory_case(small_case(kernel, 1), RunControl{}, sets);
    EXPECT_EQ(result.status, CaseStatus::failed) << kernel;
    EXPECT_TRUE(result.metrics.empty()) << kernel;
    EXPECT_NE(result.reason.find(std::string(kernel) + " of kernel set broken"), std::string::npos)
        << result.reason;
  }
}

TEST(MemoryBench, SetsWithoutTheKernelAreLeftOut) {
  CpuKernelSet partial = generic_set();
  partial.name = "partial";
  partial.triad = nullptr;
  const std::array<CpuKernelSet, 2> sets = {partial, generic_set()};
  const CaseResult result = run_memory_case(small_case("triad", 1), RunControl{}, sets);
  EXPECT_EQ(result.status, CaseStatus::ok) << result.reason;
  EXPECT_EQ(method_of(result, "search").find("partial"), std::string::npos);
}

TEST(MemoryBench, UnsupportedSetsAreLeftOut) {
  CpuKernelSet absent = generic_set();
  absent.name = "absent";
  absent.supported = [] { return false; };
  absent.triad = triad_nothing;
  const std::array<CpuKernelSet, 2> sets = {absent, generic_set()};
  const CaseResult result = run_memory_case(small_case("triad", 1), RunControl{}, sets);
  EXPECT_EQ(result.status, CaseStatus::ok) << result.reason;
  EXPECT_EQ(method_of(result, "kernel set"), "generic");
  EXPECT_THROW(run_memory_case(small_case("triad", 1), RunControl{}, std::span(sets).first(1)),
               std::runtime_error);
}

}  // namespace
}  // namespace assay
