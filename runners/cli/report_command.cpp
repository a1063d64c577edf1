#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "reports/fleet/read_fleet.hpp"
#include "reports/html/page.hpp"
#include "reports/json/result_json.hpp"
#include "reports/text/text_reports.hpp"
#include "reports/trust/seal.hpp"
#include "runners/cli/commands.hpp"
#include "runners/cli/fleet_report.hpp"
#include "runners/cli/need_arguments.hpp"
#include "runners/run/journal.hpp"
#include "runners/usage_error.hpp"
#include "runners/user_catalog.hpp"

namespace assay {

namespace {

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

FleetFormat format_of(const std::string& file) {
  if (ends_with(file, ".html")) return FleetFormat::html;
  if (ends_with(file, ".md")) return FleetFormat::markdown;
  if (ends_with(file, ".csv")) return FleetFormat::csv;
  if (ends_with(file, ".ndjson")) return FleetFormat::ndjson;
  throw UsageError(
      fmt::format("-o {}: the format follows the suffix: .html, .md, .csv or .ndjson", file));
}

/// On stderr, and among what the report says to read before use.
void tell_broken_seal(const std::string& file, Result& result) {
  std::fputs(fmt::format("assay: {}: {} (assay verify)\n", file, broken_seal_words).c_str(),
             stderr);
  result.findings.insert(result.findings.begin(),
                         {"seal", "", Severity::warning, broken_seal_words,
                          "numbers may be others than those that were measured", ""});
}

/// A Result from result.json, or from the copy embedded in report.html, rendered.
std::string render_one(const std::string& file, FleetFormat format, Identities identities) {
  try {
    std::string text = result_text(read_file(file));
    Result result = read_result(text);
    const bool broken = has_broken_seal(result, text);
    if (broken) tell_broken_seal(file, result);
    if (identities == Identities::removed && !result.redaction) {
      text = broken ? redacted_copy_of_broken(result) : redacted_copy(result);
    }
    if (format == FleetFormat::csv) return render_csv(result);
    if (format == FleetFormat::markdown) return render_markdown(result);
    const LoadedCatalog catalog = load_catalog();
    return render_html(result, text, catalog.view());
  } catch (const std::runtime_error& error) {
    throw UsageError(fmt::format("{}: {}", file, error.what()));
  }
}

struct ReportOptions {
  std::vector<std::string> paths;
  std::string output;
  std::string option = "on-demand";
  std::string region;
  std::string need;
  std::string budget;
  bool force = false;
  bool full = false;
  bool prices_asked = false;  // --option or --region was given
};

std::vector<std::string> results_of(const ReportOptions& options) {
  try {
    return find_results(options.paths);
  } catch (const std::runtime_error& error) {
    throw UsageError(error.what());
  }
}

std::optional<Need> need_of(const ReportOptions& options, FleetFormat format) {
  if (options.need.empty() && options.budget.empty()) return std::nullopt;
  if (options.need.empty()) throw UsageError("--budget belongs to --need: give that too");
  if (format == FleetFormat::csv || format == FleetFormat::ndjson) {
    throw UsageError(
        "--need: its section is in .html and .md only; for JSON: assay pick -o x.json");
  }
  return parse_need_arguments(options.need, options.budget);
}

/// Options that would change nothing are refused: they would be believed to have done something.
void check_prices_asked(const ReportOptions& options, const FleetOptions& fleet) {
  if (!options.prices_asked) return;
  const bool rows = fleet.format == FleetFormat::csv || fleet.format == FleetFormat::ndjson;
  if (!rows && (fleet.files.size() > 1 || fleet.need)) return;
  throw UsageError(fmt::format(
      "--option and --region are of prices, which are in .html and .md of several Results{}",
      rows ? "" : "; of one, --need adds them"));
}

int report(const ReportOptions& options) {
  FleetOptions fleet;
  fleet.format = format_of(options.output);
  fleet.option = parse_option(options.option);
  fleet.identities = options.full ? Identities::kept : Identities::removed;
  fleet.need = need_of(options, fleet.format);
  fleet.files = results_of(options);
  check_prices_asked(options, fleet);
  if (fleet.files.size() == 1 && !fleet.need && fleet.format != FleetFormat::ndjson) {
    write_file_durably(options.output,
                       render_one(fleet.files.front(), fleet.format, fleet.identities));
  } else {
    fleet.named = options.paths;
    fleet.output = options.output;
    fleet.region = options.region;
    fleet.when_mixed = options.force ? WhenMixed::banner : WhenMixed::refuse;
    write_fleet_report(fleet);
  }
  std::fputs((options.output + "\n").c_str(), stdout);
  return 0;
}

}  // namespace

Action add_report_command(CLI::App& app) {
  const auto options = std::make_shared<ReportOptions>();
  CLI::App* command = app.add_subcommand("report", "Make a report from one Result or many");
  command
      ->add_option("RESULT", options->paths,
                   "result.json, a report.html that embeds one, or a directory: every Result below "
                   "it; several make a report on the fleet")
      ->required();
  command
      ->add_option("-o,--output", options->output,
                   "FILE.html, .md, .csv, or .ndjson (of a fleet, columns as in COLUMNS.md)")
      ->required();
  const CLI::Option* option =
      command
          ->add_option("--option", options->option,
                       "price in cost tables of .html and .md of several Results, or with --need: "
                       "on-demand, spot, reserved-3y, user-given")
          ->capture_default_str();
  const CLI::Option* region =
      command->add_option("--region", options->region, "of prices; any when not given");
  command->add_option(
      "--need", options->need,
      fmt::format("adds what meets a need, cheapest first, as assay pick does: {}", need_help));
  command->add_option("--budget", options->budget, "of --need: dollars an hour that all may cost");
  command->add_flag(
      "--full,!--redact", options->full,
      "keep instance, account and volume ids, serial numbers, tags of the instance and host names; "
      "without it they are redacted");
  command->add_flag("--force", options->force,
                    "one report on runs that must not be compared, with a banner");
  return [options, option, region] {
    options->prices_asked = option->count() + region->count() > 0;
    return report(*options);
  };
}

}  // namespace assay
