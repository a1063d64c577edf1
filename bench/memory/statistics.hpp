#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace assay {

/// Iterations of `iteration_s` seconds that together last at least `sample_s`; at least 1.
std::uint64_t iterations_for(double iteration_s, double sample_s);

/// How a case's time is cut into samples: each between 10 ms, below which the clock and the release
/// of the threads would show, and 100 ms; about 50 of them where the time allows.
double sample_length_s(double remaining_s);

/// Samples of `sample_s` seconds in each of `turns` turns of a search that is to take about
/// `budget_s`; 1 to 5.
std::size_t search_samples(double budget_s, std::size_t turns, double sample_s);

/// Index of the candidate with the smallest median; candidates without a value never win. The first
/// wins a tie. 0 when nobody has a value.
std::size_t fastest(std::span<const std::vector<double>> seconds);

/// A warning when the 90th percentile of the samples is over 1.3 times the 10th: then the median
/// hides two or more states of the machine (neighbours, migration). Empty otherwise, and below 10
/// samples.
std::string unsteady_flag(std::vector<double> values);

/// amount / s for each.
std::vector<double> rates(std::span<const double> seconds, double amount);

}  // namespace assay
