#include "reports/limits/classify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <utility>

#include "reports/case_text.hpp"
#include "reports/limits/judges.hpp"
#include "reports/limits/service_cost.hpp"
#include "reports/limits/sweeps.hpp"
#include "reports/target_text.hpp"

namespace assay {

namespace {

/// A sweep that levels off, with what it levels off at.
struct Saturated {
  Sweep sweep;
  Plateau plateau;
  Limit limit;
};

/// What the volumes beneath a target are sold with together; empty where it is not on EBS.
std::optional<SoldVolumes> volumes_of(const Result& result, const Sweep& sweep) {
  const Target* target = find_target(result.plan, sweep.target);
  if (target == nullptr || target->device_class != DeviceClass::ebs) return std::nullopt;
  const TargetDisks disks = disks_of(result, *target);
  if (disks.untold > 0) return SoldVolumes{{}, disks.count};
  return SoldVolumes{sold_together(result.comparability.volume_note, disks.count), disks.count};
}

std::vector<Saturated> saturated_sweeps(Result& result, SweptBy swept_by,
                                        const AdvertisedLimits& instance) {
  std::vector<Saturated> all;
  for (Sweep& sweep : sweeps_of(result, swept_by)) {
    Plateau plateau = plateau_of(sweep);
    if (plateau.points.empty()) continue;
    Limit limit = saturation(sweep, plateau);
    if (const auto volumes = volumes_of(result, sweep)) {
      if (const auto sold = sold_rate(sweep, plateau, *volumes, instance)) limit = *sold;
    }
    all.push_back({std::move(sweep), std::move(plateau), std::move(limit)});
  }
  return all;
}

/// That another kind of I/O levels off at the same number is what a limiter does and a device
/// hardly ever.
void add_equal_plateaus(std::vector<Saturated>& all) {
  constexpr double equal_share = 0.01;
  for (Saturated& one : all) {
    if (one.limit.kind != LimitKind::host_rate_limiter) continue;
    for (const Saturated& other : all) {
      const double rate = one.plateau.bucket.plateau_rate;
      if (&other == &one || other.sweep.target != one.sweep.target ||
          other.limit.kind != LimitKind::host_rate_limiter ||
          std::abs(other.plateau.bucket.plateau_rate - rate) > equal_share * rate) {
        continue;
      }
      const Case& item = *other.sweep.points.front().item;
      one.limit.evidence += fmt::format("; {} levels off at the same rate", workload_text(item));
      break;
    }
  }
}

/// The cases over block size at one queue depth of at least `depth_min`, one of each size: at the
/// depth with the most sizes, of several the deepest.
std::vector<SweepPoint> sizes_at_one_depth(const Sweep& sizes, double depth_min) {
  std::map<std::uint32_t, std::vector<SweepPoint>> by_depth;
  for (const SweepPoint& point : sizes.points) {
    const std::uint32_t depth = point.item->storage->queue_depth;
    if (depth < depth_min || is_slower_twin(sizes, point)) continue;
    std::vector<SweepPoint>& points = by_depth[depth];
    if (points.empty() || points.back().load < point.load) points.push_back(point);
  }
  std::vector<SweepPoint> most;
  for (auto& [depth, points] : by_depth) {
    if (points.size() >= most.size()) most = std::move(points);
  }
  return most;
}

/// Where a target is called a device because no set rate shows, other block sizes may show what it
/// spends its time on. Returns the cases of those sizes: as they keep it as busy, it bounds them.
std::vector<std::pair<SweepPoint, Limit>> add_service_cost(Result& result,
                                                           std::vector<Saturated>& all) {
  std::vector<std::pair<SweepPoint, Limit>> explained;
  const std::vector<Sweep> by_size = sweeps_of(result, SweptBy::block_size);
  for (Saturated& one : all) {
    if (one.limit.kind != LimitKind::device) continue;
    const SweepPoint& begin = one.sweep.points[one.plateau.points.front()];
    const auto sizes = std::find_if(by_size.begin(), by_size.end(), [&](const Sweep& sweep) {
      return std::any_of(sweep.points.begin(), sweep.points.end(),
                         [&](const SweepPoint& point) { return point.item == begin.item; });
    });
    if (sizes == by_size.end()) continue;
    const std::vector<SweepPoint> points = sizes_at_one_depth(*sizes, begin.load);
    if (points.empty() || points.front().load != begin.item->storage->block_size_bytes) continue;
    std::vector<SizedRate> rates;
    rates.reserve(points.size());
    for (const SweepPoint& point : points) {
      rates.push_back({point.load, metric_of(*point.measured, "iops").value_or(0)});
    }
    const auto cost = fit_service_cost(rates);
    if (!cost) continue;
    const std::string text = service_cost_text(*cost, points.front().item->storage->queue_depth);
    one.limit.evidence += "; " + text;
    for (const SweepPoint& point : points) {
      if (point.load > cost->size_max_bytes) break;
      explained.emplace_back(point, Limit{LimitKind::device, text});
    }
  }
  return explained;
}

void set_where_missing(CaseResult& measured, const std::optional<Limit>& limit) {
  if (!measured.limit) measured.limit = limit;
}

/// The same for what a target is saturated by, unless a thread or the machine was too busy to tell.
void set_where_missing(const SweepPoint& point, const Limit& limit, const Host& host) {
  set_where_missing(*point.measured, busy_poller(point, limit));
  set_where_missing(*point.measured, busy_machine(point, limit, host.cpu.threads));
  set_where_missing(*point.measured, limit);
}

}  // namespace

void classify_limits(Result& result, const AdvertisedLimits& instance) {
  for (CaseResult& measured : result.cases) {
    measured.limit.reset();
    const Case* item = find_case(result.plan, measured.id);
    if (measured.status != CaseStatus::ok || item == nullptr || !item->storage) continue;
    set_where_missing(measured, exceeded_limit(measured));
    set_where_missing(measured, offered_rate(*item, measured));
    set_where_missing(measured, busy_cpu(*item, measured, result.host.cpu.threads));
  }
  std::vector<std::pair<SweepPoint, Limit>> explained;
  for (const SweptBy swept_by : {SweptBy::queue_depth, SweptBy::block_size}) {
    std::vector<Saturated> all = saturated_sweeps(result, swept_by, instance);
    add_equal_plateaus(all);
    if (swept_by == SweptBy::queue_depth) explained = add_service_cost(result, all);
    for (Saturated& one : all) {
      for (const std::size_t i : one.plateau.points) {
        set_where_missing(one.sweep.points[i], one.limit, result.host);
      }
    }
    if (swept_by == SweptBy::block_size) continue;
    for (const Sweep& sweep : sweeps_of(result, swept_by)) {
      for (const SweepPoint& point : sweep.points) {
        set_where_missing(*point.measured, shallow_queue(sweep, point));
        set_where_missing(*point.measured, growth(sweep, point));
      }
    }
  }
  for (const auto& [point, limit] : explained) set_where_missing(point, limit, result.host);
  for (CaseResult& measured : result.cases) {
    const Case* item = find_case(result.plan, measured.id);
    if (measured.status != CaseStatus::ok || item == nullptr || !item->storage) continue;
    set_where_missing(measured, emptied_bucket(*item, measured));
    set_where_missing(measured, one_at_a_time(result, *item, measured));
    set_where_missing(measured, Limit{LimitKind::unknown, what_is_missing(*item)});
  }
}

std::string limit_text(LimitKind kind) {
  switch (kind) {
    case LimitKind::volume:
      return "volume limit";
    case LimitKind::instance:
      return "instance limit";
    case LimitKind::device:
      return "device";
    case LimitKind::host_rate_limiter:
      return "host rate limiter";
    case LimitKind::cpu:
      return "CPU";
    case LimitKind::queue_depth:
      return "queue depth";
    case LimitKind::offered_rate:
      return "offered rate";
    case LimitKind::unknown:
      break;
  }
  return "unknown";
}

}  // namespace assay
