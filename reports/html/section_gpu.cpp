#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "reports/case_text.hpp"
#include "reports/gpu_cases.hpp"
#include "reports/html/bar_chart.hpp"
#include "reports/html/gpu_links.hpp"
#include "reports/html/line_chart.hpp"
#include "reports/html/sections.hpp"
#include "reports/html/table.hpp"
#include "reports/model/names.hpp"
#include "reports/model/units.hpp"

namespace assay::html {

namespace {

std::string value_cell(const CaseResult& measured, const std::string& name,
                       const std::string& unit) {
  const auto value = metric_value(measured.metrics, name);
  return value ? format_value(*value, unit) : "-";
}

/// Device memory: kernels against the derived peak.
std::string peak_figure(const Target& target, const std::vector<GpuCase>& cases) {
  BarChart chart;
  chart.id = "gpu-peak-" + target.id;
  chart.title = "Percent of the derived peak, " + target.id;
  chart.unit = "%";
  chart.axis_title = "of 2 x maximum memory clock x bus width / 8";
  Table table{{{"case"},
               {"traffic", Align::number},
               {"payload", Align::number},
               {"of derived peak", Align::number},
               {"of data sheet", Align::number},
               {"kernel chosen"}},
              {}};
  for (const GpuCase& one : cases) {
    const auto percent = metric_value(one.measured->metrics, "peak/percent");
    if (!percent) continue;
    chart.bars.push_back({gpu_case_text(*one.item), *percent, {}});
    table.rows.push_back({gpu_case_text(*one.item), value_cell(*one.measured, "bandwidth", "B/s"),
                          value_cell(*one.measured, "bandwidth/payload", "B/s"),
                          value_cell(*one.measured, "peak/percent", "%"),
                          value_cell(*one.measured, "peak/datasheet-percent", "%"),
                          method_text(*one.measured, "kernel", "")});
  }
  if (chart.bars.empty()) return {};
  const auto [low, high] =
      std::minmax_element(chart.bars.begin(), chart.bars.end(),
                          [](const Bar& a, const Bar& b) { return a.value < b.value; });
  chart.desc = fmt::format("From {:.1f} % ({}) to {:.1f} % ({}).", low->value, low->label,
                           high->value, high->label);
  return figure(render_bar_chart(chart),
                "Bytes read plus written by each kernel against the peak that the maximum memory "
                "clock gives. More than 100 % cannot be, and is flagged.",
                table);
}

bool is_link(const Case& item) { return is_host_link(item) || item.gpu->peer; }

/// What one chart over the sizes of the arrays shows.
struct CurveKind {
  const char* id;
  const char* metric;
  const char* unit;
  const char* what;
  bool link;  // between host and GPU or two GPUs; otherwise the GPU's own memory
  const char* caption;
};

constexpr const char* memory_caption =
    "Small arrays are served by the cache of the GPU, large ones by its memory.";
constexpr std::array<CurveKind, 4> curve_kinds = {
    {{"bandwidth", "bandwidth", "B/s", "bandwidth", false, memory_caption},
     {"latency", "latency/load", "ns", "latency of a load", false, memory_caption},
     {"link-bandwidth", "bandwidth", "B/s", "bandwidth of a link", true,
      "Small arrays show what a transfer costs to start, large ones what the link carries."},
     {"link-latency", "latency/load", "ns", "latency of a load from another GPU", true,
      "The array lies in the memory of the other GPU; caches may serve a small one."}}};

/// All that the points of a line have in common.
std::string curve_name(Case item) {
  item.gpu->array_bytes = 0;
  return gpu_case_text(item);
}

/// One line a case over the sizes of the arrays, from cache to memory; empty below two sizes.
std::string size_curve(const Target& target, const std::vector<GpuCase>& cases,
                       const CurveKind& kind) {
  const std::string unit = kind.unit;
  const std::string what = kind.what;
  std::vector<Series> series;
  Table table{{{"case"}, {"each array", Align::number}, {what, Align::number}}, {}};
  double least = 0;
  double most = 0;
  double highest = 0;
  double lowest = 0;
  for (const GpuCase& one : cases) {
    const auto value = metric_value(one.measured->metrics, kind.metric);
    if (!value || one.item->gpu->array_bytes == 0 || is_link(*one.item) != kind.link) continue;
    const auto bytes = static_cast<double>(one.item->gpu->array_bytes);
    const std::string name = curve_name(*one.item);
    auto found = std::find_if(series.begin(), series.end(),
                              [&](const Series& line) { return line.label == name; });
    if (found == series.end()) {
      const auto index = static_cast<unsigned>(series.size());
      series.push_back({name, {index % 4, 0, static_cast<Marker>(index % 5)}, {}, 1, {}});
      found = series.end() - 1;
    }
    found->points.push_back({bytes, *value});
    least = least > 0 ? std::min(least, bytes) : bytes;
    lowest = lowest > 0 ? std::min(lowest, *value) : *value;
    most = std::max(most, bytes);
    highest = std::max(highest, *value);
    table.rows.push_back({name, format_bytes(bytes), format_value(*value, unit)});
  }
  if (series.empty() || !(least < most)) return {};
  for (Series& line : series) {
    std::sort(line.points.begin(), line.points.end(),
              [](const Point& a, const Point& b) { return a.x < b.x; });
  }
  Axis x{ScaleKind::log, least, most, "each array (log scale)", {}};
  for (double bytes = 4096; bytes <= most; bytes *= 4) {
    if (bytes >= least) x.ticks.push_back({bytes, format_bytes(bytes)});
  }
  const bool latency = unit == "ns";
  Axis y = latency ? log_axis(lowest, highest, unit, what + " (log scale)")
                   : linear_axis(highest, unit, what);
  const std::string desc = fmt::format("From {} in each array to {}; {} from {} to {}.",
                                       format_bytes(least), format_bytes(most), what,
                                       format_value(lowest, unit), format_value(highest, unit));
  return figure(render_line_chart({fmt::format("gpu-size-{}-{}", kind.id, target.id),
                                   fmt::format("{} against array size, {}", what, target.id),
                                   desc,
                                   std::move(x),
                                   std::move(y),
                                   std::move(series),
                                   {},
                                   LabelPlacement::line_ends}),
                kind.caption, table);
}

std::string range_text(const std::optional<double>& low, const std::optional<double>& high) {
  if (!low || !high) return "-";
  if (*low == *high) return fmt::format("{:.0f}", *low);
  return fmt::format("{:.0f} to {:.0f}", *low, *high);
}

std::string number_or_dash(const std::optional<double>& value) {
  return value ? fmt::format("{:.0f}", *value) : "-";
}

std::string pcie_text(const GpuState& state) {
  if (!state.pcie_generation || !state.pcie_width) return "-";
  std::string text = fmt::format("{} x{}", *state.pcie_generation, *state.pcie_width);
  if (state.pcie_generation_max && state.pcie_width_max) {
    text += fmt::format(" of {} x{}", *state.pcie_generation_max, *state.pcie_width_max);
  }
  return text;
}

/// Corrected and uncorrected ones; "-" for what the GPU does not report.
std::string error_counts(const GpuState& state) {
  const auto text = [](const auto& count) { return count ? fmt::format("{}", *count) : "-"; };
  if (!state.ecc_corrected && !state.ecc_uncorrected) return "-";
  return text(state.ecc_corrected) + " + " + text(state.ecc_uncorrected);
}

std::string switched(const std::optional<bool>& value) {
  if (!value) return "-";
  return *value ? "on" : "off";
}

std::vector<std::string> condition_row(const GpuCase& one, const GpuState& state) {
  if (!state.unread.empty()) return {gpu_case_text(*one.item), "not read: " + state.unread};
  return {gpu_case_text(*one.item),
          range_text(state.sm_clock_mhz_min, state.sm_clock_mhz_max),
          range_text(state.memory_clock_mhz_min, state.memory_clock_mhz_max),
          number_or_dash(state.power_w_max),
          number_or_dash(state.power_limit_w),
          number_or_dash(state.temperature_c_max),
          state.throttle_reasons.empty()
              ? "none"
              : fmt::format("{}", fmt::join(state.throttle_reasons, ", ")),
          pcie_text(state),
          switched(state.ecc),
          error_counts(state),
          switched(state.mig),
          state.virtualization.empty() ? "-" : state.virtualization};
}

/// What the GPU did meanwhile.
std::string conditions(const Target& target, const std::vector<GpuCase>& cases) {
  Table table{{{"case"},
               {"SM clock, MHz", Align::number},
               {"memory clock, MHz", Align::number},
               {"power, W", Align::number},
               {"limit, W", Align::number},
               {"temperature, °C", Align::number},
               {"held down by"},
               {"PCIe"},
               {"ECC"},
               {"errors, corrected + not", Align::number},
               {"MIG"},
               {"virtualization"}},
              {}};
  for (const GpuCase& one : cases) {
    if (!one.measured->gpu_states) continue;
    for (const GpuState& state : *one.measured->gpu_states) {
      std::vector<std::string> row = condition_row(one, state);
      row.resize(table.columns.size(), "-");
      table.rows.push_back(std::move(row));
    }
  }
  if (table.rows.empty()) return {};
  return details("Clocks, power, temperature, PCIe and ECC during each case",
                 render_table(table, "State of the GPU, " + target.id));
}

}  // namespace

std::string gpu_section(const Document& document) {
  std::string text;
  for (const Target& target : document.result.plan.targets) {
    if (target.kind != TargetKind::gpu) continue;
    const std::vector<GpuCase> cases = measured_gpu_cases(document.result, target.id);
    if (cases.empty()) continue;
    if (!target.members.empty()) {
      text += target_heading(document.result, target) +
              together_table(document.result, target, cases) + conditions(target, cases);
      continue;
    }
    std::string part = peak_figure(target, cases);
    for (const CurveKind& kind : curve_kinds) part += size_curve(target, cases, kind);
    if (!part.empty()) part = fmt::format("<div class=pair>\n{}</div>\n", part);
    text += target_heading(document.result, target) + part + link_table(target, cases) +
            conditions(target, cases);
  }
  return text + link_matrices(document.result) + peer_matrices(document.result);
}

}  // namespace assay::html
