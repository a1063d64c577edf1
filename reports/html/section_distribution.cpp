#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

#include "reports/case_text.hpp"
#include "reports/depth_sweep.hpp"
#include "reports/html/line_chart.hpp"
#include "reports/html/sections.hpp"
#include "reports/html/table.hpp"
#include "reports/model/units.hpp"
#include "reports/percentiles.hpp"
#include "reports/target_text.hpp"

namespace assay::html {

namespace {

constexpr double nines_drawn = 4;  // to p99.99
constexpr std::size_t curve_points = 61;

struct Distribution {
  std::string label;
  SeriesStyle style;
  const SparseHistogram* latency;
};

void add_sweep(std::vector<Distribution>& all, const DepthSweep& sweep, const std::string& verb,
               unsigned colour, Marker marker) {
  if (sweep.points.empty()) return;
  const std::size_t busy = knee_index(sweep.points).value_or(peak_index(sweep.points));
  const std::set<std::size_t> wanted = {0, busy};
  for (const std::size_t i : wanted) {
    const SparseHistogram* histogram = main_histogram(*sweep.points[i].result);
    if (histogram == nullptr) continue;
    all.push_back({fmt::format("{} qd {}", verb, sweep.points[i].queue_depth),
                   {colour, i == 0 ? 0U : 1U, marker},
                   histogram});
  }
}

/// Of each way to commit the smallest block size at the lowest depth, in the Plan's order of ways.
std::vector<const CaseResult*> commits(const Result& result, const std::string& target) {
  const auto order = [](const Case& item) {
    return std::pair(item.storage->block_size_bytes, item.storage->queue_depth);
  };
  std::vector<const CaseResult*> all;
  for (const Durability durability : {Durability::fdatasync, Durability::dsync}) {
    const Case* smallest = nullptr;
    const CaseResult* found = nullptr;
    for (const CaseResult& measured : result.cases) {
      const Case* item = find_case(result.plan, measured.id);
      if (measured.status != CaseStatus::ok || item == nullptr || item->target != target) continue;
      if (!item->storage || item->storage->durability != durability) continue;
      if (smallest != nullptr && order(*smallest) <= order(*item)) continue;
      smallest = item;
      found = &measured;
    }
    if (found != nullptr) all.push_back(found);
  }
  return all;
}

/// Reads and writes at the lowest depth and the knee (or peak without one), and the commits.
std::vector<Distribution> distributions(const Result& result, const std::string& target) {
  std::vector<Distribution> all;
  add_sweep(all, depth_sweep(result, target, "random-read"), "read", 0, Marker::circle);
  add_sweep(all, depth_sweep(result, target, "random-write"), "write", 1, Marker::square);
  for (const CaseResult* measured : commits(result, target)) {
    const Case* item = find_case(result.plan, measured->id);
    const SparseHistogram* histogram = main_histogram(*measured);
    if (histogram == nullptr) continue;
    const bool fdatasync = item->storage->durability == Durability::fdatasync;
    all.push_back(
        {fdatasync ? "fdatasync" : "O_DSYNC",
         {fdatasync ? 2U : 3U, fdatasync ? 2U : 3U, fdatasync ? Marker::triangle : Marker::diamond},
         histogram});
  }
  std::erase_if(
      all, [](const Distribution& one) { return !quantile_supported(one.latency->count, 0.5); });
  return all;
}

std::string describe(const std::vector<Distribution>& all) {
  std::string text;
  for (const Distribution& one : all) {
    const double p50 = static_cast<double>(one.latency->quantile(0.5));
    text +=
        fmt::format("{}{}: p50 {}", text.empty() ? "" : "; ", one.label, format_duration_ns(p50));
    for (const auto& [q, name] : {std::pair{0.9999, "p99.99"}, {0.999, "p99.9"}, {0.99, "p99"}}) {
      if (!quantile_supported(one.latency->count, q)) continue;
      const double tail = static_cast<double>(one.latency->quantile(q));
      text += fmt::format(", {} {} ({:.1f} times p50)", name, format_duration_ns(tail),
                          p50 > 0 ? tail / p50 : 0);
      break;
    }
  }
  return text + ".";
}

struct LatencyRange {
  double low = std::numeric_limits<double>::infinity();
  double high = 0;
};

/// A chart without axes of one series a distribution, and the range of latencies in it.
using ToPoint = Point (*)(const DistributionPoint& point);
LatencyRange add_curves(LineChart& chart, const std::vector<Distribution>& all,
                        const std::vector<std::vector<DistributionPoint>>& curves,
                        ToPoint to_point) {
  LatencyRange range;
  chart.desc = describe(all);
  chart.labels = LabelPlacement::beside_curves;
  for (std::size_t i = 0; i < all.size(); ++i) {
    Series series;
    series.label = all[i].label;
    series.style = all[i].style;
    series.marker_every = curve_points / 5;
    for (const DistributionPoint& point : curves[i]) {
      series.points.push_back(to_point(point));
      range.low = std::min(range.low, point.latency_ns);
      range.high = std::max(range.high, point.latency_ns);
    }
    chart.series.push_back(std::move(series));
  }
  return range;
}

std::string percentile_chart(const Target& target, const std::vector<Distribution>& all) {
  std::vector<std::vector<DistributionPoint>> curves;
  curves.reserve(all.size());
  for (const Distribution& one : all) {
    curves.push_back(percentile_curve(*one.latency, nines_drawn, curve_points));
  }
  LineChart chart;
  chart.id = "percentiles-" + target.id;
  chart.title = "Latency percentiles, " + target.id;
  const LatencyRange range = add_curves(chart, all, curves, [](const DistributionPoint& point) {
    return Point{point.quantile, point.latency_ns};
  });
  chart.x = nines_axis(nines_drawn, "share of I/Os that are faster (log scale)");
  chart.y = log_axis(range.low, range.high, "ns", "latency (log scale)");
  return render_line_chart(chart);
}

std::string ecdf_chart(const Target& target, const std::vector<Distribution>& all) {
  std::vector<std::vector<DistributionPoint>> curves;
  curves.reserve(all.size());
  for (const Distribution& one : all) curves.push_back(ecdf_curve(*one.latency, curve_points));
  LineChart chart;
  chart.id = "ecdf-" + target.id;
  chart.title = "Cumulative distribution of latency, " + target.id;
  const LatencyRange range = add_curves(chart, all, curves, [](const DistributionPoint& point) {
    return Point{point.latency_ns, point.quantile * 100};
  });
  chart.x = log_axis(range.low, range.high, "ns", "latency (log scale)");
  chart.y = linear_axis(100, "", "share of I/Os (%)");
  return render_line_chart(chart);
}

Table percentile_table(const std::vector<Distribution>& all) {
  Table table{{{"I/Os of"}, {"count", Align::number}, {"min", Align::number}}, {}};
  const std::vector<std::pair<double, const char*>> wanted = {
      {0.5, "p50"}, {0.9, "p90"}, {0.99, "p99"}, {0.999, "p99.9"}, {0.9999, "p99.99"}};
  for (const auto& [q, name] : wanted) table.columns.push_back({name, Align::number});
  table.columns.push_back({"max", Align::number});
  for (const Distribution& one : all) {
    const SparseHistogram& latency = *one.latency;
    std::vector<std::string> row = {one.label, fmt::format("{}", latency.count),
                                    format_duration_ns(static_cast<double>(latency.min_ns))};
    for (const auto& [q, name] : wanted) {
      row.push_back(quantile_supported(latency.count, q)
                        ? format_duration_ns(static_cast<double>(latency.quantile(q)))
                        : "-");
    }
    row.push_back(format_duration_ns(static_cast<double>(latency.max_ns)));
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace

std::string distribution_section(const Document& document) {
  std::string text;
  for (const Target& target : document.result.plan.targets) {
    if (in_measured_set(document.result, target)) continue;
    const std::vector<Distribution> all = distributions(document.result, target.id);
    if (all.empty()) continue;
    const Table table = percentile_table(all);
    text += target_heading(document.result, target) + "<div class=pair>\n" +
            figure(percentile_chart(target, all),
                   "Percentiles from the median up. A curve ends where fewer than 10 I/Os lie "
                   "above it; qd is the queue depth (lowest, and knee or peak).",
                   table) +
            figure(ecdf_chart(target, all),
                   "Cumulative distribution of the same I/Os: the share that took at most this "
                   "long.",
                   table) +
            "</div>\n";
  }
  return text;
}

}  // namespace assay::html
