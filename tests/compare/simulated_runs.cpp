#include "tests/compare/simulated_runs.hpp"

#include <fmt/format.h>

namespace assay {

Group SimulatedFleet::group() const {
  Group group;
  for (const RunSummary& run : runs) {
    group.value = run.instance_type;
    group.runs.push_back(&run);
  }
  return group;
}

SimulatedFleet simulated_fleet(const std::string& type, std::size_t machines,
                               const std::vector<SimulatedMetric>& metrics, double factor,
                               double noise, RandomNumbers& random) {
  SimulatedFleet fleet;
  for (std::size_t i = 0; i < machines; ++i) {
    RunSummary& run = fleet.runs.emplace_back();
    run.file = fmt::format("{}-{}/result.json", type, i);
    run.instance_type = type;
    run.instance_id = run.machine = fmt::format("i-{}-{}", type, i);
    run.suite = "standard";
    for (const SimulatedMetric& one : metrics) {
      const bool low = one.metric.starts_with("latency");
      CaseSummary& item = run.cases.emplace_back();
      item.id = one.case_id;
      item.metrics.push_back({one.metric, one.value * factor * (1 + noise * random.normal()),
                              low                    ? "ns"
                              : one.metric == "iops" ? "1/s"
                                                     : "B/s",
                              low ? Direction::lower_is_better : Direction::higher_is_better,
                              std::nullopt});
      run.primary.push_back({one.case_id, one.metric});
    }
  }
  return fleet;
}

}  // namespace assay
