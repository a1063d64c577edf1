#include "reports/side_by_side.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "reports/case_key.hpp"
#include "reports/case_text.hpp"
#include "reports/model/units.hpp"
#include "reports/target_text.hpp"

namespace assay {

namespace {

std::vector<Side> sides_of(const Result& result) {
  std::vector<Side> sides;
  for (const CaseResult& measured : result.cases) {
    const Case* item = find_case(result.plan, measured.id);
    if (measured.status != CaseStatus::ok || item == nullptr || !item->storage) continue;
    const Target* target = find_target(result.plan, item->target);
    const std::optional<double> iops = metric_value(measured.metrics, "iops");
    if (target == nullptr || target->device_class == DeviceClass::other || !iops) continue;
    sides.push_back({target, item, &measured, *iops,
                     metric_value(measured.metrics, "bandwidth").value_or(0),
                     metric_value(measured.metrics, "latency/p50"),
                     metric_value(measured.metrics, "latency/p99")});
  }
  return sides;
}

bool is_set(const Side& side) { return side.target->kind == TargetKind::target_set; }

/// Of a set: what its members are.
bool is_device(const Result& result, const Side& side) {
  const Target* target = side.target;
  if (!target->members.empty()) target = find_target(result.plan, target->members.front());
  return target != nullptr && target->kind == TargetKind::block_device;
}

bool of_one_kind(const Result& result, const SidePair& pair) {
  return is_device(result, pair.ebs) == is_device(result, pair.store);
}

/// The target that was really measured: of the slowest of a set, the member.
std::string measured_target(const Result& result, const Side& side) {
  const std::vector<std::string> members = measured_on(result, *side.target);
  return members.empty() ? side.target->id : members.front();
}

/// Targets of which one stands for all.
struct Kind {
  DeviceClass device_class;
  bool set;
  bool device;

  bool operator<(const Kind& other) const {
    return std::tie(device_class, set, device) <
           std::tie(other.device_class, other.set, other.device);
  }
};

Kind kind_of(const Result& result, const Side& side) {
  return {side.target->device_class, is_set(side), is_device(result, side)};
}

/// Sides of one target of each kind, so that all rows of a table are of the same two: the target
/// that ran the most cases, of several of those the one that was the slowest in the most.
std::vector<Side> representatives(const Result& result, const std::vector<Side>& sides) {
  struct Standing {
    std::size_t cases = 0;
    std::size_t slowest = 0;

    bool operator<(const Standing& other) const {
      return std::tie(cases, slowest) < std::tie(other.cases, other.slowest);
    }
  };
  std::map<std::pair<Kind, std::string>, double> lowest;  // IOPS, by case
  for (const Side& side : sides) {
    double& iops =
        lowest.try_emplace({kind_of(result, side), pair_key(*side.item)}, side.iops).first->second;
    iops = std::min(iops, side.iops);
  }
  std::map<Kind, std::map<std::string, Standing>> standings;  // by what was measured
  for (const Side& side : sides) {
    const Kind kind = kind_of(result, side);
    Standing& standing = standings[kind][measured_target(result, side)];
    ++standing.cases;
    if (side.iops <= lowest.at({kind, pair_key(*side.item)})) ++standing.slowest;
  }
  std::vector<Side> kept;
  for (const Side& side : sides) {
    const auto& of_kind = standings.at(kind_of(result, side));
    const auto best =
        std::max_element(of_kind.begin(), of_kind.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    if (measured_target(result, side) == best->first) kept.push_back(side);
  }
  return kept;
}

/// The partner of an EBS side: of its own kind, else of the other; nullptr where there is none.
const Side* partner_of(const Result& result, const Side& ebs, const std::vector<Side>& sides) {
  const Side* best = nullptr;
  for (const Side& side : sides) {
    if (side.target->device_class != DeviceClass::instance_store) continue;
    if (is_set(side) != is_set(ebs) || pair_key(*side.item) != pair_key(*ebs.item)) continue;
    if (best == nullptr || is_device(result, side) == is_device(result, ebs)) best = &side;
  }
  return best;
}

std::optional<double> ratio(const std::optional<double>& store, const std::optional<double>& ebs) {
  if (!store || !ebs || !(*ebs > 0)) return std::nullopt;
  return *store / *ebs;
}

std::string side_text(const Result& result, const Side& side) {
  std::string text = side.target->id;
  for (const std::string& member : measured_on(result, *side.target)) text += ": " + member;
  return text;
}

std::string cell(const std::optional<double>& ns) { return ns ? format_duration_ns(*ns) : "-"; }

std::string times(const std::optional<double>& value) {
  return value ? fmt::format("{:.2f}", *value) : "-";
}

}  // namespace

std::vector<SidePair> side_by_side(const Result& result) {
  const std::vector<Side> sides = representatives(result, sides_of(result));
  std::vector<SidePair> pairs;
  for (const Side& ebs : sides) {
    if (ebs.target->device_class != DeviceClass::ebs || !(ebs.iops > 0)) continue;
    const Side* store = partner_of(result, ebs, sides);
    if (store == nullptr) continue;
    pairs.push_back({ebs, *store, store->iops / ebs.iops,
                     ratio(store->latency_ns_p50, ebs.latency_ns_p50),
                     ratio(store->latency_ns_p99, ebs.latency_ns_p99)});
  }
  std::vector<SidePair> kept;
  for (const SidePair& pair : pairs) {
    const bool replaced = !of_one_kind(result, pair) &&
                          std::any_of(pairs.begin(), pairs.end(), [&](const SidePair& other) {
                            return of_one_kind(result, other) &&
                                   is_set(other.ebs) == is_set(pair.ebs) &&
                                   pair_key(*other.ebs.item) == pair_key(*pair.ebs.item);
                          });
    if (!replaced) kept.push_back(pair);
  }
  return kept;
}

std::string pair_text(const Result& result, const SidePair& pair) {
  std::string text =
      fmt::format("{} against {}", side_text(result, pair.ebs), side_text(result, pair.store));
  if (!of_one_kind(result, pair)) {
    text += " (one through a file system, the other not)";
  }
  return text;
}

const std::vector<std::string>& side_headings() {
  static const std::vector<std::string> headings = {"measurement", "EBS",       "store", "ratio",
                                                    "EBS p50",     "store p50", "ratio", "EBS p99",
                                                    "store p99",   "ratio"};
  return headings;
}

std::vector<std::string> side_cells(const SidePair& pair) {
  const StorageParameters& storage = *pair.ebs.item->storage;
  const bool of_bytes =
      storage.pattern == Pattern::sequential && storage.durability == Durability::none;
  const auto rate = [&](const Side& side) {
    return of_bytes ? format_byte_rate(side.bandwidth)
                    : format_value(side.iops, "1/s") + ", " + format_byte_rate(side.bandwidth);
  };
  Case both = *pair.ebs.item;
  if (both.storage->rate_percent > 0) both.storage->rate_per_s = 0;  // a share of each one's own
  return {case_text(both),
          rate(pair.ebs),
          rate(pair.store),
          fmt::format("{:.2f}", pair.rate_ratio),
          cell(pair.ebs.latency_ns_p50),
          cell(pair.store.latency_ns_p50),
          times(pair.p50_ratio),
          cell(pair.ebs.latency_ns_p99),
          cell(pair.store.latency_ns_p99),
          times(pair.p99_ratio)};
}

}  // namespace assay
