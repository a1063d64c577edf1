#include "runners/plan/plan.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <set>

#include "reports/model/names.hpp"
#include "reports/model/units.hpp"
#include "runners/plan/targets.hpp"
#include "runners/usage_error.hpp"

namespace assay {

namespace {

/// Planning figures only: how long a run will take, never a result. A slow volume's fill rate, and
/// allocating, first touch and searching around a memory or GPU case.
constexpr double planned_fill_bytes_per_s = 200e6;
constexpr double planned_overhead_s = 0.5;

Case case_for(const SuiteRow& row, const Suite& suite, const Workload& workload,
              const Target& target) {
  Case item;
  item.workload = std::string(workload.name);
  item.target = target.id;
  item.warm_up_s = suite.warm_up_s;
  item.duration_s = row.duration_s.value_or(suite.duration_s);
  item.required = row.required;
  if (!target.chosen) item.skip_reason = fmt::format("{} {}", target.path, target.reason);
  return item;
}

std::string storage_skip_reason(const Host& host, const Target& target, const Workload& workload,
                                Engine engine) {
  if (host.io_uring.state != IoUringState::available && engine == Engine::io_uring) {
    return host.io_uring.reason +
           "; a suite file with engine = \"pread\" measures queue depth 1 without it";
  }
  if (target.kind == TargetKind::file_system || target.overwrite) return {};
  if (workload.operation != Operation::read) {
    return "a device that --allow-write does not name, or an existing file, is only read";
  }
  if (target.contents == "contents unknown") {
    return "contents unknown: blocks that were never written are not read from the medium; if the "
           "whole of it was written, say so with --assume-written";
  }
  return {};
}

/// Every combination of a row's lists for one workload.
std::vector<StorageParameters> storage_combinations(const SuiteRow& row, const Workload& workload) {
  std::vector<StorageParameters> all;
  const std::vector<double> closed{0};
  for (const std::uint64_t block_size : row.block_sizes) {
    for (const std::uint32_t depth : row.queue_depths) {
      for (const double rate : row.rates_per_s.empty() ? closed : row.rates_per_s) {
        all.push_back({workload.operation, workload.pattern, static_cast<std::uint32_t>(block_size),
                       depth, workload.read_percent, workload.durability, row.arrival, rate,
                       row.engine});
      }
    }
  }
  return all;
}

std::string storage_case_id(const Target& target, const Workload& workload,
                            const StorageParameters& parameters) {
  std::string id = fmt::format("storage/{}/{}/{}/qd{}", target.id, workload.name,
                               short_size(parameters.block_size_bytes), parameters.queue_depth);
  if (parameters.engine != Engine::io_uring) id += fmt::format("/{}", name_of(parameters.engine));
  if (parameters.arrival == Arrival::closed) return id;
  return fmt::format("{}/{}-{}", id, name_of(parameters.arrival), parameters.rate_per_s);
}

void add_storage(Plan& plan, const Host& host, const Suite& suite, const SuiteRow& row,
                 const Target& target) {
  for (const Workload* workload : row.workloads) {
    for (const StorageParameters& parameters : storage_combinations(row, *workload)) {
      Case item = case_for(row, suite, *workload, target);
      item.storage = parameters;
      item.id = storage_case_id(target, *workload, parameters);
      const std::uint64_t in_flight_bytes =
          std::uint64_t{parameters.block_size_bytes} * parameters.queue_depth;
      if (item.skip_reason.empty())
        item.skip_reason = storage_skip_reason(host, target, *workload, row.engine);
      if (item.skip_reason.empty() && in_flight_bytes > target.span_bytes) {
        item.skip_reason =
            fmt::format("{} I/Os of {} do not fit the {} to measure on: give a larger --size",
                        parameters.queue_depth, short_size(parameters.block_size_bytes),
                        format_bytes(static_cast<double>(target.span_bytes)));
      }
      plan.cases.push_back(std::move(item));
    }
  }
}

void add_memory(Plan& plan, const Suite& suite, const SuiteRow& row, const Target& target) {
  for (const Workload* workload : row.workloads) {
    for (const std::uint32_t threads : row.threads) {
      Case item = case_for(row, suite, *workload, target);
      item.memory = MemoryParameters{item.workload, threads, row.working_set_bytes};
      const std::string count = threads == 0   ? "all-threads"
                                : threads == 1 ? "1-thread"
                                               : fmt::format("{}-threads", threads);
      item.id = fmt::format("memory/{}/{}/{}", target.id, workload->name, count);
      if (row.working_set_bytes > 0) item.id += "/" + short_size(row.working_set_bytes);
      plan.cases.push_back(std::move(item));
    }
  }
}

void add_gpu(Plan& plan, const Suite& suite, const SuiteRow& row, const Target& target) {
  for (const Workload* workload : row.workloads) {
    Case item = case_for(row, suite, *workload, target);
    if (!target.chosen) item.skip_reason = target.reason;
    item.gpu = GpuParameters{item.workload, 0};
    item.id = fmt::format("gpu/{}/{}", target.id, workload->name);
    plan.cases.push_back(std::move(item));
  }
}

std::vector<Target> gpu_targets(const Host& host) {
  std::vector<Target> targets;
  for (const Gpu& gpu : host.gpu.devices) {
    Target target;
    target.id = fmt::format("gpu{}", gpu.index);
    target.label =
        fmt::format("{} ({})", gpu.name, format_bytes(static_cast<double>(gpu.memory_bytes)));
    target.kind = TargetKind::gpu;
    target.chosen = true;
    target.reason = "GPU of this host";
    targets.push_back(target);
  }
  if (!targets.empty()) return targets;
  Target none;
  none.id = "gpu0";
  none.label = "no GPU";
  none.kind = TargetKind::gpu;
  none.reason = host.gpu.none_reason;
  return {none};
}

Target memory_target(const Host& host) {
  Target target;
  target.id = "host-memory";
  target.label = fmt::format("host memory ({}, {} NUMA node{})",
                             format_bytes(static_cast<double>(host.memory.total_bytes)),
                             host.numa_nodes.size(), host.numa_nodes.size() == 1 ? "" : "s");
  target.kind = TargetKind::host_memory;
  target.chosen = true;
  target.reason = "part of every suite with memory cases";
  return target;
}

bool has_family(const Suite& suite, Family family) {
  for (const SuiteRow& row : suite.rows) {
    if (row.family == family) return true;
  }
  return false;
}

/// A result is found by its case's id: two cases with one id would be one case measured and one
/// lost.
void refuse_repeated_ids(const Plan& plan) {
  std::set<std::string> ids;
  for (const Case& item : plan.cases) {
    if (ids.insert(item.id).second) continue;
    throw UsageError(
        fmt::format("the suite has {} twice: give each combination of workload and "
                    "parameters once",
                    item.id));
  }
}

/// Keeps the cases whose id matches the glob, and their targets.
void keep_matching(Plan& plan, const std::string& glob) {
  std::vector<Case> kept;
  for (const Case& item : plan.cases) {
    if (fnmatch(glob.c_str(), item.id.c_str(), 0) == 0) kept.push_back(item);
  }
  if (kept.empty()) {
    throw UsageError(
        fmt::format("--only '{}' matches none of the {} cases; ids look like {} "
                    "(--dry-run lists them)",
                    glob, plan.cases.size(), plan.cases.front().id));
  }
  plan.cases = std::move(kept);
  std::erase_if(plan.targets, [&](const Target& target) {
    return std::none_of(plan.cases.begin(), plan.cases.end(),
                        [&](const Case& item) { return item.target == target.id; });
  });
}

double planned_seconds(const Plan& plan) {
  double seconds = 0;
  std::string filled;
  for (const Case& item : plan.cases) {
    if (!item.skip_reason.empty()) continue;
    seconds += item.warm_up_s + item.duration_s + (item.storage ? 0 : planned_overhead_s);
    const Target* target = find_target(plan, item.target);
    const bool is_filled = target != nullptr && (target->kind == TargetKind::file_system ||
                                                 target->overwrite.has_value());
    if (!is_filled || filled == target->id) continue;
    filled = target->id;
    seconds += static_cast<double>(target->span_bytes) / planned_fill_bytes_per_s;
  }
  return seconds;
}

}  // namespace

Suite apply_options(Suite suite, const RunOptions& options) {
  if (!options.duration_s) return suite;
  suite.duration_s = *options.duration_s;
  for (SuiteRow& row : suite.rows) row.duration_s.reset();
  return suite;
}

Plan make_plan(const Host& host, const Suite& suite, std::vector<Target> storage_targets,
               const RunOptions& options, std::uint64_t seed) {
  Plan plan;
  plan.suite = suite.name;
  plan.suite_sha256 = suite_sha256(suite);
  plan.seed = seed;
  if (has_family(suite, Family::storage)) plan.targets = std::move(storage_targets);
  number_targets(plan.targets);
  const std::size_t storage_count = plan.targets.size();
  if (has_family(suite, Family::memory)) plan.targets.push_back(memory_target(host));
  const std::size_t memory_end = plan.targets.size();
  if (has_family(suite, Family::gpu)) {
    for (const Target& target : gpu_targets(host)) plan.targets.push_back(target);
  }
  // Target by target, so that one test file is open at a time.
  for (std::size_t i = 0; i < plan.targets.size(); ++i) {
    for (const SuiteRow& row : suite.rows) {
      const Target& target = plan.targets[i];
      if (row.family == Family::storage && i < storage_count) {
        add_storage(plan, host, suite, row, target);
      } else if (row.family == Family::memory && i >= storage_count && i < memory_end) {
        add_memory(plan, suite, row, target);
      } else if (row.family == Family::gpu && i >= memory_end) {
        add_gpu(plan, suite, row, target);
      }
    }
  }
  refuse_repeated_ids(plan);
  if (!options.only.empty()) keep_matching(plan, options.only);
  plan.planned_s = planned_seconds(plan);
  return plan;
}

}  // namespace assay
