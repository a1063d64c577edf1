#include <fmt/format.h>

#include <algorithm>

#include "reports/case_text.hpp"
#include "reports/html/bar_chart.hpp"
#include "reports/html/sections.hpp"
#include "reports/html/table.hpp"
#include "reports/model/units.hpp"
#include "reports/scaling.hpp"

namespace assay::html {

namespace {

std::vector<SetScaling> of_set(const std::vector<SetScaling>& all, const Target& set) {
  std::vector<SetScaling> own;
  for (const SetScaling& one : all) {
    if (one.set->id == set.id) own.push_back(one);
  }
  return own;
}

std::string member_text(const MemberRate& member) {
  return fmt::format("{} {}", member.target->id, format_value(member.iops, "1/s"));
}

std::string nodes_text(const SetScaling& scaling) {
  std::string text;
  for (const NodeRate& node : scaling.nodes) {
    text += fmt::format("{}node {}: {} ({})", text.empty() ? "" : ", ", node.node,
                        format_value(node.iops_mean, "1/s"), node.members);
  }
  const std::optional<double> effect = numa_effect_percent(scaling);
  return effect ? fmt::format("{}; {:.1f} % apart", text, *effect) : "-";
}

Table scaling_table(const std::vector<SetScaling>& all) {
  Table table{{{"all at once"},
               {"IOPS", Align::number},
               {"bandwidth", Align::number},
               {"sum of each alone", Align::number},
               {"efficiency", Align::number},
               {"slowest member"},
               {"fastest member"},
               {"fastest / slowest", Align::number}},
              {}};
  const bool with_nodes =
      std::any_of(all.begin(), all.end(), [](const SetScaling& one) { return !one.nodes.empty(); });
  if (with_nodes) table.columns.push_back({"mean of a member by NUMA node"});
  for (const SetScaling& one : all) {
    const MemberRate& slowest = one.members[one.slowest];
    const MemberRate& fastest = one.members[one.fastest];
    table.rows.push_back(
        {case_text(*one.item), format_value(one.iops, "1/s"),
         one.bandwidth ? format_byte_rate(*one.bandwidth) : "-",
         one.alone_iops ? format_value(*one.alone_iops, "1/s") : "-",
         one.efficiency ? fmt::format("{:.0f} %", 100 * *one.efficiency) : "-",
         member_text(slowest), member_text(fastest),
         slowest.iops > 0 ? fmt::format("{:.2f}", fastest.iops / slowest.iops) : "-"});
    if (with_nodes) table.rows.back().push_back(nodes_text(one));
  }
  return table;
}

/// The case drawn member by member: the one with an efficiency and the most I/Os in flight.
const SetScaling& drawn_case(const std::vector<SetScaling>& all) {
  const auto rank = [](const SetScaling& one) {
    return std::pair(one.efficiency.has_value(), one.item->storage->queue_depth);
  };
  return *std::max_element(all.begin(), all.end(), [&](const SetScaling& a, const SetScaling& b) {
    return rank(a) < rank(b);
  });
}

std::string member_chart(const SetScaling& scaling) {
  BarChart chart;
  chart.id = "members-" + scaling.set->id;
  chart.title = fmt::format("Members of {}: {}", scaling.set->id, case_text(*scaling.item));
  chart.unit = "1/s";
  chart.axis_title = "IOPS of each while all run; dots: alone";
  Table data{{{"member"}, {"while all run", Align::number}, {"alone", Align::number}}, {}};
  for (const MemberRate& member : scaling.members) {
    Bar bar{member.target->id, member.iops, {}};
    if (member.alone_iops) bar.samples.push_back(*member.alone_iops);
    data.rows.push_back({bar.label, format_value(member.iops, "1/s"),
                         member.alone_iops ? format_value(*member.alone_iops, "1/s") : "-"});
    chart.bars.push_back(std::move(bar));
  }
  const MemberRate& slowest = scaling.members[scaling.slowest];
  const MemberRate& fastest = scaling.members[scaling.fastest];
  chart.desc =
      fmt::format("The slowest is {}, the fastest {}.", member_text(slowest), member_text(fastest));
  return figure(render_bar_chart(chart),
                fmt::format("{}: what each member did while all ran at once, and (dots) alone.",
                            case_text(*scaling.item)),
                data);
}

}  // namespace

std::string scaling_section(const Document& document) {
  const std::vector<SetScaling> all = scaling_of(document.result);
  std::string text;
  for (const Target& target : document.result.plan.targets) {
    const std::vector<SetScaling> own = of_set(all, target);
    if (own.empty()) continue;
    text += target_heading(document.result, target) +
            render_table(scaling_table(own), "All at once, " + target.id) + "<div class=pair>\n" +
            member_chart(drawn_case(own)) + "</div>\n";
  }
  if (text.empty()) return text;
  return paragraph(fmt::format("What the targets of a class do together: {}. 100 % means that none "
                               "is in another's way.",
                               scaling_formula)) +
         text;
}

}  // namespace assay::html
