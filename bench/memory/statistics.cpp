#include "bench/memory/statistics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "reports/model/metric.hpp"

namespace assay {

std::string unsteady_flag(std::vector<double> values) {
  constexpr double ratio_noted = 1.3;
  if (values.size() < 10) return {};
  std::sort(values.begin(), values.end());
  const double low = values[values.size() / 10];
  const double high = values[values.size() - 1 - values.size() / 10];
  if (high <= low * ratio_noted) return {};
  // The same words for every case, so that a report says them once.
  return fmt::format(
      "unsteady: the upper tenth of the samples is over {} times the lower tenth, so the machine "
      "was "
      "in more than one state (neighbours, other load, migration); the range says more than the "
      "median",
      ratio_noted);
}

std::uint64_t iterations_for(double iteration_s, double sample_s) {
  constexpr double most = 1e9;
  if (iteration_s <= 0) return 1;
  return static_cast<std::uint64_t>(std::clamp(std::ceil(sample_s / iteration_s), 1.0, most));
}

double sample_length_s(double remaining_s) { return std::clamp(remaining_s / 50, 0.010, 0.100); }

std::size_t search_samples(double budget_s, std::size_t turns, double sample_s) {
  const double samples = std::floor(budget_s / (static_cast<double>(turns) * sample_s));
  return static_cast<std::size_t>(std::clamp(samples, 1.0, 5.0));
}

std::size_t fastest(std::span<const std::vector<double>> seconds) {
  std::size_t best = 0;
  double best_median = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < seconds.size(); ++i) {
    if (seconds[i].empty()) continue;
    const double median = spread_of(seconds[i]).median;
    if (median < best_median) {
      best = i;
      best_median = median;
    }
  }
  return best;
}

std::vector<double> rates(std::span<const double> seconds, double amount) {
  std::vector<double> values;
  values.reserve(seconds.size());
  for (const double s : seconds) values.push_back(amount / s);
  return values;
}

}  // namespace assay
