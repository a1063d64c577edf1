#pragma once

#include <span>
#include <vector>

namespace assay {

/// One case of a sweep as the fit sees it. `load` is what rises from case to case (queue depth, or
/// block size for rates in bytes); rates are I/Os or bytes a second, one for each tick.
struct RatePoint {
  double load = 0;
  std::vector<double> tick_rates;
  double tick_s = 1;
  double unit = 1;  // the smallest step of a tick's count: 1 I/O, or a block's bytes
  double latency_ns_p50 = 0;
  double latency_ns_p99 = 0;
  bool in_parts = false;  // other cases ran between its ticks: a change among them is no burst
};

/// What a case's ticks say: a first part at a higher rate, then a constant one.
struct BurstFit {
  double sustained_rate = 0;  // median of the ticks after the burst
  double burst_s = 0;         // 0: no burst; up to one tick too long where it is shorter than two
  double burst_amount = 0;    // I/Os or bytes beyond the sustained rate: the bucket's size
  std::size_t burst_ticks = 0;
};

/// A rate counts as held where it is within 0.5 % of the set one, or within 1.5 units of its tick.
constexpr double held_share = 0.005;

/// Splits ticks into a burst and what follows. A burst needs at least 3 ticks after it, 3 in 4 of
/// which hold their median, to be more than 10 % above that in its median, and below it in at most
/// 1 tick in 4 (a stall, in which the bucket refills). Without one, all ticks are sustained.
BurstFit fit_burst(const RatePoint& point);

/// Whether a sweep levels off at a rate that something sets: a token bucket (or a link), and not a
/// device that serves as fast as it can.
struct BucketFit {
  bool claimed = false;
  double plateau_rate = 0;  // median of the sustained ticks of all points on the plateau
  double goodness = 0;      // share of those ticks that hold it
  double held_within = 0;   // the widest share of it within which a tick counts as holding it
  double load_spread = 0;   // (highest - lowest) / plateau over the means of the points' held ticks
  double p99_step = 0;      // p99 on the plateau's first point against the point before it
  std::size_t ticks = 0;    // on the plateau, after bursts
  std::size_t points = 0;   // on the plateau
  BurstFit burst;           // the longest one found
};

/// Fits points of ascending load. The plateau is every point of which the mean of the ticks
/// that hold its sustained rate is within 5 % of the highest. Claimed where at least 3 in 4 of its
/// ticks, of at least 4, hold one rate and the points agree to 1 %, over at least twice the load or
/// after a burst; a noisy, a drifting and a gradually saturating device fail that.
BucketFit fit_token_bucket(std::span<const RatePoint> points);

}  // namespace assay
