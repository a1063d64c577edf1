#include "reports/scaling.hpp"

#include <algorithm>
#include <map>

#include "reports/case_key.hpp"
#include "reports/target_text.hpp"

namespace assay {

namespace {

/// Rates of single targets by what was measured and then by the target that did it.
using AloneRates = std::map<std::string, std::map<std::string, double>>;

AloneRates alone_rates(const Result& result) {
  AloneRates rates;
  for (const CaseResult& measured : result.cases) {
    const Case* item = find_case(result.plan, measured.id);
    if (measured.status != CaseStatus::ok || item == nullptr || !item->storage) continue;
    const Target* target = find_target(result.plan, item->target);
    const std::optional<double> iops = metric_value(measured.metrics, "iops");
    if (target == nullptr || !iops || target->kind == TargetKind::target_set) continue;
    const std::vector<std::string> members = measured_on(result, *target);
    if (members.size() > 1) continue;  // which of them ran this case is not told
    rates[pair_key(*item)].emplace(members.empty() ? target->id : members.front(), *iops);
  }
  return rates;
}

void add_members(const Result& result, const AloneRates& alone, SetScaling& scaling) {
  const auto same_case = alone.find(pair_key(*scaling.item));
  for (const std::string& id : scaling.set->members) {
    const Target* target = find_target(result.plan, id);
    const std::optional<double> iops =
        metric_value(scaling.measured->metrics, "member/" + id + "/iops");
    if (target == nullptr || !iops) continue;
    MemberRate member{target, *iops, {}};
    if (same_case != alone.end()) {
      const auto own = same_case->second.find(id);
      if (own != same_case->second.end()) member.alone_iops = own->second;
    }
    scaling.members.push_back(member);
  }
}

void add_efficiency(SetScaling& scaling) {
  double sum = 0;
  for (const MemberRate& member : scaling.members) {
    if (!member.alone_iops) return;
    sum += *member.alone_iops;
  }
  if (scaling.members.size() != scaling.set->members.size() || !(sum > 0)) return;
  scaling.alone_iops = sum;
  scaling.efficiency = scaling.iops / sum;
}

/// Nothing where the node of a member is not known: its rate would be missing from a mean.
void add_nodes(SetScaling& scaling) {
  std::map<std::uint32_t, NodeRate> nodes;
  for (const MemberRate& member : scaling.members) {
    if (!member.target->numa_node) return;
    NodeRate& node = nodes[*member.target->numa_node];
    node.node = *member.target->numa_node;
    node.iops_mean += member.iops;
    ++node.members;
  }
  if (nodes.size() < 2) return;
  for (auto& [number, node] : nodes) {
    node.iops_mean /= static_cast<double>(node.members);
    scaling.nodes.push_back(node);
  }
}

bool slower(const MemberRate& a, const MemberRate& b) { return a.iops < b.iops; }

}  // namespace

const char* const scaling_formula =
    "efficiency = IOPS of all at once / sum of the IOPS of each alone, in the same workload, block "
    "size and queue depth of each (threads are as the CPUs allow: the method of each case tells "
    "them); there is none where a rate was "
    "offered or a member did not run that case alone";

std::vector<SetScaling> scaling_of(const Result& result) {
  const AloneRates alone = alone_rates(result);
  std::vector<SetScaling> all;
  for (const CaseResult& measured : result.cases) {
    const Case* item = find_case(result.plan, measured.id);
    if (measured.status != CaseStatus::ok || item == nullptr || !item->storage) continue;
    const Target* set = find_target(result.plan, item->target);
    const std::optional<double> iops = metric_value(measured.metrics, "iops");
    if (set == nullptr || set->kind != TargetKind::target_set || !iops) continue;
    SetScaling scaling;
    scaling.set = set;
    scaling.item = item;
    scaling.measured = &measured;
    scaling.iops = *iops;
    scaling.bandwidth = metric_value(measured.metrics, "bandwidth");
    add_members(result, alone, scaling);
    if (scaling.members.empty()) continue;
    // That a rate which was offered was met says nothing of what is in whose way.
    if (item->storage->arrival == Arrival::closed) add_efficiency(scaling);
    add_nodes(scaling);
    const auto first = scaling.members.begin();
    const auto last = scaling.members.end();
    scaling.slowest = static_cast<std::size_t>(std::min_element(first, last, slower) - first);
    scaling.fastest = static_cast<std::size_t>(std::max_element(first, last, slower) - first);
    all.push_back(std::move(scaling));
  }
  return all;
}

std::optional<double> numa_effect_percent(const SetScaling& scaling) {
  if (scaling.nodes.size() < 2) return std::nullopt;
  const auto [slowest, fastest] = std::minmax_element(
      scaling.nodes.begin(), scaling.nodes.end(),
      [](const NodeRate& a, const NodeRate& b) { return a.iops_mean < b.iops_mean; });
  if (!(fastest->iops_mean > 0)) return std::nullopt;
  return 100 * (1 - slowest->iops_mean / fastest->iops_mean);
}

}  // namespace assay
