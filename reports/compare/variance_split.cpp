#include "reports/compare/variance_split.hpp"

#include <algorithm>
#include <cmath>

namespace assay {

namespace {

struct Moments {
  double sum = 0;
  double squares = 0;  // around the mean
  std::size_t n = 0;
};

template <class Values, class Value>
Moments moments_of(const Values& values, Value value_of) {
  Moments moments;
  for (const auto& item : values) moments.sum += value_of(item);
  moments.n = values.size();
  const double mean = moments.n == 0 ? 0 : moments.sum / static_cast<double>(moments.n);
  for (const auto& item : values) moments.squares += std::pow(value_of(item) - mean, 2);
  return moments;
}

}  // namespace

VarianceSplit split_variance(const std::vector<std::vector<RunValue>>& runs_of_instances) {
  std::vector<double> means;
  double samples_variance = 0;
  double samples_runs = 0;
  double runs_squares = 0;
  double runs_degrees = 0;
  double inverse_runs = 0;  // sum of 1 / runs of an instance
  for (const std::vector<RunValue>& runs : runs_of_instances) {
    if (runs.empty()) continue;
    const Moments of = moments_of(runs, [](const RunValue& run) { return run.value; });
    means.push_back(of.sum / static_cast<double>(of.n));
    runs_squares += of.squares;
    runs_degrees += static_cast<double>(of.n - 1);
    inverse_runs += 1 / static_cast<double>(of.n);
    for (const RunValue& run : runs) {
      if (!run.sample_deviation) continue;
      samples_variance += *run.sample_deviation * *run.sample_deviation;
      ++samples_runs;
    }
  }
  VarianceSplit split;
  const Moments between = moments_of(means, [](double mean) { return mean; });
  if (between.n == 0 || !(std::abs(between.sum) > 0)) return split;
  const double percent = 100 * static_cast<double>(between.n) / std::abs(between.sum);
  if (samples_runs > 0) {
    split.within_run_percent = percent * std::sqrt(samples_variance / samples_runs);
  }
  double runs_variance = 0;
  if (runs_degrees > 0) {
    runs_variance = runs_squares / runs_degrees;
    split.between_runs_percent = percent * std::sqrt(runs_variance);
  }
  if (between.n > 1) {
    const double of_means = between.squares / static_cast<double>(between.n - 1);
    const double of_runs = runs_variance * inverse_runs / static_cast<double>(between.n);
    split.between_instances_percent = percent * std::sqrt(std::max(0.0, of_means - of_runs));
  }
  return split;
}

}  // namespace assay
