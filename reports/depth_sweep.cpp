#include "reports/depth_sweep.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "reports/case_key.hpp"
#include "reports/target_text.hpp"

namespace assay {

namespace {

constexpr double knee_share_of_maximum = 0.9;

DepthPoint depth_point(const Case& item, const CaseResult& result, const Metric& iops) {
  return {item.storage->queue_depth,
          iops.value,
          iops.spread,
          metric_value(result.metrics, "latency/p50"),
          metric_value(result.metrics, "latency/p99"),
          &result};
}

void add_point(std::vector<DepthPoint>& points, const DepthPoint& point) {
  const auto same = std::find_if(points.begin(), points.end(), [&](const DepthPoint& one) {
    return one.queue_depth == point.queue_depth;
  });
  if (same == points.end()) {
    points.push_back(point);
  } else if (point.iops > same->iops) {
    *same = point;
  }
}

}  // namespace

const char* const knee_rule =
    "the knee is the smallest queue depth whose IOPS are at least 90 % of the maximum over all "
    "depths, and there is none where only the largest depth qualifies";

DepthSweep depth_sweep(const Result& result, const std::string& target,
                       const std::string& workload) {
  const auto in_sweep = [&](const CaseResult& measured) -> const Case* {
    const Case* item = find_case(result.plan, measured.id);
    if (measured.status != CaseStatus::ok || item == nullptr || !item->storage) return nullptr;
    const bool plain = item->storage->arrival == Arrival::closed && is_plain(*item->storage);
    return plain && item->workload == workload ? item : nullptr;
  };
  // Of the slowest of a set also what that member did alone.
  std::set<std::string> targets = {target};
  for (const CaseResult& measured : result.cases) {
    const Case* item = in_sweep(measured);
    if (item != nullptr && item->target == target) targets.insert(ran_on(result, *item, measured));
  }
  std::map<std::uint32_t, std::map<std::string, std::vector<DepthPoint>>> by_block_size;
  for (const CaseResult& measured : result.cases) {
    const Case* item = in_sweep(measured);
    if (item == nullptr || targets.count(item->target) == 0) continue;
    const Metric* iops = find_metric(measured.metrics, "iops");
    if (iops == nullptr) continue;
    StorageParameters alike = *item->storage;
    alike.queue_depth = 0;
    add_point(by_block_size[alike.block_size_bytes][storage_key(alike)],
              depth_point(*item, measured, *iops));
  }
  DepthSweep best;
  best.workload = workload;
  for (auto& [block_size, sweeps] : by_block_size) {
    for (auto& [key, points] : sweeps) {
      if (points.size() <= best.points.size()) continue;
      best.block_size_bytes = block_size;
      best.points = std::move(points);
    }
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
