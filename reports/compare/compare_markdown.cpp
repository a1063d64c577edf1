#include <fmt/format.h>

#include "reports/compare/compare_reports.hpp"
#include "reports/compare/compare_text.hpp"
#include "reports/text/markdown.hpp"

namespace assay {

namespace {

std::string row_of(const std::vector<std::string>& cells) {
  std::string text = "|";
  for (const std::string& cell : cells) text += fmt::format(" {} |", markdown_text(cell));
  return text + "\n";
}

using Cells = std::vector<std::string> (*)(const MetricComparison& one);

std::string table_of(const std::vector<std::string>& headings,
                     const std::vector<MetricComparison>& metrics, Cells cells) {
  std::string text = row_of(headings) + "|---|";
  for (std::size_t i = 1; i < headings.size(); ++i) {
    text += headings[i] == "verdict" ? "---|" : "--:|";
  }
  text += "\n";
  for (const MetricComparison& one : metrics) text += row_of(cells(one));
  return text + "\n";
}

std::string banners_of(const Comparison& comparison) {
  std::string text;
  for (const std::string& banner : comparison.banners) {
    text += fmt::format("> **{}**\n>\n", markdown_text(banner));
  }
  return text.empty() ? text : text + "\n";
}

}  // namespace

std::string render_compare_markdown(const std::vector<Comparison>& comparisons) {
  std::string text;
  for (const Comparison& comparison : comparisons) {
    text += fmt::format("# {}\n\n{}**{}**\n\n{}\n\n", markdown_text(groups_text(comparison)),
                        banners_of(comparison), markdown_text(counts_text(comparison)),
                        markdown_text(rule_text(comparison)));
    if (!comparison.primary.empty()) {
      text += table_of(primary_headings(comparison), comparison.primary, primary_cells);
      text += table_of(power_headings(comparison), comparison.primary, power_cells);
    }
    for (const std::string& line : note_lines(comparison)) {
      text += fmt::format("- {}\n", markdown_text(line));
    }
    if (comparison.exploratory.empty()) continue;
    text += fmt::format(
        "\n{}<details><summary>{} exploratory metrics, not adjusted, without a "
        "verdict</summary>\n\n{}</details>\n\n",
        banners_of(comparison), comparison.exploratory.size(),
        table_of(exploratory_headings(comparison), comparison.exploratory, exploratory_cells));
  }
  return text;
}

}  // namespace assay
