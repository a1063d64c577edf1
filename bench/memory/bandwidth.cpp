#include "bench/memory/bandwidth.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "bench/measure/cpu_topology.hpp"
#include "bench/memory/arrays.hpp"
#include "bench/memory/memory_region.hpp"
#include "bench/memory/operations.hpp"
#include "bench/memory/pass_runner.hpp"
#include "bench/memory/placement.hpp"
#include "bench/memory/sample_driver.hpp"
#include "bench/memory/sizing.hpp"
#include "bench/memory/statistics.hpp"
#include "bench/memory/worker_team.hpp"
#include "reports/model/units.hpp"

// How a number is taken. The arrays lie in huge pages, each slice first touched by the thread that
// will use it. After the warm-up every supported kernel set takes a few samples of about 10 ms, in
// three rounds, so that a slow moment of the machine does not fall on one of them alone; the set
// with the lowest median time wins and is measured for the rest of the time. Before a set is first
// run, and before the winner's samples, the chunk it starts with is overwritten, and it is checked
// element by element afterwards; a read must return the right sum in every pass.

namespace assay {

namespace {

constexpr int search_rounds = 3;
constexpr double search_share = 0.25;  // of the duration
constexpr double search_sample_s = 0.010;
constexpr std::uint64_t array_bytes_min = std::uint64_t{64} << 20;

/// The supported sets, one of those that share the kernel of this operation: the last, because sets
/// with special stores come first and say nothing about a read.
std::vector<const CpuKernelSet*> competing_sets(std::span<const CpuKernelSet> sets,
                                                const MemoryOperation& operation) {
  std::vector<const CpuKernelSet*> competing;
  for (const CpuKernelSet& set : sets) {
    if (!set.supported() || !operation.available(set)) continue;
    std::erase_if(competing,
                  [&](const CpuKernelSet* other) { return operation.same(*other, set); });
    competing.push_back(&set);
  }
  if (competing.empty()) throw std::runtime_error("no kernel set for this CPU");
  return competing;
}

/// Seconds of a pass in every sample of the search, by candidate; `pass_s` is what a pass takes
/// about.
std::vector<std::vector<double>> search(PassRunner& runner,
                                        std::span<const CpuKernelSet* const> candidates,
                                        double budget_s, double pass_s, const RunControl& control) {
  std::vector<std::vector<double>> seconds(candidates.size());
  SamplePlan plan{.name = {},
                  .iterations = iterations_for(pass_s, search_sample_s),
                  .samples_min = search_samples(budget_s, candidates.size() * search_rounds,
                                                std::max(pass_s, search_sample_s)),
                  .deadline = {}};
  const auto start = SteadyClock::now();
  // One round is always complete; where the machine is slower than planned, it may be the only one.
  for (int round = 0; round < search_rounds; ++round) {
    if (round > 0 && elapsed_s(start) >= budget_s) break;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      if (control.stop_requested()) return seconds;
      const CpuKernelSet& set = *candidates[i];
      plan.name = set.name;
      const auto run = [&] {
        return collect_samples(plan, control, [&] { return runner.pass(set); });
      };
      const std::vector<double> values = round == 0 ? runner.checked(set, run) : run();
      seconds[i].insert(seconds[i].end(), values.begin(), values.end());
    }
  }
  return seconds;
}

std::string search_log(std::span<const CpuKernelSet* const> candidates,
                       std::span<const std::vector<double>> seconds, double bytes) {
  std::string log;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const double rate = spread_of(rates(seconds[i], bytes)).median;
    log += fmt::format("{}{} {}", log.empty() ? "" : ", ", candidates[i]->name,
                       format_byte_rate(rate));
  }
  return log;
}

