#include "reports/fleet/fleet.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "reports/catalog/type_name.hpp"

namespace assay {

namespace {

/// Sample standard deviation over mean, in percent; empty below two values.
std::optional<double> deviation_percent(const std::vector<double>& values) {
  if (values.size() < 2) return std::nullopt;
  const auto n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return mean > 0 ? std::optional<double>(100 * std::sqrt(squares / (n - 1)) / mean) : std::nullopt;
}

std::optional<double> advertised_of(const FleetRun& run, const HeadlineMetric& headline) {
  for (const AgainstAdvertised& row : run.advertised) {
    if (row.headline == &headline) return row.advertised;
  }
  return std::nullopt;
}

std::optional<TypeMetric> metric_of(const Fleet& fleet, const std::vector<std::size_t>& runs,
                                    std::size_t headline) {
  TypeMetric metric;
  bool first = true;
  for (const std::size_t index : runs) {
    const FleetRun& run = fleet.runs[index];
    const std::optional<HeadlineValue>& value = run.values[headline];
    if (!value) continue;
    metric.runs.push_back(index);
    metric.values.push_back(value->value);
    metric.bursts += value->burst ? 1 : 0;
    metric.volume_bound += value->limit == LimitKind::volume ? 1 : 0;
    const std::optional<double> advertised = advertised_of(run, headlines()[headline]);
    if (first) metric.advertised = advertised;
    if (metric.advertised != advertised) metric.advertised.reset();
    first = false;
  }
  if (metric.values.empty()) return std::nullopt;
  const Spread spread = spread_of(metric.values);
  metric.median = spread.median;
  metric.min = spread.min;
  metric.max = spread.max;
  metric.deviation_percent = deviation_percent(metric.values);
  return metric;
}

}  // namespace

FleetRun fleet_run(RunSummary&& run, const Catalog& catalog) {
  const InstanceType* type = find_type(catalog, run.instance_type);
  label_bursts(run, type);
  FleetRun kept;
  for (const HeadlineMetric& headline : headlines()) {
    kept.values.push_back(headline_value(run, headline));
  }
  kept.advertised = against_advertised(run, type);
  kept.run = std::move(run);
  kept.run.cases.clear();
  kept.run.cases.shrink_to_fit();
  return kept;
}

Fleet make_fleet(std::vector<FleetRun> runs, std::vector<UnreadFile> unread,
                 const Catalog& catalog) {
  Fleet fleet;
  fleet.runs = std::move(runs);
  fleet.unread = std::move(unread);
  fleet.catalog = &catalog;
  std::map<std::string, std::vector<std::size_t>> by_type;
  for (std::size_t i = 0; i < fleet.runs.size(); ++i) {
    by_type[fleet.runs[i].run.instance_type].push_back(i);
  }
  std::map<std::string, FleetFamily> families;
  for (const auto& [name, indices] : by_type) {
    FleetType type{name, find_type(catalog, name), indices, {}};
    for (std::size_t i = 0; i < headlines().size(); ++i) {
      type.metrics.push_back(metric_of(fleet, indices, i));
    }
    families[parse_type_name(name).family].types.push_back(std::move(type));
  }
  for (auto& [name, family] : families) {
    family.name = name;
    std::sort(family.types.begin(), family.types.end(), [](const FleetType& a, const FleetType& b) {
      return type_name_less(a.name, b.name);
    });
    fleet.families.push_back(std::move(family));
  }
  return fleet;
}

std::vector<const FleetType*> all_types(const Fleet& fleet) {
  std::vector<const FleetType*> types;
  for (const FleetFamily& family : fleet.families) {
    for (const FleetType& type : family.types) types.push_back(&type);
  }
  return types;
}

const FleetType* best_type(const std::vector<const FleetType*>& types, std::size_t headline) {
  const bool less = headlines()[headline].direction == Direction::lower_is_better;
  const FleetType* best = nullptr;
  const auto lasts = [&](const FleetType& type) { return type.metrics[headline]->bursts == 0; };
  for (const FleetType* type : types) {
    if (!type->metrics[headline]) continue;
    if (best == nullptr || (lasts(*type) && !lasts(*best))) {
      best = type;
      continue;
    }
    if (!lasts(*type) && lasts(*best)) continue;
    const double here = type->metrics[headline]->median;
    const double there = best->metrics[headline]->median;
    if (less ? here < there : here > there) best = type;
  }
  return best;
}

}  // namespace assay
