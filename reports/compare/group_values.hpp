#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "reports/compare/compare.hpp"

namespace assay {

/// The values of one metric in one group, by machine.
struct GroupValues {
  std::map<std::string, std::vector<RunValue>> runs_of_machines;
  std::size_t missing = 0;  // runs without a value
  std::size_t bursts = 0;   // runs whose value is that of an EBS burst
  std::string unit;
  Direction direction = Direction::informative;
};

/// What tells the sampling unit of a run.
std::string unit_key(const RunSummary& run, Unit unit);

/// Of each run the worst value among the cases that match the glob and ended ok; none where one of
/// them failed: a disk that gave nothing is no better than the slowest.
GroupValues values_of(const Group& group, const PrimaryMetric& primary, Unit unit);

/// Every metric with a better direction of every case that ended ok, by case id and metric.
using MetricKey = std::pair<std::string, std::string>;
std::map<MetricKey, GroupValues> all_values(const Group& group, Unit unit);

/// The machines' mean values.
std::vector<double> means_of(const GroupValues& values);

VarianceSplit noise_of(const GroupValues& values);

}  // namespace assay
