#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "reports/html/page.hpp"
#include "reports/json/result_json.hpp"
#include "reports/text/text_reports.hpp"
#include "runners/cli/commands.hpp"
#include "runners/run/journal.hpp"
#include "runners/usage_error.hpp"

namespace assay {

namespace {

enum class ReportFormat { html, markdown, csv };

struct LoadedResult {
  Result result;
  std::string json;
};

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

ReportFormat format_of(const std::string& file) {
  if (ends_with(file, ".html")) return ReportFormat::html;
  if (ends_with(file, ".md")) return ReportFormat::markdown;
  if (ends_with(file, ".csv")) return ReportFormat::csv;
  throw UsageError(fmt::format("-o {}: the format follows the suffix: .html, .md or .csv", file));
}

/// A Result from result.json, or from the copy embedded in report.html.
LoadedResult load(const std::string& file) {
  try {
    std::string text = read_file(file);
    if (text.find_first_not_of(" \t\r\n") != std::string::npos &&
        text[text.find_first_not_of(" \t\r\n")] == '<') {
      text = extract_embedded_result(text);
    }
    return {read_result(text), text};
  } catch (const std::runtime_error& error) {
    throw UsageError(fmt::format("{}: {}", file, error.what()));
  }
}

std::string render(const std::vector<LoadedResult>& loaded, ReportFormat format) {
  std::string text;
  for (const LoadedResult& one : loaded) {
    switch (format) {
      case ReportFormat::html:
        return render_html(one.result, one.json);
      case ReportFormat::markdown:
        text += (text.empty() ? "" : "\n") + render_markdown(one.result);
        break;
      case ReportFormat::csv: {
        const std::string table = render_csv(one.result);
        text += text.empty() ? table : table.substr(table.find('\n') + 1);  // one header row
        break;
      }
    }
  }
  return text;
}

}  // namespace

Action add_report_command(CLI::App& app) {
  struct Options {
    std::vector<std::string> files;
    std::string output;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("report", "Make a report from Results");
  command->add_option("RESULT", options->files, "result.json, or a report.html that embeds one")
      ->required();
  command->add_option("-o,--output", options->output, "FILE.html, FILE.md or FILE.csv")->required();
  return [options] {
    const ReportFormat format = format_of(options->output);
    if (format == ReportFormat::html && options->files.size() > 1) {
      throw UsageError("an HTML page shows one Result: give one file, or write .md or .csv");
    }
    std::vector<LoadedResult> loaded;
    for (const std::string& file : options->files) loaded.push_back(load(file));
    write_file_durably(options->output, render(loaded, format));
    std::fputs((options->output + "\n").c_str(), stdout);
    return 0;
  };
}

}  // namespace assay
