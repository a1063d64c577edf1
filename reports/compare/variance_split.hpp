#pragma once

#include <optional>
#include <vector>

namespace assay {

/// One run of an instance: the metric's value and, where known, the standard deviation of its
/// single samples (ticks or repetitions).
struct RunValue {
  double value = 0;
  std::optional<double> sample_deviation;
};

/// Where the noise of one group comes from, each as a standard deviation in percent of the group's
/// mean; empty where there is nothing to tell it from.
struct VarianceSplit {
  std::optional<double> within_run_percent;  // of single samples
  std::optional<double> between_runs_percent;
  std::optional<double> between_instances_percent;
};

/// Nested analysis of variance by the method of moments (Searle, Variance Components, 1992, chapter
/// 3): runs of one instance differ by `between_runs`; what the instances' means differ by beyond
/// their share of that is `between_instances`. Without an instance of two runs the latter holds
/// both.
VarianceSplit split_variance(const std::vector<std::vector<RunValue>>& runs_of_instances);

}  // namespace assay
