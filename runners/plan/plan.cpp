#include "runners/plan/plan.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <set>

#include "reports/model/names.hpp"
#include "reports/model/units.hpp"
#include "runners/discovery/block_devices.hpp"
#include "runners/plan/budget.hpp"
#include "runners/plan/gpu_cases.hpp"
#include "runners/plan/memory_cases.hpp"
#include "runners/plan/pipeline_cases.hpp"
#include "runners/plan/storage_cases.hpp"
#include "runners/plan/targets.hpp"
#include "runners/usage_error.hpp"

namespace assay {

namespace {

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

/// The resolved targets with their ids made unique, where they are attached, and the sets of them.
std::vector<Target> storage_plan_targets(const Host& host, std::vector<Target> targets) {
  number_targets(targets);
  for (Target& target : targets) {
    const BlockDevice* device = find_device(host.block_devices, target.device);
    if (device != nullptr) target.numa_node = device->numa_node;
  }
  for (Target& set : target_sets(targets)) targets.push_back(std::move(set));
  return targets;
}

/// The suite's storage rows that are measured on one target. Sets that no row asks for stay without
/// a case and are taken out.
void add_storage(Plan& plan, const Host& host, const Suite& suite, const Target& target,
                 const std::vector<Target>& storage) {
  const std::size_t before = plan.cases.size();
  for (const SuiteRow& row : suite.rows) {
    const bool pipeline = row.family == Family::pipeline;
    if (row.family != Family::storage && !pipeline) continue;
    const DeviceUse devices = pipeline ? row.pipeline.devices : row.storage.devices;
    for (const Target* chosen : targets_of(devices, storage)) {
      if (chosen->id != target.id) continue;
      if (pipeline) add_pipeline_cases(plan, host, suite, row, target);
      if (!pipeline) add_storage_cases(plan, host, suite, row, target);
    }
  }
  if (plan.cases.size() > before || target.members.empty()) return;
  std::erase_if(plan.targets, [&](const Target& one) { return one.id == target.id; });
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

void refuse_no_cases(const Plan& plan) {
  if (!plan.cases.empty()) return;
  std::string refused;
  for (const Target& target : plan.targets) {
    if (!target.chosen) refused += fmt::format("; {} {}", target.path, target.reason);
  }
  throw UsageError(
      fmt::format("the suite has no case for the targets of this run: rows with devices = \"all\" "
                  "need at least two of one class{}",
                  refused));
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
  std::set<std::string> used;
  for (const Case& item : plan.cases) {
    const Target* target = find_target(plan, item.target);
    used.insert(item.target);
    if (target != nullptr) used.insert(target->members.begin(), target->members.end());
  }
  std::erase_if(plan.targets, [&](const Target& target) { return used.count(target.id) == 0; });
}

}  // namespace

Suite apply_options(Suite suite, const RunOptions& options) {
  if (!options.duration_s) return suite;
  suite.duration_s = *options.duration_s;
  for (SuiteRow& row : suite.rows) {
    row.duration_s.reset();
    row.confidence.reset();
    row.steady_state.reset();
  }
  return suite;
}

Plan make_plan(const Host& host, const Suite& suite, std::vector<Target> storage_targets,
               const RunOptions& options, std::uint64_t seed) {
  Plan plan;
  plan.suite = suite.name;
  plan.suite_sha256 = suite_sha256(suite);
  plan.seed = seed;
  plan.cap_s = suite.cap_s;
  plan.rounds = suite.rounds;
  plan.random_order = suite.random_order;
  plan.primary = suite.primary;
  if (has_family(suite, Family::storage) || has_family(suite, Family::pipeline)) {
    plan.targets = storage_plan_targets(host, std::move(storage_targets));
  }
  const std::vector<Target> storage = plan.targets;
  if (has_family(suite, Family::memory)) plan.targets.push_back(memory_target(host));
  if (has_family(suite, Family::gpu)) {
    for (const Target& target : gpu_targets(host, suite)) plan.targets.push_back(target);
  }
  for (const Target& target : storage) add_storage(plan, host, suite, target, storage);
  const std::vector<Target> left = plan.targets;  // sets without a case are gone
  for (const SuiteRow& row : suite.rows) {
    for (const Target& target : left) {
      if (row.family == Family::memory && target.kind == TargetKind::host_memory) {
        add_memory_cases(plan, host, suite, row, target);
      }
      if (row.family == Family::gpu && target.kind == TargetKind::gpu) {
        add_gpu_cases(plan, host, suite, row, target);
      }
    }
  }
  refuse_no_cases(plan);
  refuse_repeated_ids(plan);
  if (!options.only.empty()) keep_matching(plan, options.only);
  drop_beyond_cap(plan, host);
  plan.planned_s = planned_s(plan, host);
  return plan;
}

}  // namespace assay
