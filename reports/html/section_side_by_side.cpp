#include <fmt/format.h>

#include <algorithm>

#include "reports/case_text.hpp"
#include "reports/html/escape.hpp"
#include "reports/html/ratio_chart.hpp"
#include "reports/html/sections.hpp"
#include "reports/html/table.hpp"
#include "reports/model/units.hpp"
#include "reports/side_by_side.hpp"

namespace assay::html {

namespace {

constexpr std::size_t rows_drawn_max = 16;

/// Pairs of the same two targets, in order of first appearance.
std::vector<std::vector<SidePair>> by_targets(const std::vector<SidePair>& pairs) {
  std::vector<std::vector<SidePair>> groups;
  for (const SidePair& pair : pairs) {
    const auto same = std::find_if(groups.begin(), groups.end(), [&](const auto& group) {
      return group.front().ebs.target == pair.ebs.target &&
             group.front().store.target == pair.store.target;
    });
    if (same == groups.end()) {
      groups.push_back({pair});
    } else {
      same->push_back(pair);
    }
  }
  return groups;
}

/// Of each kind and size of closed-loop I/O the shallowest and the deepest queue: latency at rest,
/// and what both can do at most. Open loops stay.
std::vector<SidePair> ends_of_sweeps(const std::vector<SidePair>& pairs) {
  const auto depth = [](const SidePair& pair) { return pair.ebs.item->storage->queue_depth; };
  std::vector<SidePair> kept;
  for (const SidePair& pair : pairs) {
    bool shallower = false;
    bool deeper = false;
    for (const SidePair& other : pairs) {
      if (workload_text(*other.ebs.item) != workload_text(*pair.ebs.item)) continue;
      if (other.ebs.item->storage->arrival != Arrival::closed) continue;
      shallower = shallower || depth(other) < depth(pair);
      deeper = deeper || depth(other) > depth(pair);
    }
    const bool closed = pair.ebs.item->storage->arrival == Arrival::closed;
    if (!closed || !shallower || !deeper) kept.push_back(pair);
  }
  return kept;
}

std::string row_label(const SidePair& pair) {
  return fmt::format("{} qd {}", workload_text(*pair.ebs.item),
                     pair.ebs.item->storage->queue_depth);
}

/// The findings at both ends: where the instance store is ahead most, and where least.
std::string describe(const std::vector<SidePair>& drawn) {
  const auto [least, most] = std::minmax_element(
      drawn.begin(), drawn.end(),
      [](const SidePair& a, const SidePair& b) { return a.rate_ratio < b.rate_ratio; });
  const auto words = [](const SidePair& pair) {
    return fmt::format("{:.2f} times the rate of EBS in {}", pair.rate_ratio,
                       case_text(*pair.ebs.item));
  };
  if (least == most) return "The instance store has " + words(*least) + ".";
  return fmt::format("The instance store has between {} and {}.", words(*least), words(*most));
}

Table side_table(const std::vector<SidePair>& pairs) {
  Table table;
  for (const std::string& heading : side_headings()) {
    table.columns.push_back({heading, table.columns.empty() ? Align::text : Align::number});
  }
  for (const SidePair& pair : pairs) table.rows.push_back(side_cells(pair));
  return table;
}

std::string ratio_figure(const Result& result, const std::vector<SidePair>& group) {
  const std::vector<SidePair> shown = ends_of_sweeps(group);
  std::vector<SidePair> drawn = shown;
  std::erase_if(drawn, [](const SidePair& pair) {
    return pair.ebs.item->storage->arrival != Arrival::closed;
  });
  const std::string text = drawn.empty() ? std::string() : describe(drawn);
  const std::string left_out =
      drawn.size() > rows_drawn_max
          ? fmt::format(" The first {} of {} are drawn.", rows_drawn_max, drawn.size())
          : "";
  if (drawn.size() > rows_drawn_max) drawn.resize(rows_drawn_max);
  const std::string title = pair_text(result, group.front());
  std::string table = render_table(side_table(shown), title);
  if (drawn.empty()) return table;
  RatioChart chart;
  const SidePair& first = drawn.front();
  chart.id = "ratio-" + first.ebs.target->id + "-" + first.store.target->id;
  chart.title = "Instance store over EBS: " + title;
  chart.desc = text;
  chart.axis_title = "instance store / EBS (log scale)";
  chart.names = {"IOPS and bandwidth", "p50", "p99"};
  for (const SidePair& pair : drawn) {
    chart.rows.push_back({row_label(pair), {pair.rate_ratio, pair.p50_ratio, pair.p99_ratio}});
  }
  return fmt::format(
      "<figure>\n<div class=pair>{}</div>\n<figcaption>{}</figcaption>\n<details open><summary>Data"
      "</summary>\n{}</details>\n</figure>\n",
      render_ratio_chart(chart),
      escape(chart.desc +
             " A rate right of 1 and a latency left of 1 speak for the instance store. Of each "
             "kind of I/O the shallowest and the deepest queue are shown; all are in the Result." +
             left_out),
      table);
}

}  // namespace

std::string side_by_side_section(const Document& document) {
  const std::vector<SidePair> pairs = side_by_side(document.result);
  if (pairs.empty()) return {};
  std::string text = paragraph(
      "The same cases on both: ratios are instance store / EBS. Data on an instance store is lost "
      "when the instance stops, and what an EBS volume may do is a matter of its provisioning and "
      "of the instance's own limit: see what bound each case.");
  for (const std::vector<SidePair>& group : by_targets(pairs)) {
    const std::string title = pair_text(document.result, group.front());
    text += "<h3>" + escape(title) + "</h3>\n" + ratio_figure(document.result, group);
  }
  return text;
}

}  // namespace assay::html
