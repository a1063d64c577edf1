#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "reports/catalog/type_name.hpp"
#include "reports/html/page.hpp"
#include "reports/import/import.hpp"
#include "reports/json/document_limits.hpp"
#include "reports/json/result_json.hpp"
#include "reports/model/names.hpp"
#include "reports/summary.hpp"
#include "reports/trust/redaction.hpp"
#include "reports/trust/seal.hpp"
#include "runners/cli/commands.hpp"
#include "runners/run/journal.hpp"
#include "runners/run/provenance.hpp"
#include "runners/run/run_session.hpp"
#include "runners/usage_error.hpp"
#include "runners/user_catalog.hpp"

namespace assay {

namespace {

struct ImportArguments {
  std::string file;
  std::string output;
  std::string instance_type;
  std::string device_class = "other";
};

ImportOptions import_options(const ImportArguments& arguments) {
  ImportOptions options;
  options.instance_type = arguments.instance_type;
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789-.";
  const std::string& type = arguments.instance_type;
  const TypeName name = parse_type_name(type);
  if (!type.empty() && (name.family.empty() || name.size.empty() ||
                        type.find_first_not_of(letters) != std::string::npos)) {
    throw UsageError(fmt::format("--instance-type {}: give a type such as i4i.4xlarge",
                                 arguments.instance_type));
  }
  const auto device_class = named<DeviceClass>(arguments.device_class);
  if (!device_class) {
    throw UsageError(fmt::format("--device-class {}: one of instance-store, ebs, other",
                                 arguments.device_class));
  }
  options.device_class = *device_class;
  return options;
}

Result read_foreign(const ImportTool& tool, const ImportArguments& arguments) {
  const ImportOptions options = import_options(arguments);
  try {
    return tool.read(read_file(arguments.file), options);
  } catch (const std::runtime_error& error) {
    throw UsageError(fmt::format("{}: {}", arguments.file, error.what()));
  }
}

/// The sealed Result as text, proven to be one that every command takes.
std::string sealed_text(Result& result, const std::string& file) {
  seal(result, std::nullopt);
  std::string text = write_json(result) + "\n";
  const SealCheck check = check_seal(text, "");
  if (check.faults.empty()) return text;
  throw UsageError(fmt::format("{}: {}", file, check.faults.front()));
}

/// What cannot be wrong without being seen: a type that the catalog does not have.
void tell_unknown_type(const std::string& type, const Catalog& catalog) {
  if (type.empty() || find_type(catalog, type) != nullptr) return;
  std::fputs(
      fmt::format("assay: --instance-type {}: not in the catalog (assay catalog list); nothing "
                  "advertised will stand beside it\n",
                  type)
          .c_str(),
      stderr);
}

int import_file(const ImportTool& tool, const ImportArguments& arguments,
                const std::vector<std::string>& command_line) {
  for (const char* suffix : {".html", ".md", ".csv", ".ndjson"}) {
    if (arguments.output.ends_with(suffix)) {
      throw UsageError(
          fmt::format("-o {}: give FILE.json or a directory; assay report makes {} of "
                      "it",
                      arguments.output, suffix));
    }
  }
  Result result = read_foreign(tool, arguments);
  const std::string started = result.provenance.started_utc;
  const std::string finished = result.provenance.finished_utc;
  result.provenance = program_provenance();
  result.provenance.command_line = quoted_command_line(command_line);
  result.provenance.started_utc = started;
  result.provenance.finished_utc = finished;
  const std::string text = sealed_text(result, arguments.file);
  const LoadedCatalog catalog = load_catalog();
  tell_unknown_type(arguments.instance_type, catalog.catalog);
  std::string written;
  if (arguments.output.ends_with(".json")) {
    write_new_file_durably("-o", arguments.output, text);
    written = fmt::format("result  {}\n", arguments.output);
  } else {
    const RunFiles files = create_run_files(arguments.output);
    write_file_durably(files.result, text);
    const std::string shown = redacted_copy(result);
    write_file_durably(files.report, render_html(result, shown, catalog.view()));
    written = fmt::format("report  {}\nresult  {}\n", files.report, files.result);
  }
  std::string summary;
  for (const std::string& line : summary_lines(result)) summary += line + "\n";
  std::fputs((summary + "\n" + written).c_str(), stdout);
  return 0;
}

void add_tool(CLI::App& command, const ImportTool& tool, ImportArguments& arguments) {
  CLI::App* one = command.add_subcommand(std::string(tool.name), fmt::format("of {}", tool.how));
  one->add_option("FILE", arguments.file, "what the tool wrote as JSON")->required();
  one->add_option("-o,--output", arguments.output,
                  "FILE.json, or a directory for result.json and report.html; default: "
                  "assay-results/<UTC time>");
  one->add_option("--instance-type", arguments.instance_type,
                  "EC2 type of the machine that it was measured on, such as i4i.4xlarge, which the "
                  "file does not say");
  one->add_option("--device-class", arguments.device_class,
                  "of the storage that it was measured on: instance-store, ebs, other")
      ->capture_default_str();
}

}  // namespace

Action add_import_command(CLI::App& app, const std::vector<std::string>& command_line) {
  const auto arguments = std::make_shared<ImportArguments>();
  CLI::App* command = app.add_subcommand(
      "import",
      "Make a Result of what fio, nvbandwidth or a Google Benchmark program wrote as JSON; it is "
      "marked, and compared only with Results of the same tool");
  command->require_subcommand(1);
  for (const ImportTool& tool : import_tools()) add_tool(*command, tool, *arguments);
  return [arguments, command, command_line] {
    const auto tools = import_tools();
    const auto chosen = std::find_if(tools.begin(), tools.end(), [&](const ImportTool& tool) {
      return command->got_subcommand(std::string(tool.name));
    });
    return import_file(*chosen, *arguments, command_line);
  };
}

}  // namespace assay
