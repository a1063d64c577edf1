#include "bench/memory/latency.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <stdexcept>

#include "bench/measure/cpu_topology.hpp"
#include "bench/measure/not_applicable.hpp"
#include "bench/memory/cycle.hpp"
#include "bench/memory/live_progress.hpp"
#include "bench/memory/memory_region.hpp"
#include "bench/memory/placement.hpp"
#include "bench/memory/read_load.hpp"
#include "bench/memory/sample_driver.hpp"
#include "bench/memory/sizing.hpp"
#include "bench/memory/statistics.hpp"
#include "reports/model/units.hpp"

// How a number is taken. The cycle visits every line of the working set once before it returns, in
// an order no prefetcher can guess, and each sample goes on where the last one stopped, so that no
// line comes back while a cache may still hold it. The time includes what the translation of
// addresses costs with the pages that were obtained. Of a loaded latency, the other threads read
// arrays beyond their caches all the while, from the same node.

namespace assay {

namespace {

constexpr std::uint64_t working_set_bytes_min = std::uint64_t{256} << 20;
constexpr std::uint64_t load_bytes_min = std::uint64_t{64} << 20;
constexpr std::uint64_t cycle_seed = 1;
constexpr std::size_t steps = 4096;  // loads an iteration: about 1 ms, so that a stop is seen soon

/// Warm-up and samples; fills metrics, samples and the method's part about them. `load` is what
/// the other threads do meanwhile, if anything.
void measure(const Case& item, std::span<ChaseLine> lines, const ReadLoad* load,
             const RunControl& control, CaseResult& result) {
  LiveProgress progress(control);
  const ChaseLine* line = lines.data();
  const auto iteration = [&] {
    const auto start = SteadyClock::now();
    line = chase(line, steps);
    benchmark::DoNotOptimize(line);
    const double seconds = elapsed_s(start);
    progress.add(steps, 0, seconds);
    return seconds;
  };
  const auto start = SteadyClock::now();
  double iteration_s = iteration();
  while (elapsed_s(start) < item.warm_up_s && !control.stop_requested()) {
    // The shortest: one that was interrupted would make every sample too short.
    iteration_s = std::min(iteration_s, iteration());
  }
  const SamplePlan plan =
      plan_until(start + as_clock(item.warm_up_s + item.duration_s), "latency", iteration_s);
  const auto measured = SteadyClock::now();
  const std::uint64_t load_begin = load == nullptr ? 0 : load->bytes();
  const std::vector<double> seconds = collect_samples(plan, control, iteration);
  const std::uint64_t load_bytes = load == nullptr ? 0 : load->bytes() - load_begin;
  const double measured_s = elapsed_s(measured);
  if (control.stop_requested()) return;

  Sample sample{"latency/load", "ns", {}};
  for (const double s : seconds) sample.values.push_back(1e9 * s / static_cast<double>(steps));
  const Spread spread = spread_of(sample.values);
  const std::string unsteady = unsteady_flag(sample.values);
  if (!unsteady.empty()) result.flags.push_back(unsteady);
  result.metrics.push_back(
      {"latency/load", spread.median, "ns", Direction::lower_is_better, spread});
  if (load != nullptr) {
    result.metrics.push_back({"bandwidth", static_cast<double>(load_bytes) / measured_s, "B/s",
                              Direction::higher_is_better, std::nullopt});
  }
  result.method.emplace_back("samples",
                             fmt::format("{} of {} dependent loads; value is their median",
                                         sample.values.size(), plan.iterations * steps));
  result.samples.push_back(std::move(sample));
}

/// The CPUs, at most all that may be used, on the node of the measuring thread: they link the
/// cycle together, and what they touch first lies on that node.
std::vector<std::uint32_t> linking_cpus(const CpuTopology& topology, std::uint32_t cpu) {
  const std::vector<std::uint32_t> allowed = topology.allowed_cpus();
  const auto node = topology.node_of(cpu);
  std::vector<std::uint32_t> cpus = node ? topology.cpus_on_node(allowed, *node) : allowed;
  std::erase(cpus, cpu);
  cpus.insert(cpus.begin(), cpu);
  return cpus;
}

/// How the other threads' array lies: at most an eighth of the available memory.
ArrayLayout load_layout(const CpuTopology& topology, const Placement& placement) {
  const std::vector<std::uint32_t> cpus(placement.cpus.begin() + 1, placement.cpus.end());
  const auto threads = static_cast<std::uint32_t>(cpus.size());
  const Sizing sizing = size_arrays({.arrays = 1,
                                     .threads = threads,
                                     .cache_bytes = topology.cache_bytes(cpus),
                                     .available_bytes = placement.available_bytes / 2,
                                     .array_bytes_min = load_bytes_min * cpus.size()});
  return make_layout(1, threads, sizing.array_bytes);
}

/// The size of the cycle. The load is sized for half of the memory, and so is a cycle whose size is
/// chosen here; a share of memory that is asked for is of all of it.
Sizing size_cycle(const CpuTopology& topology, const Placement& placement,
                  const MemoryParameters& parameters, std::uint64_t load_bytes) {
  const bool asked = parameters.working_set_bytes > 0 || parameters.memory_percent > 0;
  return size_arrays(
      {.arrays = 1,
       .threads = 1,
       .cache_bytes = topology.cache_bytes({&placement.cpus.front(), 1}),
       .available_bytes = placement.available_bytes / (load_bytes == 0 || asked ? 1 : 2),
       .array_bytes_min = working_set_bytes_min,
       .working_set_bytes = parameters.working_set_bytes,
       .memory_percent = parameters.memory_percent,
       .load_bytes = load_bytes});
}

/// What the other threads of a loaded latency read; owns its memory.
struct Load {
  Load(const CpuTopology& topology, const Placement& placement, const MemoryParameters& parameters,
       const ArrayLayout& array, const CpuKernelSet& set, const RunControl& control)
      : cpus(placement.cpus.begin() + 1, placement.cpus.end()),
        layout(array),
        region(layout.region_bytes(), parameters.pages) {
    bind_region(topology, placement, region);
    WorkerTeam team(topology, cpus);
    fill_arrays(layout, region.data(), team, control);
    name = std::string(set.name);
  }

