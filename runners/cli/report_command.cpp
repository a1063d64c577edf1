#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "reports/fleet/read_fleet.hpp"
#include "reports/html/fleet_page.hpp"
#include "reports/html/page.hpp"
#include "reports/json/result_json.hpp"
#include "reports/text/text_reports.hpp"
#include "runners/cli/commands.hpp"
#include "runners/cli/fleet_report.hpp"
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

PurchaseOption option_of(const std::string& word) {
  const auto option = option_of_word(word);
  if (option) return *option;
  throw UsageError(
      fmt::format("--option {}: one of on-demand, spot, reserved-3y, user-given", word));
}

/// A Result from result.json, or from the copy embedded in report.html, rendered.
std::string render_one(const std::string& file, FleetFormat format) {
  try {
    std::string text = read_file(file);
    if (text.find_first_not_of(" \t\r\n") != std::string::npos &&
        text[text.find_first_not_of(" \t\r\n")] == '<') {
      if (is_fleet_page(text)) throw std::runtime_error(fleet_page_words());
      text = extract_embedded_result(text);
    }
    const Result result = read_result(text);
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
  bool force = false;
};

std::vector<std::string> results_of(const ReportOptions& options) {
  try {
    return find_results(options.paths);
  } catch (const std::runtime_error& error) {
    throw UsageError(error.what());
  }
}

int report(const ReportOptions& options) {
  FleetOptions fleet;
  fleet.format = format_of(options.output);
  fleet.option = option_of(options.option);
  fleet.files = results_of(options);
  if (fleet.files.size() == 1 && fleet.format != FleetFormat::ndjson) {
    write_file_durably(options.output, render_one(fleet.files.front(), fleet.format));
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
  command
      ->add_option("--option", options->option,
                   "price in cost tables: on-demand, spot, reserved-3y, user-given")
      ->capture_default_str();
  command->add_option("--region", options->region, "of prices; any when not given");
  command->add_flag("--force", options->force,
                    "one report on runs that must not be compared, with a banner");
  return [options] { return report(*options); };
}

}  // namespace assay
