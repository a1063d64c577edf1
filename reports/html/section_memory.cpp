#include <fmt/format.h>

#include <algorithm>

#include "reports/case_text.hpp"
#include "reports/html/bar_chart.hpp"
#include "reports/html/sections.hpp"
#include "reports/html/table.hpp"
#include "reports/memory_groups.hpp"
#include "reports/model/units.hpp"

namespace assay::html {

namespace {

/// A case's workload without the word that the section's heading has.
std::string short_text(const Case& item) {
  constexpr std::string_view heading = "memory ";
  std::string text = workload_text(item);
  if (text.starts_with(heading)) text.erase(0, heading.size());
  return text;
}

/// A figure of one metric of all cases of a target; empty when no case has it.
struct MetricFigure {
  BarChart chart;
  Table table;
};

MetricFigure collect(const Result& result, const Target& target, const std::string& name) {
  MetricFigure made{{},
                    {{{"case"},
                      {"value", Align::number},
                      {"min", Align::number},
                      {"median", Align::number},
                      {"max", Align::number},
                      {"n", Align::number}},
                     {}}};
  for (const CaseResult& measured : result.cases) {
    const Case* item = find_case(result.plan, measured.id);
    if (measured.status != CaseStatus::ok || item == nullptr || item->target != target.id) continue;
    const Metric* metric = find_metric(measured.metrics, name);
    if (metric == nullptr || item->storage) continue;
    if (item->memory && in_memory_group(result, *item)) continue;
    // What the loading threads read is no result of a bandwidth kernel.
    if (item->memory && item->memory->kernel == "loaded-latency" && name == "bandwidth") continue;
    Bar bar{short_text(*item), metric->value, {}};
    for (const Sample& sample : measured.samples) {
      if (sample.metric == name) bar.samples = sample.values;
    }
    const Spread spread = metric->spread.value_or(Spread{});
    const auto cell = [&](double value) {
      return spread.samples == 0 ? std::string("-") : format_value(value, metric->unit);
    };
    made.chart.unit = metric->unit;
    made.table.rows.push_back({bar.label, format_value(metric->value, metric->unit),
                               cell(spread.min), cell(spread.median), cell(spread.max),
                               fmt::format("{}", spread.samples)});
    made.chart.bars.push_back(std::move(bar));
  }
  return made;
}

std::string describe(const BarChart& chart) {
  const auto [low, high] =
      std::minmax_element(chart.bars.begin(), chart.bars.end(),
                          [](const Bar& a, const Bar& b) { return a.value < b.value; });
  if (chart.bars.size() == 1) {
    return fmt::format("{}: {}.", low->label, format_value(low->value, chart.unit));
  }
  return fmt::format("From {} ({}) to {} ({}).", format_value(low->value, chart.unit), low->label,
                     format_value(high->value, chart.unit), high->label);
}

std::string metric_figure(const Result& result, const Target& target, const std::string& name,
                          const std::string& what, const std::string& caption) {
  MetricFigure made = collect(result, target, name);
  if (made.chart.bars.empty()) return {};
  made.chart.id = what + "-" + target.id;
  made.chart.title = fmt::format("{} of {}", what, target.id);
  made.chart.desc = describe(made.chart);
  made.chart.axis_title = what;
  return figure(render_bar_chart(made.chart), caption, made.table);
}

}  // namespace

std::string memory_section(const Document& document) {
  std::string text;
  for (const Target& target : document.result.plan.targets) {
    if (target.kind != TargetKind::host_memory) continue;
    const std::string bandwidth = metric_figure(
        document.result, target, "bandwidth", "bandwidth",
        "Bandwidth: bytes the kernel reads plus bytes it writes; reads for ownership are not "
        "counted. Dots are the single repetitions.");
    const std::string latency =
        metric_figure(document.result, target, "latency/load", "latency",
                      "Latency of one dependent load at a random address (pointer chase), one "
                      "thread. Dots are the single repetitions.");
    if (bandwidth.empty() && latency.empty()) continue;
    text += fmt::format("{}<div class=pair>\n{}{}</div>\n", target_heading(document.result, target),
                        bandwidth, latency);
  }
  const GpuInventory& gpus = document.result.host.gpu;
  if (gpus.devices.empty() && !gpus.none_reason.empty()) {
    text += paragraph("GPU not measured: " + gpus.none_reason);
  }
  return text;
}

}  // namespace assay::html
