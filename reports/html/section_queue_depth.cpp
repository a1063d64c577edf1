#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

#include "reports/depth_sweep.hpp"
#include "reports/html/line_chart.hpp"
#include "reports/html/sections.hpp"
#include "reports/html/table.hpp"
#include "reports/model/units.hpp"
#include "reports/target_text.hpp"

namespace assay::html {

namespace {

/// A sweep with its place in the palette: reads blue with circles, writes vermilion with squares.
struct DrawnSweep {
  DepthSweep sweep;
  std::string verb;
  unsigned colour;
  Marker marker;
  std::optional<std::size_t> knee;
};

std::vector<DrawnSweep> drawn_sweeps(const Result& result, const std::string& target) {
  std::vector<DrawnSweep> all = {
      {depth_sweep(result, target, "random-read"), "read", 0, Marker::circle, {}},
      {depth_sweep(result, target, "random-write"), "write", 1, Marker::square, {}}};
  std::erase_if(all, [](const DrawnSweep& drawn) { return drawn.sweep.points.size() < 2; });
  for (DrawnSweep& drawn : all) drawn.knee = knee_index(drawn.sweep.points);
  return all;
}

Axis shared_depth_axis(const std::vector<DrawnSweep>& all) {
  std::set<std::uint32_t> depths;
  for (const DrawnSweep& drawn : all) {
    for (const DepthPoint& point : drawn.sweep.points) depths.insert(point.queue_depth);
  }
  return depth_axis({depths.begin(), depths.end()});
}

/// One mark per knee; two knees at one depth share theirs.
std::vector<ChartMark> knee_marks(const std::vector<DrawnSweep>& all) {
  std::vector<ChartMark> marks;
  for (const DrawnSweep& drawn : all) {
    if (!drawn.knee) continue;
    const double depth = drawn.sweep.points[*drawn.knee].queue_depth;
    if (!marks.empty() && marks.back().x == depth) {
      marks.back().label = "read and write knee";
    } else {
      marks.push_back({depth, drawn.verb + " knee"});
    }
  }
  return marks;
}

Series latency_series(const DrawnSweep& drawn, const char* name,
                      std::optional<double> DepthPoint::*latency, unsigned dash) {
  Series series;
  series.label = fmt::format("{} {}", drawn.verb, name);
  series.style = {drawn.colour, dash, drawn.marker};
  for (std::size_t i = 0; i < drawn.sweep.points.size(); ++i) {
    const DepthPoint& point = drawn.sweep.points[i];
    if (!(point.*latency)) continue;
    if (drawn.knee == i) series.ringed = series.points.size();
    series.points.push_back({static_cast<double>(point.queue_depth), *(point.*latency)});
  }
  return series;
}

std::string describe(const DrawnSweep& drawn) {
  const std::vector<DepthPoint>& points = drawn.sweep.points;
  const DepthPoint& first = points.front();
  const DepthPoint& last = points.back();
  std::string text;
  if (first.latency_ns_p50 && last.latency_ns_p50) {
    text += fmt::format("{} p50 goes from {} at queue depth {} to {} at {}", drawn.verb,
                        format_duration_ns(*first.latency_ns_p50), first.queue_depth,
                        format_duration_ns(*last.latency_ns_p50), last.queue_depth);
  }
  if (drawn.knee) {
    const DepthPoint& knee = points[*drawn.knee];
    text += fmt::format("{}{} IOPS level off at queue depth {} ({})", text.empty() ? "" : "; ",
                        drawn.verb, knee.queue_depth, format_value(knee.iops, "1/s"));
    if (knee.latency_ns_p99) text += ", p99 there " + format_duration_ns(*knee.latency_ns_p99);
  } else {
    text += fmt::format(
        "{}{} IOPS reach {} at queue depth {}, the largest measured, without a knee",
        text.empty() ? "" : "; ", drawn.verb, format_value(last.iops, "1/s"), last.queue_depth);
  }
  return text + ". ";
}

std::string describe(const std::vector<DrawnSweep>& all) {
  std::string text;
  for (const DrawnSweep& drawn : all) text += describe(drawn);
  if (!text.empty()) text.pop_back();
  return text;
}

std::string latency_chart(const Target& target, const std::vector<DrawnSweep>& all) {
  std::vector<Series> series;
  double low = std::numeric_limits<double>::infinity();
  double high = 0;
  for (const DrawnSweep& drawn : all) {
    series.push_back(latency_series(drawn, "p50", &DepthPoint::latency_ns_p50, 0));
    series.push_back(latency_series(drawn, "p99", &DepthPoint::latency_ns_p99, 1));
  }
  std::erase_if(series, [](const Series& one) { return one.points.empty(); });
  for (const Series& one : series) {
    for (const Point& point : one.points) {
      low = std::min(low, point.y);
      high = std::max(high, point.y);
    }
  }
  if (series.empty()) return {};
  return render_line_chart(
      {"latency-depth-" + target.id, "Latency against queue depth, " + target.id, describe(all),
       shared_depth_axis(all), log_axis(low, high, "ns", "latency (log scale)"), std::move(series),
       knee_marks(all), LabelPlacement::line_ends});
}

std::string iops_chart(const Target& target, const std::vector<DrawnSweep>& all) {
  std::vector<Series> series;
  double high = 0;
  for (const DrawnSweep& drawn : all) {
    Series one;
    one.label = drawn.verb;
    one.style = {drawn.colour, drawn.colour == 0 ? 0U : 1U, drawn.marker};
    one.ringed = drawn.knee;
    for (const DepthPoint& point : drawn.sweep.points) {
      one.points.push_back({static_cast<double>(point.queue_depth), point.iops});
      high = std::max(high, point.iops);
    }
    series.push_back(std::move(one));
  }
  return render_line_chart({"iops-depth-" + target.id, "IOPS against queue depth, " + target.id,
                            describe(all), shared_depth_axis(all),
                            linear_axis(high, "1/s", "IOPS (linear scale)"), std::move(series),
                            knee_marks(all), LabelPlacement::line_ends});
}

Table depth_table(const std::vector<DrawnSweep>& all, bool with_latency) {
  Table table{{{"workload"}, {"queue depth", Align::number}, {"IOPS", Align::number}}, {}};
  for (const char* heading : {"min", "max", "n"}) {
    if (!with_latency) table.columns.push_back({heading, Align::number});
  }
  for (const char* heading : {"p50", "p99"}) {
    if (with_latency) table.columns.push_back({heading, Align::number});
  }
  for (const DrawnSweep& drawn : all) {
    for (std::size_t i = 0; i < drawn.sweep.points.size(); ++i) {
      const DepthPoint& point = drawn.sweep.points[i];
      std::vector<std::string> row = {
          fmt::format("random {} {}{}", drawn.verb, short_size(drawn.sweep.block_size_bytes),
                      drawn.knee == i ? " (knee)" : ""),
          fmt::format("{}", point.queue_depth), format_count(point.iops)};
      const Spread spread = point.iops_spread.value_or(Spread{});
      const bool known = spread.samples > 0;
      if (with_latency) {
        for (const auto& latency : {point.latency_ns_p50, point.latency_ns_p99}) {
          row.push_back(latency ? format_duration_ns(*latency) : "-");
        }
      } else {
        row.push_back(known ? format_count(spread.min) : "-");
        row.push_back(known ? format_count(spread.max) : "-");
        row.push_back(fmt::format("{}", spread.samples));
      }
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

}  // namespace

std::string queue_depth_section(const Document& document) {
  std::string text;
  for (const Target& target : document.result.plan.targets) {
    if (in_measured_set(document.result, target)) continue;
    const std::vector<DrawnSweep> all = drawn_sweeps(document.result, target.id);
    if (all.empty()) continue;
    const std::string size = short_size(all.front().sweep.block_size_bytes);
    text += target_heading(document.result, target) + "<div class=pair>\n";
    const std::string latency = latency_chart(target, all);
    if (!latency.empty()) {
      text += figure(latency,
                     fmt::format("Random {} I/O: latency. Rings and the upright line mark the "
                                 "knee: {}.",
                                 size, knee_rule),
                     depth_table(all, true));
    }
    text += figure(iops_chart(target, all),
                   fmt::format("Random {} I/O: IOPS over the same depths; beyond the knee more "
                               "depth buys latency, not IOPS.",
                               size),
                   depth_table(all, false)) +
            "</div>\n";
  }
  return text;
}

}  // namespace assay::html
