#include "reports/limits/classify.hpp"

#include <fmt/format.h>

#include <cmath>

#include "reports/case_text.hpp"
#include "reports/limits/judges.hpp"
#include "reports/limits/sweeps.hpp"

namespace assay {

namespace {

/// A sweep that levels off, with what it levels off at.
struct Saturated {
  Sweep sweep;
  Plateau plateau;
  Limit limit;
};

DeviceClass class_of(const Result& result, const Sweep& sweep) {
  const Target* target = find_target(result.plan, sweep.target);
  return target == nullptr ? DeviceClass::other : target->device_class;
}

std::vector<Saturated> saturated_sweeps(Result& result, SweptBy swept_by,
                                        const AdvertisedLimits& instance) {
  const AdvertisedLimits volume = limits_in_words(result.comparability.volume_note);
  std::vector<Saturated> all;
  for (Sweep& sweep : sweeps_of(result, swept_by)) {
    Plateau plateau = plateau_of(sweep);
    if (plateau.points.empty()) continue;
    Limit limit = saturation(sweep, plateau);
    if (class_of(result, sweep) == DeviceClass::ebs) {
      if (const auto sold = sold_rate(sweep, plateau, volume, instance)) limit = *sold;
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

void set_where_missing(CaseResult& measured, const std::optional<Limit>& limit) {
  if (!measured.limit) measured.limit = limit;
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
  for (const SweptBy swept_by : {SweptBy::queue_depth, SweptBy::block_size}) {
    std::vector<Saturated> all = saturated_sweeps(result, swept_by, instance);
    add_equal_plateaus(all);
    for (Saturated& one : all) {
      for (const std::size_t i : one.plateau.points) {
        const SweepPoint& point = one.sweep.points[i];
        set_where_missing(*point.measured, busy_machine(point, one.limit, result.host.cpu.threads));
        set_where_missing(*point.measured, one.limit);
      }
    }
    if (swept_by == SweptBy::block_size) continue;
    for (const Sweep& sweep : sweeps_of(result, swept_by)) {
      for (const SweepPoint& point : sweep.points) {
        set_where_missing(*point.measured, shallow_queue(sweep, point));
        set_where_missing(*point.measured, growth(sweep));
      }
    }
  }
  for (CaseResult& measured : result.cases) {
    const Case* item = find_case(result.plan, measured.id);
    if (measured.status != CaseStatus::ok || item == nullptr || !item->storage) continue;
    set_where_missing(measured, one_at_a_time(result, *item, measured));
    set_where_missing(measured, emptied_bucket(*item, measured));
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
