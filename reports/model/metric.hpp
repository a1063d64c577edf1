#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay {

enum class Direction { higher_is_better, lower_is_better, informative };

/// What repeated measurements of one metric showed. `samples` is the number of raw values behind
/// it.
struct Spread {
  double min = 0;
  double median = 0;
  double max = 0;
  std::uint64_t samples = 0;
};

/// One number of a case. `name` is a path from general to special ("latency/p99"), `unit` one of
/// "1/s" (IOPS), "B/s", "ns", "%", "1", "B", "count"; values are never scaled (bytes are bytes).
struct Metric {
  std::string name;
  double value = 0;
  std::string unit;
  Direction direction = Direction::informative;
  std::optional<Spread> spread;
};

/// The raw values behind a metric, in the order in which they were measured.
struct Sample {
  std::string metric;
  std::string unit;
  std::vector<double> values;
};

/// Spread of raw values; the median is the middle value, or the mean of the two middle ones.
/// An empty input gives a Spread of zeros with samples = 0.
Spread spread_of(std::vector<double> values);

/// The metric of that name, or nullptr.
const Metric* find_metric(const std::vector<Metric>& metrics, const std::string& name);
/// Its value, empty where there is none.
std::optional<double> metric_value(const std::vector<Metric>& metrics, const std::string& name);

}  // namespace assay
