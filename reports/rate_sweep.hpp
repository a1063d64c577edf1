#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/model/result.hpp"

namespace assay {

/// p50, p99 and p99.9 in ns; empty where too few I/Os support one.
struct LatencyTail {
  std::optional<double> ns_p50;
  std::optional<double> ns_p99;
  std::optional<double> ns_p999;
};

/// An open loop at one offered rate. `intended` runs from the time at which an I/O was due (of a
/// mix, the reads'), `issued` from when it was handed to the kernel (of all I/Os).
struct OfferedPoint {
  double percent = 0;        // of the highest rate of closed loops; 0: the rate is absolute
  double offered_per_s = 0;  // of all members of a set together
  double completed_per_s = 0;
  bool saturated = false;  // the rate was not reached: latencies are of a growing backlog
  LatencyTail intended;
  LatencyTail issued;
  const Case* item = nullptr;
  const CaseResult* measured = nullptr;
};

/// Open loops on one target that differ in nothing but the offered rate, ascending; at least two.
struct RateSweep {
  const Target* target = nullptr;
  bool by_percent = false;  // all rates are shares of the highest
  std::vector<OfferedPoint> points;
};

/// Whether an open loop fell short of its rate. The flag is where a case says it: "saturated: 900
/// of the intended 1000 I/Os ...".
bool is_saturated(const CaseResult& measured);

/// The same for open loops on one target that differ in nothing but the rate, and only for those.
std::string rate_sweep_key(const Case& item);

/// p99 of an open loop, of a mix that of its reads, in ns from the intended start; empty where too
/// few I/Os support it.
std::optional<double> intended_p99_ns(const Case& item, const CaseResult& measured);

/// Of cases that ended ok, in the Plan's order.
std::vector<RateSweep> rate_sweeps(const Result& result);

}  // namespace assay
