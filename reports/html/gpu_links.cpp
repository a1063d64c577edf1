#include "reports/html/gpu_links.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "reports/html/bar_chart.hpp"
#include "reports/html/table.hpp"
#include "reports/model/units.hpp"

namespace assay::html {

namespace {

using Pair = std::pair<std::string, std::uint32_t>;  // from target, to GPU

std::string method_text(const CaseResult& measured, const std::string& name) {
  for (const NamedText& entry : measured.method) {
    if (entry.first == name) return entry.second;
  }
  return "-";
}

/// Rows: from; columns: to.
std::string matrix(const std::map<Pair, std::string>& cells, const std::string& label) {
  std::set<std::string> from;
  std::set<std::uint32_t> to;
  for (const auto& [pair, text] : cells) {
    from.insert(pair.first);
    to.insert(pair.second);
  }
  Table table{{{"from \\ to"}}, {}};
  for (const std::uint32_t gpu : to) {
    table.columns.push_back({fmt::format("gpu{}", gpu), Align::number});
  }
  for (const std::string& source : from) {
    std::vector<std::string> row{source};
    for (const std::uint32_t gpu : to) {
      const auto found = cells.find({source, gpu});
      row.push_back(found == cells.end() ? "-" : found->second);
    }
    table.rows.push_back(std::move(row));
  }
  return render_table(table, label);
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
                          method_text(*one.measured, "kernel")});
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

std::string peer_matrices(const Result& result) {
  std::map<Pair, std::string> bandwidth;
  std::map<Pair, std::string> latency;
  for (const Target& target : result.plan.targets) {
    for (const GpuCase& one : measured_gpu_cases(result, target.id)) {
      if (!one.item->gpu->peer) continue;
      const Pair pair{target.id, *one.item->gpu->peer};
      const std::string link = method_text(*one.measured, "link");
      if (const auto value = metric_value(one.measured->metrics, "bandwidth")) {
        bandwidth[pair] = fmt::format("{} ({})", format_value(*value, "B/s"), link);
      }
      if (const auto value = metric_value(one.measured->metrics, "latency/load")) {
        latency[pair] = fmt::format("{} ({})", format_value(*value, "ns"), link);
      }
    }
  }
  std::string text;
  if (!bandwidth.empty()) {
    text += "<h3>Between GPUs: bandwidth of a copy</h3>\n" +
            matrix(bandwidth, "Bandwidth between GPUs");
  }
  if (!latency.empty()) {
    text += "<h3>Between GPUs: latency of a load</h3>\n" + matrix(latency, "Latency between GPUs");
  }
  return text;
}

}  // namespace assay::html
