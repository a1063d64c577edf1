#include "reports/text/markdown.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reports/case_text.hpp"
#include "reports/key_metrics.hpp"
#include "reports/limits/classify.hpp"
#include "reports/model/units.hpp"
#include "reports/over_time.hpp"
#include "reports/scaling.hpp"
#include "reports/side_by_side.hpp"
#include "reports/summary.hpp"
#include "reports/text/text_reports.hpp"

namespace assay {

namespace {

std::string render_verdicts(const Result& result) {
  std::string text =
      fmt::format("# assay: {}\n\nSuite {}, {}\n\n", markdown_text(instance_text(result)),
                  markdown_code(result.plan.suite), markdown_text(run_text(result)));
  const std::string imported = import_text(result);
  if (!imported.empty()) text += fmt::format("> **{}**\n\n", markdown_text(imported));
  for (const Verdict& verdict : verdicts(result)) {
    text += fmt::format("- **{}** ({}): {}\n", markdown_text(verdict.target->id),
                        markdown_text(verdict.target->label), markdown_text(verdict.sentence));
  }
  const std::vector<std::string> notes = warnings(result);
  if (!notes.empty()) text += "\n";
  for (const std::string& note : notes) text += fmt::format("> {}  \n", markdown_text(note));
  return text;
}

std::string table_row(const std::vector<std::string>& cells) {
  std::string text = "|";
  for (const std::string& cell : cells) text += fmt::format(" {} |", markdown_text(cell));
  return text + "\n";
}

std::string render_key_metrics(const Result& result) {
  const std::vector<KeyMetric> rows = key_metrics(result);
  if (rows.empty()) return {};
  std::vector<std::string> cells = key_metric_headings();
  cells.insert(cells.begin(), "target");
  std::string text =
      "\n## Key metrics\n\n" + table_row(cells) + "|---|---|--:|--:|--:|--:|--:|--:|--:|---|\n";
  for (const KeyMetric& row : rows) {
    cells = key_metric_cells(row);
    cells.insert(cells.begin(), row.target);
    text += table_row(cells);
  }
  return text;
}

std::string render_scaling(const Result& result) {
  std::string text;
  for (const SetScaling& one : scaling_of(result)) {
    const MemberRate& slowest = one.members[one.slowest];
    const MemberRate& fastest = one.members[one.fastest];
    text +=
        table_row({one.set->id, case_text(*one.item), format_value(one.iops, "1/s"),
                   one.alone_iops ? format_value(*one.alone_iops, "1/s") : "-",
                   one.efficiency ? fmt::format("{:.0f} %", 100 * *one.efficiency) : "-",
                   fmt::format("{} {}", slowest.target->id, format_value(slowest.iops, "1/s")),
                   fmt::format("{} {}", fastest.target->id, format_value(fastest.iops, "1/s"))});
  }
  if (text.empty()) return text;
  return fmt::format(
      "\n## All at once\n\n{}.\n\n| targets | measurement | IOPS | sum of each alone | efficiency "
      "| "
      "slowest member | fastest member |\n|---|---|--:|--:|--:|---|---|\n{}",
      markdown_text(scaling_formula), text);
}

std::string render_side_by_side(const Result& result) {
  std::string text;
  for (const SidePair& pair : side_by_side(result)) {
    std::vector<std::string> cells = side_cells(pair);
    cells.insert(cells.begin(), pair_text(result, pair));
    text += table_row(cells);
  }
  if (text.empty()) return text;
  std::vector<std::string> headings = side_headings();
  headings.insert(headings.begin(), "targets");
  return "\n## EBS against instance store\n\n" + table_row(headings) +
         "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n" + text;
}

std::string render_changes(const Result& result) {
  std::string text;
  for (const CaseResult& measured : result.cases) {
    const std::string words = changes_text(rate_changes(measured));
    if (!words.empty()) {
      text += fmt::format("- {}: {}\n", markdown_code(measured.id), markdown_text(words));
    }
  }
  return text.empty() ? text : "\n## Abrupt changes over time\n\n" + text;
}

std::string render_limits(const Result& result) {
  std::string text;
  for (const CaseResult& measured : result.cases) {
    if (!measured.limit) continue;
    text += table_row({measured.id, limit_text(measured.limit->kind), measured.limit->evidence});
  }
  if (text.empty()) return text;
  return "\n## What bound each case\n\n| case | bound by | evidence |\n|---|---|---|\n" + text;
}

std::string render_not_measured(const Result& result) {
  std::string text;
  for (const CaseResult& measured : result.cases) {
    if (measured.status == CaseStatus::ok) continue;
    text += fmt::format("- {} {}: {}\n", status_text(measured.status), markdown_code(measured.id),
                        markdown_text(measured.reason));
  }
  for (const Target& target : result.plan.targets) {
    if (target.chosen) continue;
    text += fmt::format("- target {} refused: {}\n", markdown_code(target.id),
                        markdown_text(target.reason));
  }
  return text.empty() ? text : "\n## Not measured\n\n" + text;
}

std::string render_method(const Result& result) {
  std::string text = "\n## Method\n\n";
  for (const auto& [name, value] : result.method) {
    text += fmt::format("- {}: {}\n", markdown_text(name), markdown_text(value));
  }
  for (const Preparation& done : result.preparations) {
    text += fmt::format("- written first to {}: {} of {} in {:.1f} s\n", markdown_text(done.target),
                        format_bytes(static_cast<double>(done.bytes)), markdown_text(done.what),
                        done.elapsed_s);
  }
  return text + fmt::format("- assay {} ({}), command: {}\n",
                            markdown_text(result.provenance.assay_version),
                            markdown_text(result.provenance.git_commit),
                            markdown_code(result.provenance.command_line));
}

}  // namespace

std::string markdown_text(std::string_view text) {
  constexpr std::string_view special = "\\`*_{}[]<>#|~&";
  std::string shown;
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      shown += ' ';
      continue;
    }
    if (special.find(c) != std::string_view::npos) shown += '\\';
    shown += c;
  }
  return shown;
}

std::string markdown_code(std::string_view text) {
  std::string shown;
  std::size_t run = 0;
  std::size_t longest = 0;
  for (const char c : text) {
    shown += c == '\n' || c == '\r' ? ' ' : c;
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  const char* padding = longest > 0 || shown.empty() ? " " : "";
  return fmt::format("{}{}{}{}{}", fence, padding, shown, padding, fence);
}

std::string render_markdown(const Result& result) {
  return render_verdicts(result) + render_key_metrics(result) + render_scaling(result) +
         render_side_by_side(result) + render_limits(result) + render_changes(result) +
         render_not_measured(result) + render_method(result);
}

std::string markdown_table(const html::Table& table) {
  const auto line_of = [](std::size_t columns, const auto& cell) {
    std::string line = "|";
    for (std::size_t i = 0; i < columns; ++i) line += fmt::format(" {} |", cell(i));
    return line + "\n";
  };
  const auto& columns = table.columns;
  std::string text =
      line_of(columns.size(), [&](auto i) { return markdown_text(columns[i].heading); });
  text += "|";
  for (const html::Column& column : columns) {
    text += column.align == html::Align::number ? "--:|" : "---|";
  }
  text += "\n";
  for (const std::vector<std::string>& row : table.rows) {
    text += line_of(columns.size(),
                    [&](auto i) { return i < row.size() ? markdown_text(row[i]) : std::string(); });
  }
  return text;
}

}  // namespace assay
