#include "reports/percentiles.hpp"

#include <algorithm>
#include <cmath>

namespace assay {

namespace {

constexpr double ios_above_min = 10;
constexpr double nines_of_median = 0.30102999566398120;  // -log10(1 - 0.5)

}  // namespace

bool quantile_supported(std::uint64_t count, double q) {
  // 1 - 0.9999 is not exact: a millionth of an I/O may be missing.
  return static_cast<double>(count) * (1 - q) >= ios_above_min - 1e-6;
}

std::vector<DistributionPoint> percentile_curve(const SparseHistogram& histogram, double nines_max,
                                                std::size_t points_max) {
  std::vector<DistributionPoint> curve;
  if (histogram.count == 0 || points_max < 2) return curve;
  for (std::size_t i = 0; i < points_max; ++i) {
    const double part = static_cast<double>(i) / static_cast<double>(points_max - 1);
    const double nines = nines_of_median + (nines_max - nines_of_median) * part;
    const double q = 1 - std::pow(10.0, -nines);
    if (!quantile_supported(histogram.count, q)) break;
    curve.push_back({q, static_cast<double>(histogram.quantile(q))});
  }
  return curve;
}

std::vector<DistributionPoint> ecdf_curve(const SparseHistogram& histogram,
                                          std::size_t points_max) {
  std::vector<DistributionPoint> curve;
  const auto total = static_cast<double>(histogram.count);
  if (total <= ios_above_min || points_max == 0) return curve;
  const double end = 1 - ios_above_min / total;
  const double step = 1.0 / static_cast<double>(points_max);
  curve.push_back({0, static_cast<double>(histogram.min_ns)});
  std::uint64_t seen = 0;
  for (const auto& [bucket, count] : histogram.buckets) {
    seen += count;
    const double share = static_cast<double>(seen) / total;
    if (share >= end) break;
    if (share - curve.back().quantile < step) continue;
    const std::uint64_t upper = histogram_bucket_lower(bucket, histogram.sub_bucket_bits) +
                                histogram_bucket_width(bucket, histogram.sub_bucket_bits) - 1;
    curve.push_back({share, static_cast<double>(upper)});
  }
  curve.push_back(
      {end, std::max(static_cast<double>(histogram.quantile(end)), curve.back().latency_ns)});
  return curve;
}

}  // namespace assay