/// Warm-up, search and the winner's samples; fills metrics, samples and the method's kernel part.
void measure(const Case& item, PassRunner& runner, std::span<const CpuKernelSet* const> candidates,
             const RunControl& control, CaseResult& result) {
  const auto start = SteadyClock::now();
  double pass_s = runner.pass(*candidates.front());
  while (elapsed_s(start) < item.warm_up_s && !control.stop_requested()) {
    pass_s = std::min(pass_s, runner.pass(*candidates.front()));
  }
  const auto bytes = static_cast<double>(runner.pass_bytes());
  const std::vector<std::vector<double>> searched =
      search(runner, candidates, item.duration_s * search_share, pass_s, control);
  if (control.stop_requested()) return;
  const std::size_t winner = fastest(searched);
  const CpuKernelSet& set = *candidates[winner];

  const SamplePlan plan = plan_until(start + as_clock(item.warm_up_s + item.duration_s),
                                     std::string(set.name), spread_of(searched[winner]).median);
  const std::vector<double> seconds = runner.checked(
      set, [&] { return collect_samples(plan, control, [&] { return runner.pass(set); }); });
  if (control.stop_requested()) return;

  const Sample sample{"bandwidth", "B/s", rates(seconds, bytes)};
  const Spread spread = spread_of(sample.values);
  const std::string unsteady = unsteady_flag(sample.values);
  if (!unsteady.empty()) result.flags.push_back(unsteady);
  result.metrics.push_back(
      {"bandwidth", spread.median, "B/s", Direction::higher_is_better, spread});
  result.samples.push_back(sample);
  result.method.emplace_back("kernel set", set.name);
  result.method.emplace_back("search",
                             fmt::format("medians of {} samples each: {}", searched[winner].size(),
                                         search_log(candidates, searched, bytes)));
  result.method.emplace_back(
      "samples", fmt::format("{} of {} passes, {} each, {} of data a pass; value is their median",
                             seconds.size(), plan.iterations,
                             format_duration_ns(1e9 * spread_of(seconds).median *
                                                static_cast<double>(plan.iterations)),
                             format_bytes(bytes)));
}

}  // namespace

CaseResult measure_bandwidth(const Case& item, const RunControl& control,
                             std::span<const CpuKernelSet> sets) {
  const MemoryParameters& parameters = *item.memory;
  const MemoryOperation& operation = find_memory_operation(parameters.kernel);
  const std::vector<const CpuKernelSet*> candidates = competing_sets(sets, operation);
  const CpuTopology topology;
  const Placement placement = place(topology, parameters);
  const auto threads = static_cast<std::uint32_t>(placement.cpus.size());
  const Sizing sizing = size_arrays({.arrays = operation.arrays,
                                     .threads = threads,
                                     .cache_bytes = topology.cache_bytes(placement.cpus),
                                     .available_bytes = placement.available_bytes,
                                     .array_bytes_min = array_bytes_min,
                                     .working_set_bytes = parameters.working_set_bytes,
                                     .memory_percent = parameters.memory_percent});
  const ArrayLayout layout = make_layout(operation.arrays, threads, sizing.array_bytes);

  CaseResult result;
  result.id = item.id;
  const auto start = SteadyClock::now();
  MemoryRegion region(layout.region_bytes(), parameters.pages);
  bind_region(topology, placement, region);
  WorkerTeam team(topology, placement.cpus);
  fill_arrays(layout, region.data(), team, control);
  if (control.stop_requested()) return result;
  const double prepared_s = elapsed_s(start);
  PassRunner runner(operation, layout, region.data(), team, control);
  try {
    measure(item, runner, candidates, control, result);
  } catch (const WrongContents& error) {
    result.status = CaseStatus::failed;
    result.reason = error.what();
  }
  if (!sizing.flag.empty()) result.flags.push_back(sizing.flag);
  if (!team.pinned()) result.flags.emplace_back("threads could not be pinned to their CPUs");
  describe_threads(topology, placement, result);
  result.method.emplace_back("arrays",
                             fmt::format("{} of {}, working set {}", layout.arrays,
                                         format_bytes(static_cast<double>(layout.array_bytes())),
                                         format_bytes(static_cast<double>(layout.region_bytes()))));
  describe_region(topology, placement, parameters.pages, region, "bandwidth", result);
  result.method.emplace_back(
      "bytes counted",
      fmt::format("{} an element, read and written; reads for ownership not counted",
                  operation.bytes_per_element));
  result.method.emplace_back("driver", "Google Benchmark, manual time");
  result.method.emplace_back("preparation",
                             fmt::format("{:.2f} s to map and first touch", prepared_s));
  return result;
}

}  // namespace assay