  std::vector<std::uint32_t> cpus;
  ArrayLayout layout;
  MemoryRegion region;
  std::string name;  // of the kernel set
};

const CpuKernelSet& reading_set(std::span<const CpuKernelSet> sets) {
  for (const CpuKernelSet& set : sets) {
    if (set.supported() && set.read != nullptr) return set;
  }
  throw std::runtime_error("no kernel set for this CPU");
}

/// Measures beside the load and says what it did.
void measure_loaded(const Case& item, std::span<ChaseLine> lines, const CpuTopology& topology,
                    Load& load, const CpuKernelSet& set, const RunControl& control,
                    CaseResult& result) {
  const ReadLoad running(topology, load.cpus, load.layout, load.region.data(), set);
  measure(item, lines, &running, control, result);
  if (running.wrong_sums() > 0) {
    result.status = CaseStatus::failed;
    result.metrics.clear();
    result.samples.clear();
    result.reason = fmt::format(
        "a loading thread read a wrong sum {} times: a fault of this memory or CPU, or a defect of "
        "the kernel",
        running.wrong_sums());
  }
  if (!running.pinned()) {
    result.flags.emplace_back("loading threads could not be pinned to their CPUs");
  }
  result.method.emplace_back(
      "load",
      fmt::format("{} thread{} read {} without pause ({}); bandwidth is what they read",
                  load.cpus.size(), load.cpus.size() == 1 ? "" : "s",
                  format_bytes(static_cast<double>(load.layout.region_bytes())), load.name));
}

}  // namespace

CaseResult measure_latency(const Case& item, const RunControl& control,
                           std::span<const CpuKernelSet> sets) {
  const MemoryParameters& parameters = *item.memory;
  const bool loaded = parameters.kernel == "loaded-latency";
  if (!loaded && parameters.threads != 1) {
    throw std::runtime_error("latency is measured by one thread: set threads = 1");
  }
  const CpuTopology topology;
  const Placement placement = place(topology, parameters);
  if (loaded && placement.cpus.size() < 2) {
    throw NotApplicable("loaded-latency needs two CPUs: one measures, the others load");
  }
  const std::uint32_t cpu = placement.cpus.front();
  const ArrayLayout layout = loaded ? load_layout(topology, placement) : ArrayLayout{};
  const Sizing sizing = size_cycle(topology, placement, parameters, layout.region_bytes());
  CaseResult result;
  result.id = item.id;
  const auto start = SteadyClock::now();
  MemoryRegion region(sizing.array_bytes, parameters.pages);
  bind_region(topology, placement, region);
  const std::span<ChaseLine> lines(reinterpret_cast<ChaseLine*>(region.data()),
                                   sizing.array_bytes / sizeof(ChaseLine));
  {
    WorkerTeam team(topology, linking_cpus(topology, cpu));
    link_random_cycle(lines, cycle_seed, team, control);
  }
  const AffinityGuard affinity(topology);
  if (!topology.pin(cpu)) result.flags.emplace_back("the thread could not be pinned to one CPU");
  const CpuKernelSet& set = reading_set(sets);
  std::optional<Load> load;
  if (loaded) load.emplace(topology, placement, parameters, layout, set, control);
  const double prepared_s = elapsed_s(start);
  if (control.stop_requested()) return result;
  if (loaded) {
    measure_loaded(item, lines, topology, *load, set, control, result);
  } else {
    measure(item, lines, nullptr, control, result);
  }
  if (!sizing.flag.empty()) result.flags.push_back(sizing.flag);
  result.method.emplace_back("pattern",
                             "one random cycle through all 64 B lines, one load at a time");
  result.method.emplace_back("working set", format_bytes(static_cast<double>(lines.size_bytes())));
  describe_region(topology, placement, parameters.pages, region, "latency", result);
  describe_threads(topology, placement, result);
  result.method.emplace_back("driver", "Google Benchmark, manual time");
  result.method.emplace_back("preparation",
                             fmt::format("{:.2f} s to map and link the cycle", prepared_s));
  return result;
}

}  // namespace assay
