#include "reports/fleet/fleet_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "reports/catalog/type_name.hpp"
#include "reports/key_metrics.hpp"
#include "reports/model/units.hpp"

namespace assay {

namespace {

using html::Align;
using html::Table;

std::vector<std::size_t> measured_headlines(const std::vector<const FleetType*>& types) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < headlines().size(); ++i) {
    const auto has = [&](const FleetType* type) { return type->metrics[i].has_value(); };
    if (std::any_of(types.begin(), types.end(), has)) found.push_back(i);
  }
  return found;
}

std::vector<const FleetType*> types_of(const FleetFamily& family) {
  std::vector<const FleetType*> types;
  for (const FleetType& type : family.types) types.push_back(&type);
  return types;
}

std::string value_text(const TypeMetric& metric, const HeadlineMetric& headline) {
  std::string text = format_value(metric.median, headline.unit);
  if (metric.bursts > 0) text += " burst";
  if (metric.volume_bound > 0) text += " volume";
  return text;
}

std::string percent_text(const std::optional<double>& percent) {
  return percent ? fmt::format("{:.1f} %", *percent) : "-";
}

std::string ratio_text(const std::optional<double>& value, const std::optional<double>& to) {
  return value && to && *to > 0 ? fmt::format("{:.2f}", *value / *to) : "-";
}

/// One family's row of an overview of families: of each headline the best of its types.
std::vector<std::string> family_row(const FleetFamily& family,
                                    const std::vector<std::size_t>& shown) {
  std::size_t runs = 0;
  for (const FleetType& type : family.types) runs += type.runs.size();
  std::vector<std::string> row = {family.name, fmt::format("{}", runs)};
  for (const std::size_t i : shown) {
    const FleetType* best = best_type(types_of(family), i);
    row.push_back(best == nullptr
                      ? "-"
                      : fmt::format("{} ({})", value_text(*best->metrics[i], headlines()[i]),
                                    parse_type_name(best->name).size));
  }
  return row;
}

bool has_any(const FleetType& type, const std::vector<std::size_t>& shown) {
  return std::any_of(shown.begin(), shown.end(),
                     [&](std::size_t i) { return type.metrics[i].has_value(); });
}

std::vector<std::string> type_row(const FleetType& type, const std::vector<const FleetType*>& types,
                                  const std::vector<std::size_t>& shown) {
  std::vector<std::string> row = {type.name, fmt::format("{}", type.runs.size())};
  for (const std::size_t i : shown) {
    const auto& metric = type.metrics[i];
    row.push_back(metric ? value_text(*metric, headlines()[i]) : "-");
    const bool is_best =
        types.size() > 1 && metric && metric->volume_bound == 0 && best_type(types, i) == &type;
    if (is_best) row.back() += " (best)";
  }
  return row;
}

html::Table overview_of(const FleetReport& report, const std::vector<const FleetType*>& types,
                        const std::vector<std::size_t>& shown) {
  const bool by_family = types.size() > overview_types_max;
  Table table{{{by_family ? "family" : "type"}, {"n", Align::number}}, {}};
  for (const std::size_t i : shown) {
    table.columns.push_back({std::string(headlines()[i].name), Align::number});
  }
  for (const FleetFamily& family : report.fleet.families) {
    const auto& all = family.types;
    const auto has = [&](const FleetType& type) { return has_any(type, shown); };
    if (std::none_of(all.begin(), all.end(), has)) continue;
    if (by_family) {
      table.rows.push_back(family_row(family, shown));
      continue;
    }
    for (const FleetType& type : all) {
      if (has_any(type, shown)) table.rows.push_back(type_row(type, types, shown));
    }
  }
  return table;
}

struct LimitRow {
  const AgainstAdvertised* first = nullptr;
  std::vector<double> ratios;
  std::vector<double> measured;
  std::map<std::string, std::size_t> bound_by;
};

/// Runs of other disks or block sizes have another limit of that name, or reach it in another way.
bool is_alike(const AgainstAdvertised& one, const AgainstAdvertised& other) {
  return one.limit == other.limit && one.advertised == other.advertised && one.marks == other.marks;
}

std::vector<std::string> limit_cells(const LimitRow& row) {
  const Spread ratios = spread_of(row.ratios);
  const Spread measured = spread_of(row.measured);
  std::string bound;
  std::size_t most = 0;
  for (const auto& [what, count] : row.bound_by) {
    if (count <= most) continue;
    most = count;
    bound = what;
  }
  return {row.first->limit,
          fmt::format("{}", row.ratios.size()),
          format_value(row.first->advertised, row.first->unit),
          format_value(measured.median, row.first->unit),
          fmt::format("{:.1f} %", 100 * ratios.median),
          fmt::format("{:.0f} to {:.0f} %", 100 * ratios.min, 100 * ratios.max),
          band_text(band_of(ratios.median)),
          bound.empty() ? "-" : bound,
          row.first->marks.empty() ? "-" : row.first->marks};
}

}  // namespace

