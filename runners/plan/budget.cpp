#include "runners/plan/budget.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "reports/model/units.hpp"
#include "runners/discovery/block_devices.hpp"
#include "runners/plan/memory_cases.hpp"

namespace assay {

namespace {

// Planning figures only: how long a run will take, never a result.
constexpr double fill_volume_bytes_per_s = 125 << 20;  // the least a gp3 volume is sold with
constexpr double fill_store_bytes_per_s = 700e6;       // NVMe instance store
constexpr double fill_disk_bytes_per_s = 150e6;        // a rotating disk
constexpr double beside_storage_case_s = 0.1;          // rings and buffers, statistics, the journal
constexpr double beside_other_case_s = 0.5;            // allocating, first touch, searching

constexpr double touch_bytes_per_s = 1e9;       // of memory, one CPU
constexpr double touch_bytes_per_s_max = 50e9;  // all CPUs

bool is_measured(const Case& item) { return item.skip_reason.empty(); }

/// To write or read the span of a target once.
double pass_s(const Host& host, const Target& target) {
  const BlockDevice* device = find_device(host.block_devices, target.device);
  double rate = fill_volume_bytes_per_s;
  if (device != nullptr && device->rotational && target.device_class != DeviceClass::ebs) {
    rate = fill_disk_bytes_per_s;
  } else if (target.device_class == DeviceClass::instance_store) {
    rate = fill_store_bytes_per_s;
  }
  return static_cast<double>(target.span_bytes) / rate;
}

double fill_s(const Host& host, const Target& target) {
  const bool filled = target.kind == TargetKind::file_system || target.overwrite;
  return target.chosen && filled ? pass_s(host, target) : 0;
}

/// The members of a set, one of those of which the slowest is taken, or the target itself.
std::vector<std::string> targets_of_case(const Plan& plan, const Case& item) {
  const Target* target = find_target(plan, item.target);
  if (target == nullptr || target->members.empty()) return {item.target};
  if (target->kind == TargetKind::target_set) return target->members;
  return {target->members.front()};
}

/// What cases that verify write anew, and what goes into the page cache before cases that read
/// through it: each target once, one after the other.
double further_passes_s(const Plan& plan, const Host& host) {
  std::set<std::string> written;
  std::set<std::string> cached;
  for (const Case& item : plan.cases) {
    if (!is_measured(item) || !item.storage) continue;
    const bool reads = item.storage->operation != Operation::write;
    for (const std::string& id : targets_of_case(plan, item)) {
      if (item.storage->verify) written.insert(id);
      if (!item.storage->direct && reads) cached.insert(id);
    }
  }
  double sum_s = 0;
  for (const auto* ids : {&written, &cached}) {
    for (const std::string& id : *ids) {
      const Target* target = find_target(plan, id);
      if (target != nullptr) sum_s += pass_s(host, *target);
    }
  }
  return sum_s;
}

/// Targets that the cases to be measured need filled, members of sets among them.
std::set<std::string> used_targets(const Plan& plan) {
  std::set<std::string> used;
  for (const Case& item : plan.cases) {
    if (!is_measured(item) || !uses_storage(item)) continue;
    const Target* target = find_target(plan, item.target);
    if (target == nullptr) continue;
    used.insert(target->id);
    used.insert(target->members.begin(), target->members.end());
  }
  return used;
}

/// A target whose fill alone takes the time there is would drop everything else with it.
void drop_long_fills(Plan& plan, const Host& host) {
  for (Case& item : plan.cases) {
    const Target* target = find_target(plan, item.target);
    if (!is_measured(item) || !uses_storage(item) || target == nullptr) continue;
    std::vector<std::string> filled = target->members;
    filled.push_back(target->id);
    for (const std::string& id : filled) {
      const Target& one = *find_target(plan, id);
      if (fill_s(host, one) < plan.cap_s) continue;
      item.skip_reason = fmt::format(
          "filling {} of {} alone takes about {:.0f} minutes, more than the {:.0f} there are: give "
          "a smaller --size, or a suite without a cap",
          format_bytes(static_cast<double>(one.span_bytes)), id, fill_s(host, one) / 60,
          plan.cap_s / 60);
    }
  }
}

/// To touch the memory of a case for the first time. A chase's cycle is linked by a whole node.
double touch_s(const MemoryParameters& memory, const Host& host) {
  const auto nodes = static_cast<double>(std::max<std::size_t>(1, host.numa_nodes.size()));
  const bool chase = memory.kernel.ends_with("latency");
  const double cpus = memory.threads == 0 || chase ? static_cast<double>(host.cpu.threads) : 1;
  const double rate = touch_bytes_per_s * std::max(1.0, chase ? cpus / nodes : cpus);
  return planned_memory_bytes(memory, host) / std::min(rate, touch_bytes_per_s_max);
}

}  // namespace

double planned_case_s(const Case& item, const Host& host) {
  if (!is_measured(item)) return 0;
  double beside_s = item.storage ? beside_storage_case_s : beside_other_case_s;
  if (item.memory) beside_s += touch_s(*item.memory, host);
  return item.warm_up_s + item.duration_s + beside_s;
}

double planned_s(const Plan& plan, const Host& host) {
  double longest_fill_s = 0;
  for (const std::string& id : used_targets(plan)) {
    longest_fill_s = std::max(longest_fill_s, fill_s(host, *find_target(plan, id)));
  }
  double cases_s = 0;
  for (const Case& item : plan.cases) {
    cases_s += planned_case_s(item, host);
    // Each part of a case has a warm-up of its own.
    if (is_measured(item) && item.storage) cases_s += (plan.rounds - 1) * item.warm_up_s;
  }
  return longest_fill_s + further_passes_s(plan, host) + cases_s;
}

void drop_beyond_cap(Plan& plan, const Host& host) {
  if (!(plan.cap_s > 0)) return;
  drop_long_fills(plan, host);
  for (double now_s = planned_s(plan, host); now_s > plan.cap_s; now_s = planned_s(plan, host)) {
    Case* last = nullptr;
    for (Case& item : plan.cases) {
      if (is_measured(item) && (last == nullptr || item.priority >= last->priority)) last = &item;
    }
    if (last == nullptr) return;
    last->skip_reason =
        fmt::format("dropped to keep within {:.0f} minutes: cases of priority {} go first",
                    plan.cap_s / 60, last->priority);
  }
}

}  // namespace assay
