#include "runners/run/late_choices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "reports/model/units.hpp"
#include "reports/rate_sweep.hpp"
#include "reports/target_text.hpp"

namespace assay {

namespace {

/// The part of a case id that is the same for all targets: what follows the target's.
std::string what_is_measured(const Case& item) {
  const std::string prefix = "storage/" + item.target + "/";
  return item.id.rfind(prefix, 0) == 0 ? item.id.substr(prefix.size()) : item.id;
}

double iops_of(const CaseResult& result) {
  if (result.status != CaseStatus::ok) return 0;
  const Metric* iops = find_metric(result.metrics, "iops");
  return iops == nullptr ? 0 : iops->value;
}

/// The parts of a case that ended well: one that failed makes no target slow.
class Parts {
 public:
  void add(double rate) {
    sum_ += rate;
    ++count_;
  }
  double mean() const { return sum_ / static_cast<double>(count_); }

 private:
  double sum_ = 0;
  std::size_t count_ = 0;
};

std::uint32_t alignment_of(const StorageParameters& one) {
  return one.alignment_bytes > 0 ? one.alignment_bytes : one.block_size_bytes;
}

bool same_ios(const StorageParameters& a, const StorageParameters& b) {
  const auto same_mix = [](const SizeShare& one, const SizeShare& other) {
    return one.block_size_bytes == other.block_size_bytes && one.percent == other.percent;
  };
  return a.operation == b.operation && a.pattern == b.pattern && a.durability == b.durability &&
         a.block_size_bytes == b.block_size_bytes && a.read_percent == b.read_percent &&
         a.range_begin_percent == b.range_begin_percent &&
         a.range_end_percent == b.range_end_percent && a.direct == b.direct &&
         a.zipf_theta == b.zipf_theta && alignment_of(a) == alignment_of(b) &&
         std::equal(a.block_mix.begin(), a.block_mix.end(), b.block_mix.begin(), b.block_mix.end(),
                    same_mix);
}

}  // namespace

SlowestMember slowest_member(const Plan& plan, const Target& set,
                             const std::vector<CaseResult>& measured) {
  // Rates by what was measured, then by member.
  std::map<std::string, std::map<std::string, Parts>> rates;
  for (const CaseResult& result : measured) {
    const Case* item = find_case(plan, result.id);
    if (item == nullptr || !item->storage || iops_of(result) == 0) continue;
    if (std::find(set.members.begin(), set.members.end(), item->target) == set.members.end()) {
      continue;
    }
    rates[what_is_measured(*item)][item->target].add(iops_of(result));
  }
  std::map<std::string, double> share;  // sum over cases of rate over mean rate
  std::size_t cases = 0;
  for (const auto& [what, by_member] : rates) {
    if (by_member.size() != set.members.size()) continue;
    double sum = 0;
    for (const auto& [member, parts] : by_member) sum += parts.mean();
    const double mean = sum / static_cast<double>(by_member.size());
    for (const auto& [member, parts] : by_member) share[member] += parts.mean() / mean;
    ++cases;
  }
  if (cases == 0) {
    return {set.members.front(), "the first: no case ended well on every target"};
  }
  const auto slowest = std::min_element(
      share.begin(), share.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return {slowest->first, fmt::format("{:.1f} % of the mean rate of {} targets over {} case{}",
                                      100 * slowest->second / static_cast<double>(cases),
                                      set.members.size(), cases, cases == 1 ? "" : "s")};
}

double highest_rate(const Plan& plan, const Case& item, const std::string& target,
                    const std::vector<CaseResult>& measured) {
  std::map<std::string, Parts> by_case;
  for (const CaseResult& result : measured) {
    const Case* other = find_case(plan, result.id);
    const bool alike = other != nullptr && other->storage &&
                       ran_on(plan, *other, result) == target &&
                       other->storage->arrival == Arrival::closed &&
                       same_ios(*other->storage, item.storage.value());
    if (!alike || iops_of(result) == 0) continue;
    by_case[result.id].add(iops_of(result));
  }
  double highest = 0;
  // The mean of a case's parts: the higher of two would promise what was reached only once.
  for (const auto& [id, parts] : by_case) {
    highest = std::max(highest, parts.mean());
  }
  return highest;
}

std::optional<RefinedRate> refined_rate(const Plan& plan, const Case& item,
                                        const std::vector<CaseResult>& measured) {
  const std::string key = rate_sweep_key(item);
  std::map<double, std::vector<double>> p99_by_percent;
  for (const CaseResult& result : measured) {
    const Case* other = find_case(plan, result.id);
    if (other == nullptr || !other->storage || result.status != CaseStatus::ok) continue;
    const bool has_rate = other->storage->rate_percent > 0;
    if (!has_rate || rate_sweep_key(*other) != key) continue;
    if (const auto p99 = intended_p99_ns(*other, result); p99 && *p99 > 0) {
      p99_by_percent[other->storage->rate_percent].push_back(*p99);
    }
  }
  std::vector<std::pair<double, double>> points;  // percent, ns
  for (const auto& [percent, parts] : p99_by_percent) {
    const double sum = std::accumulate(parts.begin(), parts.end(), 0.0);
    points.emplace_back(percent, sum / static_cast<double>(parts.size()));
  }
  std::optional<RefinedRate> best;
  double largest = 0;
  for (std::size_t i = 1; i < points.size(); ++i) {
    const auto& [low, low_ns] = points[i - 1];
    const auto& [high, high_ns] = points[i];
    const double factor = std::max(high_ns / low_ns, low_ns / high_ns);
    if (high - low < refined_width_percent_min || factor <= largest) continue;
    largest = factor;
    best = RefinedRate{
        (low + high) / 2,
        fmt::format("between {:g} % and {:g} %, where p99 (mean of a case's parts) "
                    "changes most: {} and {}",
                    low, high, format_duration_ns(low_ns), format_duration_ns(high_ns))};
  }
  return best;
}

}  // namespace assay
