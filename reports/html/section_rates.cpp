#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "reports/case_text.hpp"
#include "reports/html/line_chart.hpp"
#include "reports/html/sections.hpp"
#include "reports/html/table.hpp"
#include "reports/model/units.hpp"
#include "reports/rate_sweep.hpp"

namespace assay::html {

namespace {

using Tail = LatencyTail OfferedPoint::*;
using Quantile = std::optional<double> LatencyTail::*;

double x_of(const RateSweep& sweep, const OfferedPoint& point) {
  return sweep.by_percent ? point.percent : point.offered_per_s;
}

Series series_of(const RateSweep& sweep, const std::string& label, const SeriesStyle& style,
                 Tail tail, Quantile quantile) {
  Series series;
  series.label = label;
  series.style = style;
  for (const OfferedPoint& point : sweep.points) {
    const std::optional<double>& ns = point.*tail.*quantile;
    if (ns) series.points.push_back({x_of(sweep, point), *ns});
  }
  return series;
}

bool is_mixed(const RateSweep& sweep) {
  return sweep.points.front().item->storage->operation == Operation::mixed;
}

/// From the time an I/O was due in solid lines; p99 from its issue beside it. Of a mix the latter
/// is of reads and writes together, which is not the same thing.
std::vector<Series> all_series(const RateSweep& sweep) {
  const Tail due = &OfferedPoint::intended;
  std::vector<Series> all = {
      series_of(sweep, "p50", {0, 0, Marker::circle}, due, &LatencyTail::ns_p50),
      series_of(sweep, "p99", {1, 0, Marker::square}, due, &LatencyTail::ns_p99),
      series_of(sweep, "p99.9", {2, 0, Marker::triangle}, due, &LatencyTail::ns_p999)};
  if (!is_mixed(sweep)) {
    all.push_back(series_of(sweep, "p99 from issue", {3, 1, Marker::diamond}, &OfferedPoint::issued,
                            &LatencyTail::ns_p99));
  }
  std::erase_if(all, [](const Series& one) { return one.points.empty(); });
  return all;
}

Axis rate_axis(const RateSweep& sweep) {
  const double last = x_of(sweep, sweep.points.back());
  if (!sweep.by_percent) return linear_axis(last, "1/s", "offered rate (I/Os a second)");
  Axis axis{ScaleKind::linear, 0, std::max(100.0, last), "", {}};
  const OfferedPoint& point = sweep.points.back();
  axis.title = fmt::format("offered rate, % of the highest ({})",
                           format_value(point.offered_per_s / point.percent * 100, "1/s"));
  for (const double tick : linear_ticks(0, axis.max, 5)) {
    axis.ticks.push_back({tick, fmt::format("{:g} %", tick)});
  }
  axis.max = axis.ticks.back().value;
  return axis;
}

std::string rate_text(const OfferedPoint& point) {
  const std::string rate = format_value(point.offered_per_s, "1/s");
  return point.percent > 0 ? fmt::format("{:g} % ({})", point.percent, rate) : rate;
}

std::string describe(const RateSweep& sweep) {
  std::string text;
  const OfferedPoint* last_well = nullptr;
  std::string saturated;
  for (const OfferedPoint& point : sweep.points) {
    if (!point.saturated && point.intended.ns_p99) last_well = &point;
    if (point.saturated) saturated += (saturated.empty() ? "" : ", ") + rate_text(point);
  }
  const OfferedPoint& first = sweep.points.front();
  if (first.intended.ns_p99) {
    text += fmt::format("p99 is {} at {}", format_duration_ns(*first.intended.ns_p99),
                        rate_text(first));
  }
  if (last_well != nullptr && last_well != &first) {
    text += fmt::format("{}{} at {}", text.empty() ? "p99 is " : " and ",
                        format_duration_ns(*last_well->intended.ns_p99), rate_text(*last_well));
  }
  if (!text.empty()) text += ". ";
  return text + (saturated.empty() ? "Every rate was reached." : "Saturated at " + saturated + ".");
}

Table rate_table(const RateSweep& sweep) {
  Table table{{{"offered"}, {"completed", Align::number}}, {}};
  const char* issued_of = is_mixed(sweep) ? ", reads and writes" : "";
  for (const char* name : {"p50", "p99", "p99.9"}) table.columns.push_back({name, Align::number});
  for (const char* name : {"issue p50", "issue p99", "issue p99.9"}) {
    table.columns.push_back({std::string(name) + issued_of, Align::number});
  }
  table.columns.push_back({"remark"});
  for (const OfferedPoint& point : sweep.points) {
    std::vector<std::string> row = {rate_text(point), format_value(point.completed_per_s, "1/s")};
    for (const Tail tail : {&OfferedPoint::intended, &OfferedPoint::issued}) {
      for (const Quantile quantile :
           {&LatencyTail::ns_p50, &LatencyTail::ns_p99, &LatencyTail::ns_p999}) {
        const std::optional<double>& ns = point.*tail.*quantile;
        row.push_back(ns ? format_duration_ns(*ns) : "-");
      }
    }
    row.emplace_back(point.saturated ? "saturated" : "");
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string sweep_figure(const RateSweep& sweep, std::size_t number) {
  const Case& item = *sweep.points.front().item;
  LineChart chart;
  chart.id = fmt::format("rates-{}-{}", sweep.target->id, number);
  chart.title =
      fmt::format("Latency at a fixed rate, {}: {}", sweep.target->id, workload_text(item));
  chart.desc = describe(sweep);
  chart.series = all_series(sweep);
  if (chart.series.empty()) return {};
  double low = std::numeric_limits<double>::infinity();
  double high = 0;
  for (const Series& series : chart.series) {
    for (const Point& point : series.points) {
      low = std::min(low, point.y);
      high = std::max(high, point.y);
    }
  }
  chart.x = rate_axis(sweep);
  chart.y = log_axis(low, high, "ns", "latency (log scale)");
  bool marked = false;  // the one before: a run of marks has one label
  for (const OfferedPoint& point : sweep.points) {
    if (point.saturated) chart.marks.push_back({x_of(sweep, point), marked ? "" : "saturated"});
    marked = point.saturated;
  }
  return figure(
      render_line_chart(chart),
      fmt::format("{}{}, {} arrivals. {}", workload_text(item),
                  is_mixed(sweep) ? ": latency of the reads" : "",
                  item.storage->arrival == Arrival::poisson ? "Poisson" : "constant", chart.desc),
      rate_table(sweep));
}

}  // namespace

std::string rates_section(const Document& document) {
  const std::vector<RateSweep> sweeps = rate_sweeps(document.result);
  std::string text;
  for (const Target& target : document.result.plan.targets) {
    std::string figures;
    std::size_t number = 0;
    for (const RateSweep& sweep : sweeps) {
      if (sweep.target->id == target.id) figures += sweep_figure(sweep, ++number);
    }
    if (figures.empty()) continue;
    text += target_heading(document.result, target) + "<div class=pair>\n" + figures + "</div>\n";
  }
  if (text.empty()) return text;
  if (document.result.import) {
    return paragraph(
               "The jobs were capped at a rate, which the tool keeps by waiting. Latency runs from "
               "the issue of an I/O: what waited for its turn is not in it.") +
           text;
  }
  return paragraph(
             "I/Os arrive on a schedule, as from an application, whether or not earlier ones are "
             "done. Solid lines count from the time an I/O was due, so that waiting to be issued "
             "is part of its latency; from issue leaves that out. Where the rate was not reached "
             "(saturated) the backlog grows and latency depends on how long one measures.") +
         text;
}

}  // namespace assay::html
