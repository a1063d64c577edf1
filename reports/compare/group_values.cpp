#include "reports/compare/group_values.hpp"

#include <fnmatch.h>

#include <algorithm>

#include "reports/fleet/advertised.hpp"

namespace assay {

namespace {

RunValue run_value(const CaseSummary& item, const Metric& metric) {
  RunValue value{metric.value, std::nullopt};
  for (const auto& [name, deviation] : item.sample_deviations) {
    if (name == metric.name) value.sample_deviation = deviation;
  }
  return value;
}

bool is_worse(double value, double than, Direction direction) {
  return direction == Direction::lower_is_better ? value > than : value < than;
}

/// A rate that each run chose for itself is another load in each.
bool is_chosen_by_run(const CaseSummary& item) {
  return item.storage && item.storage->rate_refinement;
}

bool is_comparable(const CaseSummary& item) {
  return item.status == CaseStatus::ok && !is_chosen_by_run(item);
}

bool matches(const CaseSummary& item, const std::string& glob) {
  return !is_chosen_by_run(item) && fnmatch(glob.c_str(), item.id.c_str(), 0) == 0;
}

bool any_failed(const RunSummary& run, const std::string& glob) {
  return std::any_of(run.cases.begin(), run.cases.end(), [&](const CaseSummary& item) {
    return item.status == CaseStatus::failed && matches(item, glob);
  });
}

struct Worst {
  const CaseSummary* item = nullptr;
  const Metric* metric = nullptr;
};

Worst worst_of(const RunSummary& run, const PrimaryMetric& primary) {
  Worst worst;
  if (any_failed(run, primary.cases)) return worst;
  for (const CaseSummary& item : run.cases) {
    if (item.status != CaseStatus::ok || !matches(item, primary.cases)) continue;
    const Metric* metric = find_metric(item.metrics, primary.metric);
    if (metric == nullptr) continue;
    if (worst.metric == nullptr ||
        is_worse(metric->value, worst.metric->value, metric->direction)) {
      worst = {&item, metric};
    }
  }
  return worst;
}

void add(GroupValues& values, const RunSummary& run, Unit unit, const Metric& metric,
         const RunValue& value) {
  if (values.runs_of_machines.empty()) {
    values.unit = metric.unit;
    values.direction = metric.direction;
  }
  values.runs_of_machines[unit_key(run, unit)].push_back(value);
}

}  // namespace

std::string unit_key(const RunSummary& run, Unit unit) {
  return unit == Unit::result || run.machine.empty() ? run.file : run.machine;
}

GroupValues values_of(const Group& group, const PrimaryMetric& primary, Unit unit) {
  GroupValues values;
  for (const RunSummary* run : group.runs) {
    const Worst worst = worst_of(*run, primary);
    if (worst.metric == nullptr) {
      ++values.missing;
      continue;
    }
    values.bursts += is_burst(*worst.item) ? 1 : 0;
    add(values, *run, unit, *worst.metric, run_value(*worst.item, *worst.metric));
  }
  return values;
}

std::map<MetricKey, GroupValues> all_values(const Group& group, Unit unit) {
  std::map<MetricKey, GroupValues> all;
  std::map<MetricKey, std::size_t> runs;
  for (const RunSummary* run : group.runs) {
    for (const CaseSummary& item : run->cases) {
      if (!is_comparable(item)) continue;
      for (const Metric& metric : item.metrics) {
        if (metric.direction == Direction::informative) continue;
        const MetricKey key{item.id, metric.name};
        add(all[key], *run, unit, metric, run_value(item, metric));
        all[key].bursts += is_burst(item) ? 1 : 0;
        ++runs[key];
      }
    }
  }
  for (auto& [key, values] : all) values.missing = group.runs.size() - runs[key];
  return all;
}

std::vector<double> means_of(const GroupValues& values) {
  std::vector<double> means;
  means.reserve(values.runs_of_machines.size());
  for (const auto& [machine, runs] : values.runs_of_machines) {
    double sum = 0;
    for (const RunValue& run : runs) sum += run.value / static_cast<double>(runs.size());
    means.push_back(sum);
  }
  return means;
}

VarianceSplit noise_of(const GroupValues& values) {
  std::vector<std::vector<RunValue>> runs;
  runs.reserve(values.runs_of_machines.size());
  for (const auto& [machine, of_machine] : values.runs_of_machines) runs.push_back(of_machine);
  return split_variance(runs);
}

}  // namespace assay
