#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace assay {

/// The middle value, or the mean of the two middle ones; 0 for none.
double median_of(std::vector<double> values);

/// Hodges-Lehmann estimate of how far b lies above a: the median of all differences b - a
/// (Hodges and Lehmann 1963). 0 when a group is empty.
double hodges_lehmann(const std::vector<double>& a, const std::vector<double>& b);

struct Interval {
  double low = 0;
  double high = 0;
};

/// How b compares with a: an estimate and two intervals that hold the true value with the stated
/// confidence; `equivalence` is the 90 % interval, whose ends are two one-sided tests at 5 %.
struct ShiftEstimate {
  double shift = 0;
  std::optional<Interval> confidence_95;  // empty with fewer than 3 values in a group
  std::optional<Interval> confidence_90;
};

/// The Hodges-Lehmann shift with a studentised bootstrap interval: (shift* - shift) / error* of
/// resamples drawn within each group, with Welch's standard error sqrt(s_a^2/n_a + s_b^2/n_b)
/// (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, section 12.5). Seeded: equal
/// input gives an equal interval. With more than 900 pairs, the interval of ranks that Mann-Whitney
/// does not reject (normal approximation), which needs no resampling.
ShiftEstimate estimate_shift(const std::vector<double>& a, const std::vector<double>& b,
                             std::size_t resamples = 2000);

}  // namespace assay
