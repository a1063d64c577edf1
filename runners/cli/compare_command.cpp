#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "reports/compare/comparability.hpp"
#include "reports/compare/compare_reports.hpp"
#include "reports/compare/compare_text.hpp"
#include "runners/cli/commands.hpp"
#include "runners/cli/compare_groups.hpp"
#include "runners/discovery/text_table.hpp"
#include "runners/run/journal.hpp"
#include "runners/usage_error.hpp"
#include "runners/user_catalog.hpp"

namespace assay {

namespace {

constexpr int exit_regression = 3;

struct CompareArguments {
  GroupRequest request;
  std::string margin = "5%";
  std::string fail_if_worse;
  std::string unit = "instance";
  std::string output;
  bool force = false;
};

using Cells = std::vector<std::string> (*)(const MetricComparison& one);

std::string table_of(const std::vector<std::string>& headings,
                     const std::vector<MetricComparison>& metrics, Cells cells) {
  std::vector<Column> columns;
  for (const std::string& heading : headings) {
    const bool text = columns.empty() || heading == "verdict";
    columns.push_back({heading, text ? Align::left : Align::right});
  }
  std::vector<std::vector<std::string>> rows;
  rows.reserve(metrics.size());
  for (const MetricComparison& one : metrics) rows.push_back(cells(one));
  return text_table(columns, rows, "");
}

std::string render_text(const std::vector<Comparison>& comparisons) {
  std::string text;
  for (const Comparison& comparison : comparisons) {
    if (!text.empty()) text += "\n";
    text += groups_text(comparison) + "\n";
    for (const std::string& banner : comparison.banners) text += fmt::format("*** {}\n", banner);
    text += counts_text(comparison) + "\n";
    if (!comparison.primary.empty()) {
      text += "\n" + table_of(primary_headings(comparison), comparison.primary, primary_cells);
      text += "\n" + table_of(power_headings(comparison), comparison.primary, power_cells);
    }
    text += "\n" + rule_text(comparison) + "\n";
    for (const std::string& line : note_lines(comparison)) text += fmt::format("- {}\n", line);
    if (comparison.exploratory.empty()) continue;
    text += fmt::format("{} more metrics without a verdict: -o FILE.md, FILE.html or FILE.json\n",
                        comparison.exploratory.size());
  }
  return text;
}

using Render = std::string (*)(const std::vector<Comparison>& comparisons);

Render renderer_of(const std::string& file) {
  if (file.ends_with(".md")) return render_compare_markdown;
  if (file.ends_with(".json")) return render_compare_json;
  if (file.ends_with(".html")) return render_compare_html;
  throw UsageError(fmt::format("-o {}: the format follows the suffix: .md, .json or .html", file));
}

void refuse_incomparable(const ComparedRuns& compared, const std::string& by) {
  std::vector<const RunSummary*> runs;
  runs.reserve(compared.runs.size());
  for (const RunSummary& run : compared.runs) runs.push_back(&run);
  std::string text;
  for (const FieldDifference& difference : differences(runs, by)) {
    if (difference.field->when_different != WhenDifferent::refuse) continue;
    text += "\n  " + refusal_text(difference);
  }
  if (text.empty()) return;
  throw UsageError(fmt::format(
      "these Results must not be compared, they differ in more than {}:{}\n  --force compares them "
      "all the same, under a banner",
      by, text));
}

/// 3 where a primary metric is shown to be worse and by at least `share`; what could not be judged
/// is told, so that a gate that cannot close does not look like one that is passed.
int gate(const std::vector<Comparison>& comparisons, double share) {
  int code = 0;
  for (const Comparison& comparison : comparisons) {
    std::size_t unjudged = comparison.without_data.size();
    for (const MetricComparison& one : comparison.primary) {
      if (one.standing != Standing::claim || one.burst_withheld) ++unjudged;
      if (one.missing_a + one.missing_b > 0) {
        std::fputs(fmt::format("assay: {}\n", missing_text(comparison, one)).c_str(), stderr);
      }
      const bool worse = one.standing == Standing::claim && one.judgement == Judgement::worse;
      if (!worse || improvement(one) > 1 / (1 + share)) continue;
      std::fputs(fmt::format("assay: {}: {} {} is worse: {}\n", comparison.b.value, one.cases,
                             one.metric, change_text(one))
                     .c_str(),
                 stderr);
      code = exit_regression;
    }
    if (unjudged == 0 && !comparison.primary.empty()) continue;
    std::fputs(
        fmt::format(
            "assay: {}: --fail-if-worse could not judge {} primary metric{} (a "
            "verdict takes {} instances on each side, and EBS bursts on both or on neither)\n",
            comparison.b.value,
            comparison.primary.empty() && unjudged == 0 ? "any" : std::to_string(unjudged),
            unjudged == 1 ? "" : "s", instances_to_claim)
            .c_str(),
        stderr);
  }
  return code;
}

int run(const CompareArguments& arguments) {
  CompareOptions options;
  options.margin = parse_share("--margin", arguments.margin);
  if (!(options.margin > 0)) throw UsageError("--margin must be above 0 %");
  if (arguments.unit == "result") options.unit = Unit::result;
  const double share =
      arguments.fail_if_worse.empty() ? 0 : parse_share("--fail-if-worse", arguments.fail_if_worse);
  if (!arguments.fail_if_worse.empty() && share < options.margin) {
    throw UsageError(fmt::format(
        "--fail-if-worse {0} is below --margin {1}, within which two values count as equivalent: a "
        "loss between the two would pass; give --margin {0}, too",
        arguments.fail_if_worse, arguments.margin));
  }
  const Render render = arguments.output.empty() ? render_text : renderer_of(arguments.output);
  const ComparedRuns compared = read_groups(arguments.request, load_catalog().catalog);
  if (!arguments.force) refuse_incomparable(compared, arguments.request.by);
  std::vector<Comparison> comparisons;
  for (std::size_t i = 1; i < compared.groups.size(); ++i) {
    comparisons.push_back(
        compare(arguments.request.by, compared.groups[0], compared.groups[i], options));
  }
  const std::string text = render(comparisons);
  if (arguments.output.empty()) {
    std::fputs(text.c_str(), stdout);
  } else {
    write_file_durably(arguments.output, text);
    std::fputs((arguments.output + "\n").c_str(), stdout);
  }
  return arguments.fail_if_worse.empty() ? 0 : gate(comparisons, share);
}

}  // namespace

Action add_compare_command(CLI::App& app) {
  const auto arguments = std::make_shared<CompareArguments>();
  CLI::App* command = app.add_subcommand(
      "compare", "Say in which primary metrics one group of Results is better than another");
  command
      ->add_option("PATH", arguments->request.paths,
                   "result.json, report.html, or directories of them; two groups or more")
      ->required();
  command
      ->add_option("--by", arguments->request.by,
                   "the one field that tells the groups apart: instance-type, family, size, "
                   "volume-type, kernel, az, ..., or directory (each PATH is a group)")
      ->capture_default_str();
  command->add_option("--baseline", arguments->request.baseline,
                      "value of that field that the others are compared with; with two values the "
                      "default is that of the first PATH");
  command
      ->add_option("--margin", arguments->margin,
                   "two values that differ by less are equivalent, such as 5%")
      ->capture_default_str();
  command
      ->add_option("--unit", arguments->unit,
                   "instance: runs of one machine are averaged; result: each Result is one, for "
                   "Results that do not tell their machine")
      ->check(CLI::IsMember({"instance", "result"}))
      ->capture_default_str();
  command->add_flag("--force", arguments->force,
                    "compare what must not be compared, under a banner that says why");
  command->add_option("--fail-if-worse", arguments->fail_if_worse,
                      "exit with 3 when a primary metric is shown to be worse by at least this, "
                      "such as 5%");
  command->add_option("-o,--output", arguments->output,
                      "FILE.md, FILE.json or FILE.html; default: text to stdout");
  return [arguments] { return run(*arguments); };
}

}  // namespace assay
