#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/model/result.hpp"

namespace assay {

/// One queue depth of a sweep, from a case that ended ok. Percentiles are empty where the case has
/// none (too few I/Os).
struct DepthPoint {
  std::uint32_t queue_depth = 0;
  double iops = 0;
  std::optional<Spread> iops_spread;
  std::optional<double> latency_ns_p50;
  std::optional<double> latency_ns_p99;
  const CaseResult* result = nullptr;
};

/// The same workload, target and parameters over queue depths, ascending; each depth once.
struct DepthSweep {
  std::string workload;
  std::uint32_t block_size_bytes = 0;
  std::vector<DepthPoint> points;
};

/// The sweep of a workload ("random-read") on a target by ordinary I/Os (is_plain), closed loops
/// only. With several block sizes the one measured at most depths is taken, of those the smallest.
/// For the slowest of a set the same cases that its member ran for itself belong to the sweep. Of
/// two cases at one depth (other numbers of threads) the faster counts. No points when nothing
/// ended ok.
DepthSweep depth_sweep(const Result& result, const std::string& target,
                       const std::string& workload);

/// Index of the knee: the smallest depth whose IOPS are at least 90 % of the maximum over all
/// depths. Empty when only the largest depth qualifies (IOPS may still grow beyond it), with fewer
/// than two points or no I/O.
std::optional<std::size_t> knee_index(const std::vector<DepthPoint>& points);

/// Index of the highest IOPS (the first of equals); points must not be empty.
std::size_t peak_index(const std::vector<DepthPoint>& points);

/// The rule of knee_index in words, for captions.
extern const char* const knee_rule;

}  // namespace assay
