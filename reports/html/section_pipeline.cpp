#include <fmt/format.h>

#include <map>

#include "reports/case_text.hpp"
#include "reports/html/bar_chart.hpp"
#include "reports/html/escape.hpp"
#include "reports/html/sections.hpp"
#include "reports/html/table.hpp"
#include "reports/model/units.hpp"
#include "reports/pipeline_caps.hpp"

namespace assay::html {

namespace {

std::string cap_cell(const PipelineOutcome& outcome, const std::string& name) {
  for (const PipelineCap& cap : outcome.caps) {
    if (cap.name == name) return format_value(cap.bytes_per_s, "B/s");
  }
  return "not measured";
}

std::string memory_cell(const PipelineOutcome& outcome) {
  switch (host_memory_use(outcome.path)) {
    case HostMemoryUse::no:
      return "not passed";
    case HostMemoryUse::unknown:
      return "unknown";
    case HostMemoryUse::yes:
      break;
  }
  return cap_cell(outcome, "half of host memory");
}

std::string memory_sentence(const PipelineOutcome& outcome) {
  switch (host_memory_use(outcome.path)) {
    case HostMemoryUse::no:
      return "Its data do not pass host memory.";
    case HostMemoryUse::unknown:
      return "Whether its data pass host memory is not known, so that this is no cap here.";
    case HostMemoryUse::yes:
      break;
  }
  return "Each byte passes host memory twice, so that half of its bandwidth counts.";
}

std::string path_text(const PipelineOutcome& outcome) {
  return is_cufile(*outcome.item->pipeline) ? "cuFile: " + outcome.path : "host memory";
}

std::string gpus_text(const PipelineOutcome& outcome) {
  std::map<std::uint32_t, int> drives;
  for (const std::uint32_t gpu : outcome.item->pipeline->gpus) ++drives[gpu];
  std::string text;
  for (const auto& [gpu, count] : drives) {
    if (!text.empty()) text += ", ";
    text += fmt::format("gpu{}", gpu);
    if (count > 1) text += fmt::format(" ({} drives)", count);
  }
  return text;
}

std::string share_text(const PipelineOutcome& outcome) {
  const PipelineCap* lowest = outcome.lowest();
  if (lowest == nullptr) return "no cap was measured";
  return fmt::format("{:.0f} % of {}", 100 * outcome.bytes_per_s / lowest->bytes_per_s,
                     lowest->name);
}

/// The fastest of a target in one direction beside what it cannot exceed.
std::string fastest_figure(const Target& target, const PipelineOutcome& fastest,
                           const Table& table) {
  const bool read = fastest.item->pipeline->operation == Operation::read;
  BarChart chart;
  chart.id = fmt::format("pipeline-{}-{}", read ? "read" : "write", target.id);
  chart.title =
      fmt::format("{} against its caps, {}", read ? "Storage to GPU" : "GPU to storage", target.id);
  chart.unit = "B/s";
  chart.axis_title = "bandwidth";
  std::string name = read ? "storage to GPU" : "GPU to storage";
  if (is_cufile(*fastest.item->pipeline)) name += ", " + path_text(fastest);
  Bar pipeline{name, fastest.bytes_per_s, {}};
  for (const Sample& samples : fastest.measured->samples) {
    if (samples.metric == "bandwidth") pipeline.samples = samples.values;
  }
  chart.bars.push_back(std::move(pipeline));
  chart.desc = fmt::format("{} came through", format_value(fastest.bytes_per_s, "B/s"));
  for (const PipelineCap& cap : fastest.caps) {
    chart.bars.push_back({cap.name, cap.bytes_per_s, {}});
    chart.desc += fmt::format("; {}: {}", cap.name, format_value(cap.bytes_per_s, "B/s"));
  }
  chart.desc += ".";
  return figure(render_bar_chart(chart),
                fmt::format("The lowest cap is what the pipeline can reach at best: {}. {}",
                            share_text(fastest), memory_sentence(fastest)),
                table);
}

/// One direction of a target; empty where none was measured.
std::string direction_figure(const Target& target, const std::vector<PipelineOutcome>& outcomes,
                             Operation operation) {
  Table table{{{"case"},
               {"path"},
               {"GPU"},
               {"bandwidth", Align::number},
               {"drives", Align::number},
               {"host link", Align::number},
               {"half of host memory", Align::number},
               {"reached"}},
              {}};
  const PipelineOutcome* fastest = nullptr;
  for (const PipelineOutcome& outcome : outcomes) {
    const Case& item = *outcome.item;
    if (item.target != target.id || item.pipeline->operation != operation) continue;
    if (fastest == nullptr || outcome.bytes_per_s > fastest->bytes_per_s) fastest = &outcome;
    table.rows.push_back({workload_text(item), path_text(outcome), gpus_text(outcome),
                          format_value(outcome.bytes_per_s, "B/s"), cap_cell(outcome, "drives"),
                          cap_cell(outcome, "host link"), memory_cell(outcome),
                          share_text(outcome)});
  }
  return fastest == nullptr ? std::string() : fastest_figure(target, *fastest, table);
}

}  // namespace

std::string pipeline_section(const Document& document) {
  std::string text;
  const std::vector<PipelineOutcome> outcomes = pipeline_outcomes(document.result);
  for (const Target& target : document.result.plan.targets) {
    const std::string figures = direction_figure(target, outcomes, Operation::read) +
                                direction_figure(target, outcomes, Operation::write);
    if (figures.empty()) continue;
    text += target_heading(document.result, target) +
            fmt::format("<div class=pair>\n{}</div>\n", figures);
  }
  return text;
}

}  // namespace assay::html
