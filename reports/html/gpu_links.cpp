#include "reports/html/gpu_links.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "reports/case_text.hpp"
#include "reports/html/bar_chart.hpp"
#include "reports/html/escape.hpp"
#include "reports/html/table.hpp"
#include "reports/model/units.hpp"

namespace assay::html {

namespace {

using Cell = std::pair<std::string, std::string>;  // row, column

std::string matrix(const std::map<Cell, std::string>& cells, const std::string& corner,
                   const std::string& label) {
  std::set<std::string> rows;
  std::set<std::string> columns;
  for (const auto& [cell, text] : cells) {
    rows.insert(cell.first);
    columns.insert(cell.second);
  }
  Table table{{{corner}}, {}};
  for (const std::string& column : columns) table.columns.push_back({column, Align::number});
  for (const std::string& name : rows) {
    std::vector<std::string> row{name};
    for (const std::string& column : columns) {
      const auto found = cells.find({name, column});
      row.push_back(found == cells.end() ? "-" : found->second);
    }
    table.rows.push_back(std::move(row));
  }
  return "<h3>" + escape(label) + "</h3>\n" + render_table(table, label);
}

/// The same case of one member of a set of GPUs, alone; empty when it did not end well.
std::optional<double> alone(const Result& result, const GpuCase& together,
                            const std::string& member) {
  for (const GpuCase& one : measured_gpu_cases(result, member)) {
    if (one.item->workload == together.item->workload &&
        gpu_case_text(*one.item) == gpu_case_text(*together.item)) {
      return metric_value(one.measured->metrics, "bandwidth");
    }
  }
  return std::nullopt;
}

}  // namespace

std::string link_table(const Target& target, const std::vector<GpuCase>& cases) {
  BarChart chart;
  chart.id = "gpu-link-" + target.id;
  chart.title = "Transfers between host and GPU, " + target.id;
  chart.unit = "B/s";
  chart.axis_title = "bytes that cross the link, a second";
  Table table{{{"transfer"}, {"bandwidth", Align::number}, {"how"}}, {}};
  for (const GpuCase& one : cases) {
    const auto value = metric_value(one.measured->metrics, "bandwidth");
    if (!value || !is_host_link(*one.item)) continue;
    chart.bars.push_back({gpu_case_text(*one.item), *value, {}});
    table.rows.push_back({gpu_case_text(*one.item), format_value(*value, "B/s"),
                          method_text(*one.measured, "kernel", "-")});
  }
  if (chart.bars.empty()) return {};
  const auto [low, high] =
      std::minmax_element(chart.bars.begin(), chart.bars.end(),
                          [](const Bar& a, const Bar& b) { return a.value < b.value; });
  chart.desc = fmt::format("From {} ({}) to {} ({}).", format_value(low->value, "B/s"), low->label,
                           format_value(high->value, "B/s"), high->label);
  return "<div class=pair>\n" +
         figure(render_bar_chart(chart),
                "Host memory is page-locked and moved by a copy engine where nothing else is said. "
                "Bidirectional counts both directions.",
                table) +
         "</div>\n";
}

std::string together_table(const Result& result, const Target& target,
                           const std::vector<GpuCase>& cases) {
  Table table{{{"all GPUs at once"},
               {"together", Align::number},
               {"sum of each alone", Align::number},
               {"share", Align::number},
               {"slowest GPU", Align::number}},
              {}};
  for (const GpuCase& one : cases) {
    const auto sum = metric_value(one.measured->metrics, "bandwidth");
    if (!sum) continue;
    double each = 0;
    bool complete = true;
    double slowest = *sum;
    for (const std::string& member : target.members) {
      const auto value = alone(result, one, member);
      complete = complete && value.has_value();
      each += value.value_or(0);
      slowest = std::min(
          slowest, metric_value(one.measured->metrics, "bandwidth/" + member).value_or(slowest));
    }
    table.rows.push_back({gpu_case_text(*one.item), format_value(*sum, "B/s"),
                          complete ? format_value(each, "B/s") : "not measured",
                          complete && each > 0 ? format_value(100 * *sum / each, "%") : "-",
                          format_value(slowest, "B/s")});
  }
  if (table.rows.empty()) return {};
  return render_table(table, "All GPUs at once, " + target.id);
}

std::string link_matrices(const Result& result) {
  std::map<std::string, std::map<Cell, std::string>> by_kind;
  for (const Target& target : result.plan.targets) {
    for (const GpuCase& one : measured_gpu_cases(result, target.id)) {
      const auto value = metric_value(one.measured->metrics, "bandwidth");
      if (!one.item->gpu->numa_node || !value) continue;
      Case kind = *one.item;
      kind.gpu->numa_node.reset();
      by_kind[gpu_case_text(kind)][{fmt::format("node {}", *one.item->gpu->numa_node), target.id}] =
          format_value(*value, "B/s");
    }
  }
  std::string text;
  for (const auto& [kind, cells] : by_kind) {
    text += matrix(cells, "host memory on \\ GPU", "NUMA node × GPU: " + kind);
  }
  return text;
}

std::string peer_matrices(const Result& result) {
  std::map<std::string, std::map<Cell, std::string>> by_kind;
  for (const Target& target : result.plan.targets) {
    for (const GpuCase& one : measured_gpu_cases(result, target.id)) {
      if (!one.item->gpu->peer) continue;
      const Cell cell{target.id, fmt::format("gpu{}", *one.item->gpu->peer)};
      const std::string link = method_text(*one.measured, "link", "-");
      Case kind = *one.item;
      kind.gpu->peer.reset();
      const std::string apart = gpu_case_text(kind).substr(kind.gpu->kernel.size());
      if (const auto value = metric_value(one.measured->metrics, "bandwidth")) {
        by_kind["bandwidth of a copy" + apart][cell] =
            fmt::format("{} ({})", format_value(*value, "B/s"), link);
      }
      if (const auto value = metric_value(one.measured->metrics, "latency/load")) {
        by_kind["latency of a load" + apart][cell] =
            fmt::format("{} ({})", format_value(*value, "ns"), link);
      }
    }
  }
  std::string text;
  for (const auto& [kind, cells] : by_kind) {
    text += matrix(cells, "from \\ to", "Between GPUs: " + kind);
  }
  return text;
}

}  // namespace assay::html
