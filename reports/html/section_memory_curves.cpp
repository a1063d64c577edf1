#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "reports/html/bar_chart.hpp"
#include "reports/html/line_chart.hpp"
#include "reports/html/matrix_chart.hpp"
#include "reports/html/sections.hpp"
#include "reports/html/table.hpp"
#include "reports/memory_groups.hpp"
#include "reports/model/units.hpp"

namespace assay::html {

namespace {

const char* unit_of(const std::string& metric) { return metric == "bandwidth" ? "B/s" : "ns"; }
const char* noun_of(const std::string& metric) {
  return metric == "bandwidth" ? "bandwidth" : "latency of a load";
}

/// What a family of curves is drawn over.
struct CurveKind {
  std::string id;
  std::string over;     // "threads", "working set"
  std::string caption;  // of the axis
  std::string column;   // heading
  bool bytes;
};

std::string x_text(const CurveKind& kind, double x) {
  return kind.bytes ? format_bytes(x) : fmt::format("{:.0f}", x);
}

/// Ticks at the measured values; labels that do not fit are left out when drawn.
Axis x_axis(const CurveKind& kind, const std::vector<MemoryCurve>& curves) {
  std::set<double> values;
  for (const MemoryCurve& curve : curves) {
    for (const MemoryPoint& point : curve.points) values.insert(point.x);
  }
  Axis axis{ScaleKind::log, *values.begin(), *values.rbegin(), kind.caption, {}};
  for (const double value : values) {
    axis.ticks.push_back({value, kind.bytes ? short_size(static_cast<std::uint64_t>(value))
                                            : fmt::format("{:.0f}", value)});
  }
  return axis;
}

std::string describe(const CurveKind& kind, const std::vector<MemoryCurve>& curves) {
  std::string text;
  for (const MemoryCurve& curve : curves) {
    const char* unit = unit_of(curve.metric);
    text += fmt::format(
        "{}{}: {} at {}, {} at {}", text.empty() ? "" : "; ", curve.label,
        format_value(curve.points.front().value, unit), x_text(kind, curve.points.front().x),
        format_value(curve.points.back().value, unit), x_text(kind, curve.points.back().x));
  }
  return text + ".";
}

Table curve_table(const CurveKind& kind, const std::vector<MemoryCurve>& curves) {
  Table table{
      {{"kernel"}, {kind.column, Align::number}, {"value", Align::number}, {"chosen kernel set"}},
      {}};
  for (const MemoryCurve& curve : curves) {
    for (const MemoryPoint& point : curve.points) {
      std::string set = "-";
      for (const auto& [name, text] : point.measured->method) {
        if (name == "kernel set") set = text;
      }
      table.rows.push_back({curve.label, x_text(kind, point.x),
                            format_value(point.value, unit_of(curve.metric)), set});
    }
  }
  return table;
}

std::string curve_figure(const Target& target, const CurveKind& kind, const std::string& metric,
                         std::vector<MemoryCurve> curves, const std::string& caption) {
  std::erase_if(curves, [&](const MemoryCurve& curve) { return curve.metric != metric; });
  if (curves.empty()) return {};
  double high = 0;
  double low = curves.front().points.front().value;
  std::vector<Series> series;
  for (const MemoryCurve& curve : curves) {
    const auto index = static_cast<unsigned>(series.size());
    constexpr Marker markers[] = {Marker::circle, Marker::square, Marker::triangle,
                                  Marker::diamond};
    Series one;
    one.label = curve.label;
    one.style = {index % 4, index % 4, markers[index % 4]};
    for (const MemoryPoint& point : curve.points) {
      one.points.push_back({point.x, point.value});
      high = std::max(high, point.value);
      low = std::min(low, point.value);
    }
    series.push_back(std::move(one));
  }
  const std::string noun = noun_of(metric);
  const char* unit = unit_of(metric);
  // A cache is a hundred times nearer than memory: only a log scale shows both.
  const Axis y = kind.bytes ? log_axis(low, high, unit, noun + " (log scale)")
                            : linear_axis(high, unit, noun + " (linear scale)");
  const std::string what = metric == "bandwidth" ? "bandwidth" : "latency";
  const std::string picture =
      render_line_chart({fmt::format("{}-{}-{}", what, kind.id, target.id),
                         fmt::format("{} over {}, {}", noun, kind.over, target.id),
                         describe(kind, curves),
                         x_axis(kind, curves),
                         y,
                         std::move(series),
                         {},
                         LabelPlacement::line_ends});
  return figure(picture, caption, curve_table(kind, curves));
}

std::string l3_figure(const Document& document, const Target& target) {
  BarChart chart{"bandwidth-l3-" + target.id,
                 "bandwidth of single L3 domains, " + target.id,
                 "",
                 "B/s",
                 "bandwidth",
                 {}};
  Table table{{{"case"}, {"value", Align::number}, {"threads"}}, {}};
  for (const CaseResult* measured : l3_cases(document.result, target.id)) {
    const Metric* metric = find_metric(measured->metrics, "bandwidth");
    if (metric == nullptr) continue;
    const MemoryParameters& memory = *find_case(document.result.plan, measured->id)->memory;
    Bar bar{fmt::format("{}, L3 {}", memory.kernel, *memory.l3_domain), metric->value, {}};
    for (const Sample& sample : measured->samples) {
      if (sample.metric == "bandwidth") bar.samples = sample.values;
    }
    std::string threads;
    for (const auto& [name, text] : measured->method) {
      if (name == "threads") threads = text;
    }
    table.rows.push_back({bar.label, format_value(bar.value, "B/s"), threads});
    chart.bars.push_back(std::move(bar));
  }
  if (chart.bars.empty()) return {};
  const auto [low, high] =
      std::minmax_element(chart.bars.begin(), chart.bars.end(),
                          [](const Bar& a, const Bar& b) { return a.value < b.value; });
  chart.desc = fmt::format("From {} ({}) to {} ({}).", format_value(low->value, "B/s"), low->label,
                           format_value(high->value, "B/s"), high->label);
  return figure(render_bar_chart(chart),
                "All CPUs that share one L3 cache, each domain alone. Dots are the single "
                "repetitions.",
                table);
}

std::string node_names(std::uint32_t node) { return fmt::format("node {}", node); }

std::string matrix_figure(const Target& target, const NodeMatrix& matrix, std::size_t number) {
  MatrixChart chart;
  chart.id = fmt::format("nodes-{}-{}", number, target.id);
  chart.title = fmt::format("{} between NUMA nodes: {}", noun_of(matrix.metric), matrix.title);
  chart.unit = unit_of(matrix.metric);
  chart.row_title = "CPUs of";
  chart.column_title = "memory of";
  for (const std::uint32_t node : matrix.cpu_nodes) chart.rows.push_back(node_names(node));
  for (const std::uint32_t node : matrix.memory_nodes) chart.columns.push_back(node_names(node));
  chart.values = matrix.values;
  Table table{{{"CPUs"}}, {}};
  for (const std::string& column : chart.columns) {
    table.columns.push_back({"memory of " + column, Align::number});
  }
  for (std::size_t i = 0; i < chart.rows.size(); ++i) {
    std::vector<std::string> row{chart.rows[i]};
    for (const std::optional<double>& value : chart.values[i]) {
      row.push_back(value ? format_value(*value, chart.unit) : "-");
    }
    chart.desc += fmt::format("CPUs of {}:", chart.rows[i]);
    for (std::size_t k = 1; k < row.size(); ++k) {
      chart.desc += fmt::format("{} {} from {}", k == 1 ? "" : ",", row[k], chart.columns[k - 1]);
    }
    chart.desc += ". ";
    table.rows.push_back(std::move(row));
  }
  return figure(render_matrix_chart(chart),
                fmt::format("{}: {}. The darker, the {}.", matrix.title, noun_of(matrix.metric),
                            matrix.metric == "bandwidth" ? "faster" : "slower"),
                table);
}

/// Figures two abreast under the target's heading; empty without any.
std::string under_heading(const Document& document, const Target& target,
                          const std::string& figures) {
  if (figures.empty()) return {};
  return fmt::format("{}<div class=pair>\n{}</div>\n", target_heading(document.result, target),
                     figures);
}

}  // namespace

std::string memory_curves_section(const Document& document) {
  const CurveKind threads{"threads", "threads", "threads (log scale)", "threads", false};
  const CurveKind sets{"working-set", "the working set", "working set, all arrays (log scale)",
                       "working set", true};
  std::string text;
  for (const Target& target : document.result.plan.targets) {
    if (target.kind != TargetKind::host_memory) continue;
    const std::vector<MemoryCurve> by_threads = thread_curves(document.result, target.id);
    const std::vector<MemoryCurve> by_set = working_set_curves(document.result, target.id);
    std::string figures;
    figures += curve_figure(target, threads, "bandwidth", by_threads,
                            "Bandwidth over threads, one a core first, in turn over the L3 "
                            "domains. Of loaded-latency: what the loading threads read.");
    figures += curve_figure(target, threads, "latency/load", by_threads,
                            "Latency of a dependent load while the other threads read without "
                            "pause.");
    figures += curve_figure(target, sets, "bandwidth", by_set,
                            "Bandwidth over the working set: from the caches to memory.");
    figures += curve_figure(target, sets, "latency/load", by_set,
                            "Latency of a dependent load over the working set: each step is a "
                            "cache, or the reach of the address translation.");
    figures += l3_figure(document, target);
    text += under_heading(document, target, figures);
  }
  return text;
}

std::string memory_nodes_section(const Document& document) {
  std::string text;
  for (const Target& target : document.result.plan.targets) {
    if (target.kind != TargetKind::host_memory) continue;
    std::string figures;
    std::size_t number = 0;
    for (const NodeMatrix& matrix : node_matrices(document.result, target.id)) {
      figures += matrix_figure(target, matrix, number++);
    }
    text += under_heading(document, target, figures);
  }
  return text;
}

}  // namespace assay::html
