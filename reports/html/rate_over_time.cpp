#include "reports/html/rate_over_time.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reports/case_text.hpp"
#include "reports/html/line_chart.hpp"
#include "reports/html/table.hpp"
#include "reports/model/units.hpp"
#include "reports/over_time.hpp"

namespace assay::html {

namespace {

constexpr std::size_t points_max = 200;  // of a drawn line: keeps long runs small

/// Means of so many neighbouring ticks that at most points_max points are left.
Series rate_series(const RateSeries& ticks, double tick_s) {
  Series series{"IOPS", {0, 0, Marker::none}, {}, 1, {}};
  const std::size_t each = (ticks.rates.size() + points_max - 1) / points_max;
  for (std::size_t i = 0; i < ticks.rates.size(); i += each) {
    const std::size_t last = std::min(i + each, ticks.rates.size());
    double sum = 0;
    for (std::size_t k = i; k < last; ++k) sum += ticks.rates[k];
    const double middle = (ticks.start_s[i] + ticks.start_s[last - 1] + tick_s) / 2;
    series.points.push_back({middle, sum / static_cast<double>(last - i)});
  }
  return series;
}

/// The mean between changes, as a staircase.
Series mean_series(const std::vector<RateChange>& changes, double end_s) {
  Series series{"mean", {1, 1, Marker::none}, {}, 1, {}};
  series.points.push_back({0, changes.front().before_per_s});
  for (const RateChange& change : changes) {
    series.points.push_back({change.after_s, change.before_per_s});
    series.points.push_back({change.after_s, change.after_per_s});
  }
  series.points.push_back({end_s, changes.back().after_per_s});
  return series;
}

Axis time_axis(double end_s) {
  Axis axis{ScaleKind::linear, 0, end_s, "since the measured start", {}};
  for (const double tick : linear_ticks(0, end_s, 5)) {
    if (tick <= end_s) axis.ticks.push_back({tick, fmt::format("{:g} s", tick)});
  }
  return axis;
}

std::string words_of(const CaseResult& measured, const std::vector<RateChange>& changes,
                     const std::optional<std::pair<double, double>>& window) {
  std::string text =
      changes.empty() ? "No abrupt change of IOPS was found." : changes_text(changes) + ".";
  if (is_in_parts(measured)) {
    text =
        "Parts with other cases between them, one after the other: a change may lie between two.";
  }
  if (window) {
    text += fmt::format(" Only {:.0f} to {:.0f} s count for the case's numbers.", window->first,
                        window->second);
  }
  return text;
}

Table stretch_table(const std::vector<RateChange>& changes, const RateSeries& ticks, double end_s) {
  Table table{{{"from"}, {"to", Align::number}, {"mean IOPS", Align::number}}, {}};
  double from_s = 0;
  for (const RateChange& change : changes) {
    table.rows.push_back({fmt::format("{:.0f} s", from_s), fmt::format("{:.0f} s", change.after_s),
                          format_value(change.before_per_s, "1/s")});
    from_s = change.after_s;
  }
  double sum = 0;
  for (const double rate : ticks.rates) sum += rate;
  const double mean =
      changes.empty() ? sum / static_cast<double>(ticks.rates.size()) : changes.back().after_per_s;
  table.rows.push_back(
      {fmt::format("{:.0f} s", from_s), fmt::format("{:.0f} s", end_s), format_value(mean, "1/s")});
  return table;
}

}  // namespace

std::string rate_over_time_figure(const Case& item, const CaseResult& measured,
                                  std::size_t number) {
  const RateSeries ticks = tick_rates(measured);
  if (ticks.rates.empty()) return {};
  const double tick_s = measured.ticks.front().length_s;
  const double end_s = ticks.start_s.back() + tick_s;
  if (end_s < 0.999 * changes_looked_for_s) return {};
  const std::vector<RateChange> changes = rate_changes(measured);
  const auto window = counted_window_s(measured);
  LineChart chart;
  chart.id = fmt::format("rate-{}-{}", item.target, number);
  chart.title = fmt::format("IOPS over time, {}: {}", item.target, case_text(item));
  chart.desc = words_of(measured, changes, window);
  chart.series.push_back(rate_series(ticks, tick_s));
  if (!changes.empty()) chart.series.push_back(mean_series(changes, end_s));
  double high = 0;
  for (const Series& series : chart.series) {
    for (const Point& point : series.points) high = std::max(high, point.y);
  }
  chart.x = time_axis(end_s);
  chart.y = linear_axis(high, "1/s", "IOPS (linear scale)");
  if (window) {
    chart.marks = {{window->first, "counts from here"}};
    if (window->second < end_s - tick_s) chart.marks.push_back({window->second, "to here"});
  }
  return figure(render_line_chart(chart), case_text(item) + ". " + chart.desc,
                stretch_table(changes, ticks, end_s));
}

}  // namespace assay::html
