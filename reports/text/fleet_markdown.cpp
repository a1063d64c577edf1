#include "reports/text/fleet_markdown.hpp"

#include <fmt/format.h>

#include "reports/pick/pick.hpp"
#include "reports/text/markdown.hpp"

namespace assay {

namespace {

/// Nothing for a table without rows.
std::string table_text(const std::string& heading, const html::Table& table) {
  if (table.rows.empty()) return {};
  return fmt::format("\n## {}\n\n{}", markdown_text(heading), markdown_table(table));
}

}  // namespace

std::string render_fleet_markdown(const FleetReport& report) {
  const std::vector<const FleetType*> types = all_types(report.fleet);
  std::string text = fmt::format("# assay: {}\n", markdown_text(fleet_sentence(report.fleet)));
  for (const std::string& banner : report.banners) {
    text += fmt::format("\n> **{}**\n", markdown_text(banner));
  }
  if (report.pick != nullptr) text += "\n" + render_pick_markdown(*report.pick);
  text += table_text("Best type per metric", best_table(report));
  if (types.size() > 1) {
    for (const auto& [title, table] : overview_tables(report)) {
      text += table_text("Types at a glance: " + title, table);
    }
  }
  const std::string cost = table_text("Cost", cost_table(report, types));
  text += cost;
  if (!cost.empty()) {
    text += "\n";
    for (const std::string& note : cost_notes(report, types)) {
      text += fmt::format("- {}\n", markdown_text(note));
    }
  }
  const std::string advertised =
      table_text("Measured against advertised", advertised_table(report));
  text += advertised;
  if (!advertised.empty()) {
    text += "\n";
    for (const std::string& note : advertised_notes()) {
      text += fmt::format("- {}\n", markdown_text(note));
    }
  }
  for (const FleetFamily& family : report.fleet.families) {
    text += table_text(family.name.empty() ? "Type not known" : family.name, family_table(family));
  }
  text += "\n## Method and sources\n\n";
  for (const std::string& line : method_lines(report)) {
    text += fmt::format("- {}\n", markdown_text(line));
  }
  return text;
}

}  // namespace assay
