#include "reports/html/fleet_charts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "reports/catalog/type_name.hpp"
#include "reports/html/escape.hpp"
#include "reports/html/size_chart.hpp"
#include "reports/model/units.hpp"

namespace assay::html {

namespace {

/// Those with a picture; the others stand in the table.
constexpr std::array<std::string_view, 8> charted = {
    "store-read",    "store-write",  "store-read-rate", "ebs-read",
    "ebs-read-rate", "memory-triad", "gpu-read",        "disk-read"};

/// Zones of a family's runs in order of name; more than four share the last colour.
std::vector<std::string> zones_of(const Fleet& fleet, const FleetFamily& family) {
  std::set<std::string> zones;
  for (const FleetType& type : family.types) {
    for (const std::size_t index : type.runs) {
      const std::string& zone = fleet.runs[index].run.availability_zone;
      zones.insert(zone.empty() ? "zone not known" : zone);
    }
  }
  constexpr std::size_t colours = 4;
  std::vector<std::string> names(zones.begin(), zones.end());
  if (names.size() > colours) {
    names.resize(colours - 1);
    names.emplace_back("other zones");
  }
  return names;
}

unsigned group_of(const std::vector<std::string>& zones, const std::string& zone) {
  const auto found = std::find(zones.begin(), zones.end(), zone.empty() ? "zone not known" : zone);
  return static_cast<unsigned>(std::min<std::ptrdiff_t>(
      found - zones.begin(), static_cast<std::ptrdiff_t>(zones.size()) - 1));
}

/// What both pictures of a headline share.
struct Place {
  const Fleet& fleet;
  const FleetFamily& family;
  std::size_t headline;
  std::vector<std::string> zones;
};

std::string row_label(const FleetType& type) {
  const std::string size = parse_type_name(type.name).size;
  return size.empty() ? (type.name.empty() ? "unknown" : type.name) : size;
}

Axis value_axis(const Place& place) {
  double least = 0;
  double greatest = 0;
  for (const FleetType& type : place.family.types) {
    if (!type.metrics[place.headline]) continue;
    const TypeMetric& metric = *type.metrics[place.headline];
    const double mark = metric.advertised.value_or(metric.median);
    least = least > 0 ? std::min({least, metric.min, mark}) : std::min(metric.min, mark);
    greatest = std::max({greatest, metric.max, mark});
  }
  constexpr double linear_range_max = 6;
  const std::string_view unit = headlines()[place.headline].unit;
  return greatest > least * linear_range_max ? log_axis(least * 0.9, greatest * 1.1, unit, "")
                                             : linear_axis(greatest * 1.03, unit, "", 3);
}

SizeChart scaling_chart(const Place& place, const std::string& id) {
  const HeadlineMetric& headline = headlines()[place.headline];
  SizeChart chart;
  chart.id = id;
  chart.title = fmt::format("{} of {} by size", headline.name, place.family.name);
  chart.desc =
      "A dot for each run, an upright line at the median, an open ring at what is "
      "advertised; at the right the ratio to the size before.";
  chart.x = value_axis(place);
  chart.groups = place.zones;
  std::optional<double> before;
  for (const FleetType& type : place.family.types) {
    if (!type.metrics[place.headline]) continue;
    const TypeMetric& metric = *type.metrics[place.headline];
    SizeRow row{row_label(type), {}, metric.advertised, ""};
    for (std::size_t i = 0; i < metric.values.size(); ++i) {
      const RunSummary& run = place.fleet.runs[metric.runs[i]].run;
      row.dots.push_back({metric.values[i], group_of(place.zones, run.availability_zone)});
    }
    if (before) row.note = fmt::format("x {:.2f}", metric.median / *before);
    before = metric.median;
    chart.rows.push_back(std::move(row));
  }
  return chart;
}

/// Deviations up to a round percentage on both sides of 0.
Axis deviation_axis(double most) {
  const std::vector<double> ticks = linear_ticks(0, std::max(most, 1.0), 2);
  Axis axis{ScaleKind::linear, -ticks.back(), ticks.back(), "", {}};
  for (auto tick = ticks.rbegin(); tick != ticks.rend(); ++tick) {
    if (*tick > 0) axis.ticks.push_back({-*tick, fmt::format("-{:g} %", *tick)});
  }
  axis.ticks.push_back({0, "0"});
  for (const double tick : ticks) {
    if (tick > 0) axis.ticks.push_back({tick, fmt::format("+{:g} %", tick)});
  }
  return axis;
}

SizeChart spread_chart(const Place& place, const std::string& id) {
  const HeadlineMetric& headline = headlines()[place.headline];
  SizeChart chart;
  chart.id = id;
  chart.title = fmt::format("{} of {}: spread over runs", headline.name, place.family.name);
  chart.desc =
      "A dot for each run: how far it is from the median of its type; at the right "
      "the standard deviation over runs.";
  chart.groups = place.zones;
  double most = 0;
  for (const FleetType& type : place.family.types) {
    if (!type.metrics[place.headline]) continue;
    const TypeMetric& metric = *type.metrics[place.headline];
    SizeRow row{row_label(type), {}, {}, ""};
    for (std::size_t i = 0; i < metric.values.size(); ++i) {
      const RunSummary& run = place.fleet.runs[metric.runs[i]].run;
      const double percent = 100 * (metric.values[i] / metric.median - 1);
      most = std::max(most, std::abs(percent));
      row.dots.push_back({percent, group_of(place.zones, run.availability_zone)});
    }
    if (metric.deviation_percent) row.note = fmt::format("{:.1f} %", *metric.deviation_percent);
    chart.rows.push_back(std::move(row));
  }
  chart.x = deviation_axis(most);
  return chart;
}

std::string plain_figure(const SizeChart& chart, const std::string& caption) {
  return fmt::format("<figure>\n{}<figcaption>{}</figcaption>\n</figure>\n",
                     render_size_chart(chart), escape(caption));
}

}  // namespace

std::string family_figures(const Fleet& fleet, const FleetFamily& family) {
  std::string text;
  for (std::size_t i = 0; i < headlines().size(); ++i) {
    const HeadlineMetric& headline = headlines()[i];
    const auto measured = [&](const FleetType& type) { return type.metrics[i].has_value(); };
    if (std::find(charted.begin(), charted.end(), headline.id) == charted.end() ||
        std::none_of(family.types.begin(), family.types.end(), measured)) {
      continue;
    }
    const Place place{fleet, family, i, zones_of(fleet, family)};
    const std::string id = fmt::format("f{}-{}", &family - fleet.families.data(), headline.id);
    text += fmt::format("<h3>{}</h3>\n<div class=pair>\n", escape(headline.name));
    const SizeChart scaling = scaling_chart(place, id);
    const char* scale = scaling.x.kind == ScaleKind::log ? " (log scale)" : "";
    text += plain_figure(scaling, fmt::format("By size{}: {}.", scale, headline.detail));
    const bool several =
        std::any_of(family.types.begin(), family.types.end(), [&](const FleetType& type) {
          return type.metrics[i] && type.metrics[i]->values.size() > 1;
        });
    if (several) {
      text += plain_figure(spread_chart(place, id + "-spread"), "Spread over runs.");
    }
    text += "</div>\n";
  }
  return text;
}

}  // namespace assay::html
