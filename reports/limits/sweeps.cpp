#include "reports/limits/sweeps.hpp"

#include <algorithm>
#include <map>

#include "reports/case_key.hpp"
#include "reports/case_text.hpp"
#include "reports/target_text.hpp"

namespace assay {

namespace {

constexpr double iops_plateau_share = 1 / deeper_gives_min;
constexpr double bytes_plateau_share = 0.95;

/// What is equal in a sweep. Over block size the depth may differ too.
std::string key_of(const Case& item, const std::string& target, SweptBy swept_by) {
  Case alike = item;
  alike.storage->queue_depth = 0;
  if (swept_by == SweptBy::block_size) alike.storage->block_size_bytes = 0;
  return target + " " + case_key(alike);
}

}  // namespace

bool is_slower_twin(const Sweep& sweep, const SweepPoint& point) {
  return std::any_of(sweep.points.begin(), sweep.points.end(), [&](const SweepPoint& other) {
    return other.load == point.load && other.rate >= deeper_gives_min * point.rate &&
           other.item->storage->threads != point.item->storage->threads;
  });
}

RatePoint rate_point(const SweepPoint& point, SweptBy swept_by) {
  const bool of_ios = swept_by == SweptBy::queue_depth;
  RatePoint fitted;
  fitted.load = point.load;
  fitted.unit = of_ios ? 1 : point.item->storage->block_size_bytes;
  fitted.latency_ns_p50 = metric_of(*point.measured, "latency/p50").value_or(0);
  fitted.in_parts = is_in_parts(*point.measured);
  fitted.latency_ns_p99 = metric_of(*point.measured, "latency/p99").value_or(0);
  for (const Tick& tick : point.measured->ticks) {
    // A window's last tick may be a sliver.
    if (tick.length_s < 0.5 * point.measured->ticks.front().length_s || tick.length_s <= 0)
      continue;
    if (fitted.tick_rates.empty()) fitted.tick_s = tick.length_s;  // the last may be shorter
    fitted.tick_rates.push_back(static_cast<double>(of_ios ? tick.ops : tick.bytes) /
                                tick.length_s);
  }
  return fitted;
}

std::optional<double> metric_of(const CaseResult& measured, const char* name) {
  const Metric* metric = find_metric(measured.metrics, name);
  return metric == nullptr ? std::nullopt : std::optional<double>(metric->value);
}

std::vector<Sweep> sweeps_of(Result& result, SweptBy swept_by) {
  const bool by_depth = swept_by == SweptBy::queue_depth;
  std::map<std::string, Sweep> found;
  for (CaseResult& measured : result.cases) {
    const Case* item = find_case(result.plan, measured.id);
    if (measured.status != CaseStatus::ok || item == nullptr || !item->storage) continue;
    if (item->storage->arrival != Arrival::closed) continue;
    const std::optional<double> rate = metric_of(measured, by_depth ? "iops" : "bandwidth");
    if (!rate || !(*rate > 0)) continue;
    const std::string target = ran_on(result, *item, measured);
    Sweep& sweep = found[key_of(*item, target, swept_by)];
    sweep.swept_by = swept_by;
    sweep.target = target;
    const double load = by_depth ? item->storage->queue_depth : item->storage->block_size_bytes;
    sweep.points.push_back(
        {item, &measured, load, *rate, metric_of(measured, "latency/mean").value_or(0)});
  }
  std::vector<Sweep> sweeps;
  for (auto& [key, sweep] : found) {
    std::stable_sort(sweep.points.begin(), sweep.points.end(),
                     [](const SweepPoint& a, const SweepPoint& b) { return a.load < b.load; });
    if (sweep.points.front().load < sweep.points.back().load) sweeps.push_back(std::move(sweep));
  }
  return sweeps;
}

Plateau plateau_of(const Sweep& sweep) {
  const bool by_depth = sweep.swept_by == SweptBy::queue_depth;
  Plateau plateau;
  for (const SweepPoint& point : sweep.points) plateau.rate = std::max(plateau.rate, point.rate);
  const double enough = (by_depth ? iops_plateau_share : bytes_plateau_share) * plateau.rate;
  std::vector<RatePoint> fitted;
  for (std::size_t i = 0; i < sweep.points.size(); ++i) {
    if (is_slower_twin(sweep, sweep.points[i])) continue;
    fitted.push_back(rate_point(sweep.points[i], sweep.swept_by));
    const bool beyond = by_depth && !plateau.points.empty();
    if (beyond || sweep.points[i].rate >= enough) plateau.points.push_back(i);
  }
  const auto load_of = [&](std::size_t i) { return sweep.points[i].load; };
  if (load_of(plateau.points.front()) == load_of(plateau.points.back())) plateau.points.clear();
  if (!plateau.points.empty()) plateau.bucket = fit_token_bucket(fitted);
  return plateau;
}

}  // namespace assay
