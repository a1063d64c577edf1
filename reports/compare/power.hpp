#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace assay {

/// z with P(Z <= z) = p of the standard normal distribution, 0 < p < 1; error below 1e-9.
double normal_quantile(double p);

/// t with P(T <= t) = p of Student's distribution, by the Cornish-Fisher expansion (Abramowitz and
/// Stegun 26.7.5): within 1 % from 4 degrees of freedom on and up to p = 0.9975; for planning only.
double student_quantile(double p, double degrees);

/// Standard deviation within groups, pooled over both; 0 with fewer than 3 values in all.
double pooled_deviation(const std::vector<double>& a, const std::vector<double>& b);

/// The smallest shift that a two-sided Mann-Whitney test at `alpha` finds in 4 of 5 experiments of
/// n_a against n_b values with that standard deviation: that of the t test, widened by the rank
/// test's efficiency of 3/pi under normal noise. Empty when no outcome at these n has p <= alpha.
std::optional<double> detectable_shift(double deviation, std::size_t n_a, std::size_t n_b,
                                       double alpha);

/// The least n of each group at which detectable_shift is at most `shift`; empty above 10,000.
std::optional<std::size_t> values_needed(double deviation, double shift, double alpha);

}  // namespace assay
