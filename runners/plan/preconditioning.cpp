#include "runners/plan/preconditioning.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "bench/measure/stop_rule.hpp"
#include "reports/model/units.hpp"
#include "runners/discovery/block_devices.hpp"

namespace assay {

namespace {

using Ids = std::vector<std::string>;

bool holds(const Ids& ids, const std::string& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

void add_once(Ids& ids, const std::string& id) {
  if (!holds(ids, id)) ids.push_back(id);
}

/// The targets that one preconditioning workload prepares.
struct Preconditioning {
  std::string what;
  Ids targets;
};

/// The slowest of a set is known only to the run: it stands for none of the members.
Ids prepared_by(const Plan& plan, const Case& item) {
  const Target* target = find_target(plan, item.target);
  const bool all = target != nullptr && target->kind == TargetKind::target_set;
  return all ? target->members : Ids{item.target};
}

bool ended_steady(const CaseResult& done) {
  return std::none_of(done.flags.begin(), done.flags.end(),
                      [](const std::string& flag) { return flag.starts_with(not_steady); });
}

/// What a case does, or did; empty where it did not end well.
std::string words_for(const Case& item, const std::vector<CaseResult>* measured) {
  std::string steady = item.workload + (item.steady_state ? " to steady state" : "");
  if (measured == nullptr) return steady;
  const auto done = std::find_if(measured->begin(), measured->end(),
                                 [&](const CaseResult& one) { return one.id == item.id; });
  if (done == measured->end() || done->status != CaseStatus::ok) return {};
  return ended_steady(*done) ? steady : item.workload + ", not steady";
}

std::vector<Preconditioning> preconditioning_of(const Plan& plan,
                                                const std::vector<CaseResult>* measured) {
  std::vector<Preconditioning> found;
  for (const Case& item : plan.cases) {
    if (!item.precondition || !item.skip_reason.empty()) continue;
    const std::string what = words_for(item, measured);
    if (what.empty()) continue;
    auto same = std::find_if(found.begin(), found.end(),
                             [&](const Preconditioning& one) { return one.what == what; });
    if (same == found.end()) same = found.insert(found.end(), {what, {}});
    for (const std::string& id : prepared_by(plan, item)) add_once(same->targets, id);
  }
  return found;
}

/// What is measured otherwise, each member of a set by itself.
Ids measured_targets(const Plan& plan) {
  Ids measured;
  for (const Case& item : plan.cases) {
    if (!uses_storage(item) || item.precondition || !item.skip_reason.empty()) continue;
    const Target* target = find_target(plan, item.target);
    if (target == nullptr || target->members.empty()) add_once(measured, item.target);
    if (target == nullptr) continue;
    for (const std::string& id : target->members) add_once(measured, id);
  }
  return measured;
}

/// Whether storage is measured, and none of it on what this run writes. Without storage there is no
/// preconditioning that could differ from another run's.
bool is_only_read(const Plan& plan) {
  bool any = false;
  for (const Case& item : plan.cases) {
    if (!uses_storage(item) || !item.skip_reason.empty()) continue;
    const Target* target = find_target(plan, item.target);
    if (target == nullptr) continue;
    Ids ids = target->members;
    ids.push_back(target->id);
    for (const std::string& id : ids) {
      const Target* one = find_target(plan, id);
      if (one != nullptr && (one->kind == TargetKind::file_system || one->overwrite)) return false;
    }
    any = true;
  }
  return any;
}

/// "instance-store" of "instance-store-3": how many of a kind there are is no difference in how
/// they were prepared.
std::string kind_of(const std::string& id) {
  const std::size_t end = id.find_last_not_of("0123456789");
  return end != std::string::npos && end + 1 < id.size() && id[end] == '-' ? id.substr(0, end) : id;
}

/// Kinds of which all that were measured were prepared, and single ones of the others.
Ids prepared_texts(const Ids& prepared, const Ids& measured) {
  Ids texts;
  for (const std::string& id : prepared) {
    const bool whole = std::all_of(measured.begin(), measured.end(), [&](const std::string& other) {
      return kind_of(other) != kind_of(id) || holds(prepared, other);
    });
    add_once(texts, whole ? kind_of(id) : id);
  }
  return texts;
}

}  // namespace

void describe_overwritten(const Plan& plan, const Host& host, const Case& item,
                          const std::vector<std::string>& ran_on, CaseResult& measured) {
  constexpr double share_noted = 0.5;
  if (!item.precondition || !item.storage || item.storage->operation == Operation::read) return;
  double span_bytes = 0;
  bool has_spare_blocks = false;
  for (const std::string& id : ran_on) {
    const Target* target = find_target(plan, id);
    if (target == nullptr) continue;
    span_bytes += static_cast<double>(target->span_bytes);
    const BlockDevice* device = find_device(host.block_devices, target->device);
    const bool rotates = device != nullptr && device->rotational;
    has_spare_blocks |= target->device_class != DeviceClass::ebs && !rotates;
  }
  double bytes = 0;
  for (const Tick& tick : measured.ticks) bytes += static_cast<double>(tick.bytes);
  if (item.storage->operation == Operation::mixed) {
    bytes *= (100.0 - item.storage->read_percent) / 100;
  }
  if (!(span_bytes > 0) || !(bytes > 0)) return;
  const double share = bytes / span_bytes;
  measured.method.emplace_back(
      "overwritten", fmt::format("{}, {:.0f} % of the span", format_bytes(bytes), 100 * share));
  if (measured.status != CaseStatus::ok || !item.steady_state || !ended_steady(measured) ||
      share >= share_noted || !has_spare_blocks) {
    return;
  }
  measured.flags.push_back(fmt::format(
      "steady after {:.0f} % of the span was overwritten: a solid-state drive has spare blocks and "
      "may slow down once they are used up; measure for longer rounds (steady_round)",
      100 * share));
}

std::string preconditioning_text(const Plan& plan, const std::vector<CaseResult>* measured_cases) {
  const Ids measured = measured_targets(plan);
  std::string text = is_only_read(plan) ? "none" : "sequential fill";
  for (const Preconditioning& one : preconditioning_of(plan, measured_cases)) {
    text += ", then " + one.what;
    const bool on_all = std::all_of(measured.begin(), measured.end(),
                                    [&](const std::string& id) { return holds(one.targets, id); });
    if (on_all) continue;
    text += fmt::format(" on {}", fmt::join(prepared_texts(one.targets, measured), " and "));
  }
  return text;
}

}  // namespace assay
