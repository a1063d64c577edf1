#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/limits/token_bucket.hpp"
#include "reports/model/result.hpp"

namespace assay {

/// One case of a sweep: `load` is its queue depth, or its block size in bytes.
struct SweepPoint {
  const Case* item = nullptr;
  CaseResult* measured = nullptr;
  double load = 0;
  double rate = 0;        // I/Os or bytes a second
  double latency_ns = 0;  // mean
};

/// What a sweep's load is: queue depth at one block size with rates in I/Os a second, or block size
/// with rates in bytes a second.
enum class SweptBy { queue_depth, block_size };

/// Cases that differ in nothing but their load, ascending.
struct Sweep {
  SweptBy swept_by = SweptBy::queue_depth;
  std::string target;
  std::vector<SweepPoint> points;
};

/// A deeper queue that gives this much more shows that the depth was what bound; what is not so
/// bound is on the plateau.
constexpr double deeper_gives_min = 1.15;

/// Whether another number of threads gets 15 % more at the same load: such points are no curve over
/// it.
bool is_slower_twin(const Sweep& sweep, const SweepPoint& point);

/// What the fit of a token bucket sees of a case: I/Os or bytes a second, tick by tick.
RatePoint rate_point(const SweepPoint& point, SweptBy swept_by);

/// Every sweep in a Result: closed loops that ended ok, those on the slowest of a set together with
/// that target's own. A case is in one sweep of each kind, where that has at least two points; of
/// cases at one load and equal otherwise, each is a point.
std::vector<Sweep> sweeps_of(Result& result, SweptBy swept_by);

/// Where a sweep levels off.
struct Plateau {
  std::vector<std::size_t> points;  // indices into Sweep::points; empty: it does not
  double rate = 0;                  // the highest
  BucketFit bucket;
};

/// Over queue depth every point from the first on that no deeper one exceeds by 15 %: more I/Os in
/// flight give hardly more, by Little's law they only wait. Over block size the points within 5 %
/// of the highest bytes a second. Only where that is at least two loads. Of cases at one load with
/// unlike numbers of threads the fastest counts.
Plateau plateau_of(const Sweep& sweep);

/// The value of a metric, empty where the case has none.
std::optional<double> metric_of(const CaseResult& measured, const char* name);

}  // namespace assay
