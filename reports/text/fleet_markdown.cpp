#include "reports/text/fleet_markdown.hpp"

#include <fmt/format.h>

#include "reports/text/markdown.hpp"

namespace assay {

namespace {

std::string row_text(const std::vector<std::string>& cells, std::size_t columns) {
  std::string text = "|";
  for (std::size_t i = 0; i < columns; ++i) {
    text += i < cells.size() ? fmt::format(" {} |", markdown_text(cells[i])) : " |";
  }
  return text + "\n";
}

/// Nothing for a table without rows.
std::string table_text(const std::string& heading, const html::Table& table) {
  if (table.rows.empty()) return {};
  std::vector<std::string> headings;
  std::string rule = "|";
  for (const html::Column& column : table.columns) {
    headings.push_back(column.heading);
    rule += column.align == html::Align::number ? "--:|" : "---|";
  }
  const std::size_t columns = table.columns.size();
  std::string text =
      fmt::format("\n## {}\n\n{}{}\n", markdown_text(heading), row_text(headings, columns), rule);
  for (const std::vector<std::string>& row : table.rows) text += row_text(row, columns);
  return text;
}

}  // namespace

std::string render_fleet_markdown(const FleetReport& report) {
  const std::vector<const FleetType*> types = all_types(report.fleet);
  std::string text = fmt::format("# assay: {}\n", markdown_text(fleet_sentence(report.fleet)));
  for (const std::string& banner : report.banners) {
    text += fmt::format("\n> **{}**\n", markdown_text(banner));
  }
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
