#include "reports/limits/token_bucket.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "reports/model/metric.hpp"

namespace assay {

namespace {

constexpr double units_of_tick = 1.5;
constexpr std::size_t ticks_after_burst_min = 3;
constexpr double burst_over_sustained = 1.1;
constexpr double plateau_share = 0.05;
constexpr double goodness_min = 0.75;
constexpr double load_spread_max = 0.01;
constexpr std::size_t ticks_min = 4;
constexpr double load_ratio_min = 2;

double median(std::vector<double> values) { return spread_of(std::move(values)).median; }

/// How far a tick that holds a rate may be from it: its count is in whole units.
double tolerance(double set_rate, const RatePoint& point) {
  return std::max(held_share * set_rate, units_of_tick * point.unit / point.tick_s);
}

bool holds(double rate, double set_rate, const RatePoint& point) {
  return std::abs(rate - set_rate) <= tolerance(set_rate, point);
}

std::vector<double> sustained_ticks(const RatePoint& point, const BurstFit& burst) {
  return {point.tick_rates.begin() + static_cast<std::ptrdiff_t>(burst.burst_ticks),
          point.tick_rates.end()};
}

/// The first tick that holds the rate, with most of those behind it: one that a busy machine
/// delayed does not end a plateau. The number of ticks where there is none.
std::size_t first_held_tick(const RatePoint& point, double set_rate) {
  const std::vector<double>& rates = point.tick_rates;
  std::size_t first = rates.size();
  std::size_t held = 0;
  for (std::size_t i = rates.size(); i-- > 0;) {
    if (!holds(rates[i], set_rate, point)) continue;
    ++held;
    const auto behind = static_cast<double>(rates.size() - i);
    if (static_cast<double>(held) >= goodness_min * behind) first = i;
  }
  return first;
}

/// A point of the plateau with its own ticks after a burst.
struct Sustained {
  const RatePoint* point;
  BurstFit burst;
  std::vector<double> ticks;
  double held_mean;  // of the ticks that hold their median
};

/// The median itself is as coarse as whole units in short ticks are.
Sustained sustained_of(const RatePoint& point) {
  const BurstFit burst = fit_burst(point);
  std::vector<double> ticks = sustained_ticks(point, burst);
  double sum = 0;
  double held = 0;
  for (const double rate : ticks) {
    if (!holds(rate, burst.sustained_rate, point)) continue;
    sum += rate;
    ++held;
  }
  return {&point, burst, std::move(ticks), held > 0 ? sum / held : burst.sustained_rate};
}

double step_of_p99(std::span<const RatePoint> points, const RatePoint* first_of_plateau) {
  const auto at = static_cast<std::size_t>(first_of_plateau - points.data());
  if (at == 0 || !(points[at - 1].latency_ns_p99 > 0)) return 0;
  return first_of_plateau->latency_ns_p99 / points[at - 1].latency_ns_p99;
}

}  // namespace

BurstFit fit_burst(const RatePoint& point) {
  const std::vector<double>& rates = point.tick_rates;
  BurstFit whole;
  whole.sustained_rate = median(rates);
  if (point.in_parts || rates.size() < ticks_after_burst_min + 1) return whole;
  const std::size_t later_ticks = std::max(ticks_after_burst_min, rates.size() / 3);
  const auto later_begin = rates.end() - static_cast<std::ptrdiff_t>(later_ticks);
  const double sustained = median({later_begin, rates.end()});
  const std::size_t begin = first_held_tick(point, sustained);
  if (begin == 0 || rates.size() - begin < ticks_after_burst_min) return whole;
  // The last tick of a burst is part burst, part not.
  const std::vector<double> full(rates.begin(),
                                 rates.begin() + static_cast<std::ptrdiff_t>(begin - 1));
  const double burst_rate = full.empty() ? rates[0] : median(full);
  if (burst_rate < burst_over_sustained * sustained) return whole;
  BurstFit fit;
  fit.sustained_rate = sustained;
  fit.burst_ticks = begin;
  std::size_t stalled = 0;
  for (std::size_t i = 0; i < begin; ++i) {
    stalled += rates[i] < sustained ? 1 : 0;
    fit.burst_amount += (rates[i] - sustained) * point.tick_s;
  }
  const auto stalled_share = static_cast<double>(stalled) / static_cast<double>(begin);
  if (stalled_share > 1 - goodness_min || !(fit.burst_amount > 0)) return whole;
  fit.burst_s = fit.burst_amount / (burst_rate - sustained);
  return fit;
}

BucketFit fit_token_bucket(std::span<const RatePoint> points) {
  std::vector<Sustained> all;
  double highest = 0;
  for (const RatePoint& point : points) {
    if (point.tick_rates.empty() || !(point.tick_s > 0)) continue;
    all.push_back(sustained_of(point));
    highest = std::max(highest, all.back().held_mean);
  }
  std::erase_if(
      all, [&](const Sustained& one) { return one.held_mean < (1 - plateau_share) * highest; });
  BucketFit fit;
  if (all.empty() || !(highest > 0)) return fit;
  std::vector<double> ticks;
  double lowest = highest;
  for (const Sustained& one : all) {
    ticks.insert(ticks.end(), one.ticks.begin(), one.ticks.end());
    lowest = std::min(lowest, one.held_mean);
    if (one.burst.burst_s > fit.burst.burst_s) fit.burst = one.burst;
  }
  fit.plateau_rate = median(ticks);
  fit.ticks = ticks.size();
  fit.points = all.size();
  fit.load_spread = (highest - lowest) / fit.plateau_rate;
  fit.p99_step = step_of_p99(points, all.front().point);
  std::size_t held = 0;
  for (const Sustained& one : all) {
    const double within = tolerance(fit.plateau_rate, *one.point) / fit.plateau_rate;
    fit.held_within = std::max(fit.held_within, within);
    held += static_cast<std::size_t>(
        std::count_if(one.ticks.begin(), one.ticks.end(),
                      [&](double rate) { return holds(rate, fit.plateau_rate, *one.point); }));
  }
  fit.goodness = static_cast<double>(held) / static_cast<double>(fit.ticks);
  const bool wide = all.back().point->load >= load_ratio_min * all.front().point->load;
  fit.claimed = fit.ticks >= ticks_min && fit.goodness >= goodness_min &&
                fit.load_spread <= load_spread_max && (wide || fit.burst.burst_s > 0);
  return fit;
}

}  // namespace assay
