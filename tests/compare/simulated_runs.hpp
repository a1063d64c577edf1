#pragma once

#include <string>
#include <vector>

#include "reports/compare/compare.hpp"
#include "tests/random_numbers.hpp"

namespace assay {

/// A metric that every simulated run has: its case, what it is and its value before noise.
struct SimulatedMetric {
  std::string case_id;
  std::string metric;
  double value = 0;
};

/// Runs of the machines of one type, one run each, with normal noise between machines.
struct SimulatedFleet {
  std::vector<RunSummary> runs;
  Group group() const;
};

/// SYNTHETIC. Values are metric.value * factor * (1 + noise * normal).
SimulatedFleet simulated_fleet(const std::string& type, std::size_t machines,
                               const std::vector<SimulatedMetric>& metrics, double factor,
                               double noise, RandomNumbers& random);

}  // namespace assay
