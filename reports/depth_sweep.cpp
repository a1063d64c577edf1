#include "reports/depth_sweep.hpp"

#include <algorithm>
#include <map>

namespace assay {

namespace {

constexpr double knee_share_of_maximum = 0.9;

std::optional<double> metric_value(const CaseResult& result, const char* name) {
  const Metric* metric = find_metric(result.metrics, name);
  return metric == nullptr ? std::nullopt : std::optional<double>(metric->value);
}

DepthPoint depth_point(const Case& item, const CaseResult& result, const Metric& iops) {
  return {item.storage->queue_depth,
          iops.value,
          iops.spread,
          metric_value(result, "latency/p50"),
          metric_value(result, "latency/p99"),
          &result};
}

}  // namespace

const char* const knee_rule =
    "the knee is the smallest queue depth whose IOPS are at least 90 % of the maximum over all "
    "depths, and there is none where only the largest depth qualifies";

DepthSweep depth_sweep(const Result& result, const std::string& target,
                       const std::string& workload) {
  std::map<std::uint32_t, std::vector<DepthPoint>> by_block_size;
  for (const CaseResult& measured : result.cases) {
    if (measured.status != CaseStatus::ok) continue;
    const Case* item = find_case(result.plan, measured.id);
    if (item == nullptr || !item->storage || item->storage->arrival != Arrival::closed) continue;
    if (item->storage->engine != Engine::io_uring) continue;
    if (item->target != target || item->workload != workload) continue;
    const Metric* iops = find_metric(measured.metrics, "iops");
    if (iops == nullptr) continue;
    by_block_size[item->storage->block_size_bytes].push_back(depth_point(*item, measured, *iops));
  }
  DepthSweep best;
  best.workload = workload;
  for (auto& [block_size, points] : by_block_size) {
    if (points.size() <= best.points.size()) continue;
    best.block_size_bytes = block_size;
    best.points = std::move(points);
  }
  std::stable_sort(
      best.points.begin(), best.points.end(),
      [](const DepthPoint& a, const DepthPoint& b) { return a.queue_depth < b.queue_depth; });
  return best;
}

std::size_t peak_index(const std::vector<DepthPoint>& points) {
  const auto peak =
      std::max_element(points.begin(), points.end(),
                       [](const DepthPoint& a, const DepthPoint& b) { return a.iops < b.iops; });
  return static_cast<std::size_t>(peak - points.begin());
}

std::optional<std::size_t> knee_index(const std::vector<DepthPoint>& points) {
  if (points.size() < 2) return std::nullopt;
  const double enough = knee_share_of_maximum * points[peak_index(points)].iops;
  if (enough <= 0) return std::nullopt;
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    if (points[i].iops >= enough) return i;
  }
  return std::nullopt;
}

}  // namespace assay
