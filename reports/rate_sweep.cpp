#include "reports/rate_sweep.hpp"

#include <algorithm>
#include <map>

#include "reports/case_key.hpp"

namespace assay {

namespace {

LatencyTail tail_of(const CaseResult& measured, const std::string& prefix) {
  return {metric_value(measured.metrics, prefix + "latency/p50"),
          metric_value(measured.metrics, prefix + "latency/p99"),
          metric_value(measured.metrics, prefix + "latency/p99.9")};
}

OfferedPoint point_of(const Case& item, const CaseResult& measured) {
  const StorageParameters& storage = *item.storage;
  OfferedPoint point;
  point.percent = storage.rate_percent;
  point.offered_per_s =
      metric_value(measured.metrics, "rate/intended").value_or(storage.rate_per_s);
  point.completed_per_s = metric_value(measured.metrics, "iops").value_or(0);
  point.saturated = is_saturated(measured);
  point.intended = tail_of(measured, storage.operation == Operation::mixed ? "read/" : "");
  point.issued = tail_of(measured, "issued/");
  point.item = &item;
  point.measured = &measured;
  return point;
}

}  // namespace

bool is_saturated(const CaseResult& measured) {
  return std::any_of(measured.flags.begin(), measured.flags.end(),
                     [](const std::string& flag) { return flag.rfind("saturated", 0) == 0; });
}

std::string rate_sweep_key(const Case& item) {
  Case alike = item;
  alike.storage->rate_percent = 0;
  alike.storage->rate_refinement.reset();
  return item.target + " " + case_key(alike);
}

std::optional<double> intended_p99_ns(const Case& item, const CaseResult& measured) {
  return point_of(item, measured).intended.ns_p99;
}

std::vector<RateSweep> rate_sweeps(const Result& result) {
  std::vector<RateSweep> sweeps;
  std::map<std::string, std::size_t> places;
  for (const CaseResult& measured : result.cases) {
    const Case* item = find_case(result.plan, measured.id);
    if (measured.status != CaseStatus::ok || item == nullptr || !item->storage) continue;
    if (item->storage->arrival == Arrival::closed) continue;
    const auto [place, is_new] = places.emplace(rate_sweep_key(*item), sweeps.size());
    if (is_new) sweeps.push_back({find_target(result.plan, item->target), false, {}});
    sweeps[place->second].points.push_back(point_of(*item, measured));
  }
  std::erase_if(sweeps, [](const RateSweep& sweep) {
    return sweep.target == nullptr || sweep.points.size() < 2;
  });
  for (RateSweep& sweep : sweeps) {
    std::stable_sort(sweep.points.begin(), sweep.points.end(),
                     [](const OfferedPoint& a, const OfferedPoint& b) {
                       return a.offered_per_s < b.offered_per_s;
                     });
    sweep.by_percent = std::all_of(sweep.points.begin(), sweep.points.end(),
                                   [](const OfferedPoint& point) { return point.percent > 0; });
  }
  return sweeps;
}

}  // namespace assay