html::Table best_table(const FleetReport& report) {
  Table table{{{"metric"},
               {"best type"},
               {"median", Align::number},
               {"n", Align::number},
               {"range over runs", Align::number},
               {"how it is taken"}},
              {}};
  const std::vector<const FleetType*> types = all_types(report.fleet);
  for (const std::size_t i : measured_headlines(types)) {
    const FleetType* best = best_type(types, i);
    const TypeMetric& metric = *best->metrics[i];
    const HeadlineMetric& headline = headlines()[i];
    const std::string range = range_text(
        {metric.min, metric.median, metric.max, metric.values.size()}, std::string(headline.unit));
    // Types that give all that their volume has differ by noise.
    const bool by_volume = metric.volume_bound > 0;
    table.rows.push_back({std::string(headline.name),
                          by_volume ? "bound by the volume" : best->name,
                          value_text(metric, headline), fmt::format("{}", metric.values.size()),
                          range.empty() ? "-" : range, std::string(headline.detail)});
  }
  return table;
}

std::vector<OverviewTable> overview_tables(const FleetReport& report) {
  constexpr std::pair<const char*, const char*> groups[] = {{"store-", "Instance store"},
                                                            {"ebs-", "EBS"},
                                                            {"disk-", "Other disks"},
                                                            {"", "Memory and GPU"}};
  const std::vector<const FleetType*> types = all_types(report.fleet);
  std::vector<std::size_t> left = measured_headlines(types);
  std::vector<OverviewTable> tables;
  for (const auto& group : groups) {
    const std::string_view prefix = group.first;
    std::vector<std::size_t> shown;
    for (const std::size_t i : left) {
      if (headlines()[i].id.starts_with(prefix)) shown.push_back(i);
    }
    left.erase(std::remove_if(left.begin(), left.end(),
                              [&](std::size_t i) { return headlines()[i].id.starts_with(prefix); }),
               left.end());
    if (!shown.empty()) tables.push_back({group.second, overview_of(report, types, shown)});
  }
  return tables;
}

html::Table advertised_table(const FleetReport& report) {
  Table table{{{"limit"},
               {"n", Align::number},
               {"advertised", Align::number},
               {"median", Align::number},
               {"ratio", Align::number},
               {"range", Align::number},
               {"band", Align::number},
               {"bound by"},
               {"marks"}},
              {}};
  for (const FleetType* type : all_types(report.fleet)) {
    std::vector<LimitRow> limits;
    for (const std::size_t index : type->runs) {
      for (const AgainstAdvertised& row : report.fleet.runs[index].advertised) {
        auto place = std::find_if(limits.begin(), limits.end(),
                                  [&](const LimitRow& one) { return is_alike(*one.first, row); });
        if (place == limits.end()) place = limits.insert(limits.end(), {&row, {}, {}, {}});
        place->ratios.push_back(row.ratio());
        place->measured.push_back(row.measured);
        if (!row.bound_by.empty()) ++place->bound_by[row.bound_by];
      }
    }
    if (!limits.empty()) table.rows.push_back({type->name});
    for (const LimitRow& row : limits) table.rows.push_back(limit_cells(row));
  }
  return table;
}

html::Table family_table(const FleetFamily& family) {
  Table table{{{"size"},
               {"n", Align::number},
               {"median", Align::number},
               {"range over runs", Align::number},
               {"deviation", Align::number},
               {"to the size before", Align::number},
               {"advertised", Align::number},
               {"measured / advertised", Align::number},
               {"band", Align::number}},
              {}};
  for (const std::size_t i : measured_headlines(types_of(family))) {
    const HeadlineMetric& headline = headlines()[i];
    table.rows.push_back({fmt::format("{}: {}", headline.name, headline.detail)});
    std::optional<double> before;
    for (const FleetType& type : family.types) {
      if (!type.metrics[i]) continue;
      const TypeMetric& metric = *type.metrics[i];
      const std::string unit(headline.unit);
      const std::string range =
          range_text({metric.min, metric.median, metric.max, metric.values.size()}, unit);
      const std::string size = parse_type_name(type.name).size;
      table.rows.push_back(
          {size.empty() ? type.name : size, fmt::format("{}", metric.values.size()),
           value_text(metric, headline), range.empty() ? "-" : range,
           percent_text(metric.deviation_percent), ratio_text(metric.median, before),
           metric.advertised ? format_value(*metric.advertised, unit) : "-",
           ratio_text(metric.median, metric.advertised),
           metric.advertised ? band_text(band_of(metric.median / *metric.advertised)) : "-"});
      before = metric.median;
    }
  }
  return table;
}

html::Table runs_table(const Fleet& fleet) {
  Table table{{{"instance"}, {"type"}, {"zone"}, {"started"}, {"suite"}, {"flags"}, {"file"}}, {}};
  if (fleet.runs.size() > runs_listed_max) return table;
  for (const FleetType* type : all_types(fleet)) {
    for (const std::size_t index : type->runs) {
      const RunSummary& run = fleet.runs[index].run;
      std::string flags;
      for (const std::string& flag : run.flags) flags += (flags.empty() ? "" : ", ") + flag;
      table.rows.push_back({run.instance_id.empty() ? "-" : run.instance_id, run.instance_type,
                            run.availability_zone.empty() ? "-" : run.availability_zone,
                            run.started_utc, run.suite, flags.empty() ? "-" : flags, run.file});
    }
  }
  return table;
}

}  // namespace assay
