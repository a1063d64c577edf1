#include "bench/memory/latency.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <chrono>
#include <stdexcept>

#include "bench/measure/cpu_topology.hpp"
#include "bench/memory/huge_region.hpp"
#include "bench/memory/live_progress.hpp"
#include "bench/memory/sample_driver.hpp"
#include "bench/memory/sizing.hpp"
#include "bench/memory/statistics.hpp"
#include "kernels/cpu/pointer_chase.hpp"
#include "reports/model/units.hpp"

// How a number is taken. The cycle visits every line of the working set once before it returns, in
// an order no prefetcher can guess, and each sample goes on where the last one stopped, so that no
// line comes back while a cache may still hold it. The time includes what the translation of
// addresses costs with the pages that were obtained.

namespace assay {

namespace {

constexpr std::uint64_t working_set_bytes_min = std::uint64_t{256} << 20;
constexpr std::uint64_t cycle_seed = 1;
constexpr std::size_t steps = 4096;  // loads an iteration: about 1 ms, so that a stop is seen soon

/// Warm-up and samples; fills metrics, samples and the method's part about them.
void measure(const Case& item, std::span<ChaseLine> lines, const RunControl& control,
             CaseResult& result) {
  LiveProgress progress(control);
  const ChaseLine* line = lines.data();
  const auto iteration = [&] {
    const auto start = Clock::now();
    line = chase(line, steps);
    benchmark::DoNotOptimize(line);
    const double seconds = elapsed_s(start);
    progress.add(steps, 0, seconds);
    return seconds;
  };
  const auto start = Clock::now();
  double iteration_s = iteration();
  while (elapsed_s(start) < item.warm_up_s && !control.stop_requested()) iteration_s = iteration();
  const SamplePlan plan =
      plan_until(start + as_clock(item.warm_up_s + item.duration_s), "latency", iteration_s);
  const std::vector<double> seconds = collect_samples(plan, control, iteration);
  if (control.stop_requested()) return;

  Sample sample{"latency/load", "ns", {}};
  for (const double s : seconds) sample.values.push_back(1e9 * s / static_cast<double>(steps));
  const Spread spread = spread_of(sample.values);
  const std::string unsteady = unsteady_flag(sample.values);
  if (!unsteady.empty()) result.flags.push_back(unsteady);
  result.metrics.push_back(
      {"latency/load", spread.median, "ns", Direction::lower_is_better, spread});
  result.method.emplace_back("samples",
                             fmt::format("{} of {} dependent loads; value is their median",
                                         sample.values.size(), plan.iterations * steps));
  result.samples.push_back(std::move(sample));
}

}  // namespace

CaseResult measure_latency(const Case& item, const RunControl& control) {
  const MemoryParameters& parameters = *item.memory;
  if (parameters.threads != 1) {
    throw std::runtime_error("latency is measured by one thread: set threads = 1");
  }
  const CpuTopology topology;
  const std::vector<std::uint32_t> cpus = chosen_cpus(topology, 1);
  const Sizing sizing = size_arrays({.arrays = 1,
                                     .threads = 1,
                                     .cache_bytes = topology.last_level_cache_bytes(cpus),
                                     .available_bytes = available_memory_bytes(),
                                     .array_bytes_min = working_set_bytes_min,
                                     .working_set_bytes = parameters.working_set_bytes});
  CaseResult result;
  result.id = item.id;
  const auto start = Clock::now();
  const AffinityGuard affinity(topology);
  if (!topology.pin(cpus.front())) {
    result.flags.emplace_back("the thread could not be pinned to one CPU");
  }
  const HugeRegion region(sizing.array_bytes);
  const std::span<ChaseLine> lines(reinterpret_cast<ChaseLine*>(region.data()),
                                   sizing.array_bytes / sizeof(ChaseLine));
  build_random_cycle(lines, cycle_seed);
  const double prepared_s = elapsed_s(start);
  const HugePageReport pages = report_huge_pages(region.huge_page_bytes(), region.size_bytes(),
                                                 page_size_bytes(), "latency");
  measure(item, lines, control, result);
  for (const std::string& flag : {sizing.flag, pages.flag}) {
    if (!flag.empty()) result.flags.push_back(flag);
  }
  result.method.emplace_back("pattern",
                             "one random cycle through all 64 B lines, one load at a time");
  result.method.emplace_back("working set", format_bytes(static_cast<double>(lines.size_bytes())));
  result.method.emplace_back("page size", pages.page_size);
  result.method.emplace_back("huge pages", pages.obtained);
  result.method.emplace_back("threads", fmt::format("1, on CPU {}", cpus.front()));
  result.method.emplace_back("driver", "Google Benchmark, manual time");
  result.method.emplace_back("preparation",
                             fmt::format("{:.2f} s to map and link the cycle", prepared_s));
  return result;
}

}  // namespace assay
