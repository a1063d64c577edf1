#include "reports/engine_groups.hpp"

#include <algorithm>
#include <map>

#include "reports/case_key.hpp"
#include "reports/case_text.hpp"

namespace assay {

namespace {

std::string key_without_engine(const Case& item) {
  Case alike = item;
  const StorageParameters ordinary;
  alike.storage->engine = ordinary.engine;
  alike.storage->direct = ordinary.direct;
  alike.storage->iopoll = ordinary.iopoll;
  alike.storage->sqpoll = ordinary.sqpoll;
  return item.target + " " + case_key(alike);
}

bool has_two_ways(const EngineGroup& group) {
  const std::string first = engine_text(*group.rows.front().item->storage);
  return std::any_of(group.rows.begin(), group.rows.end(), [&](const EngineRow& row) {
    return engine_text(*row.item->storage) != first;
  });
}

}  // namespace

std::vector<EngineGroup> engine_groups(const Result& result) {
  std::vector<EngineGroup> groups;
  std::map<std::string, std::size_t> places;
  for (const CaseResult& measured : result.cases) {
    const Case* item = find_case(result.plan, measured.id);
    if (measured.status != CaseStatus::ok || item == nullptr || !item->storage) continue;
    const std::optional<double> iops = metric_value(measured.metrics, "iops");
    if (item->storage->arrival != Arrival::closed || !iops) continue;
    const auto [place, is_new] = places.emplace(key_without_engine(*item), groups.size());
    if (is_new) groups.push_back({find_target(result.plan, item->target), {}});
    groups[place->second].rows.push_back({item, &measured, *iops,
                                          metric_value(measured.metrics, "latency/p50"),
                                          metric_value(measured.metrics, "latency/p99"),
                                          metric_value(measured.metrics, "cpu/per-io"),
                                          metric_value(measured.metrics, "syscalls/per-io")});
  }
  std::erase_if(groups, [](const EngineGroup& group) {
    return group.target == nullptr || !has_two_ways(group);
  });
  return groups;
}

}  // namespace assay
