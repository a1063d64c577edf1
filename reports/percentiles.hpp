#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "reports/model/histogram.hpp"

namespace assay {

/// A point of a latency distribution: the share of I/Os in [0, 1] that took at most `latency_ns`.
struct DistributionPoint {
  double quantile = 0;
  double latency_ns = 0;
};

/// Whether `count` values say anything about quantile q: at least 10 of them lie above it.
bool quantile_supported(std::uint64_t count, double q);

/// Quantiles from the median to 1 - 10^-nines_max (4 is p99.99) at equal steps of
/// log10(1 / (1 - q)), ending at the last one that the count supports. Empty when the histogram is.
std::vector<DistributionPoint> percentile_curve(const SparseHistogram& histogram, double nines_max,
                                                std::size_t points_max);

/// Empirical distribution function from (min, 0) to the last supported quantile, at most
/// `points_max` + 2 points at least 1 / points_max of the I/Os apart. Empty with 10 I/Os or fewer.
std::vector<DistributionPoint> ecdf_curve(const SparseHistogram& histogram, std::size_t points_max);

}  // namespace assay
