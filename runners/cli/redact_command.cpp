#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string>

#include "reports/html/page.hpp"
#include "reports/json/result_json.hpp"
#include "reports/trust/redaction.hpp"
#include "reports/trust/seal.hpp"
#include "runners/cli/commands.hpp"
#include "runners/run/journal.hpp"
#include "runners/usage_error.hpp"

namespace assay {

namespace {

int redact_file(const std::string& file, const std::string& output) {
  if (!output.ends_with(".json")) {
    throw UsageError(fmt::format("-o {}: give FILE.json; assay report makes pages of it", output));
  }
  std::string document;
  try {
    const std::string text = result_text(read_file(file));
    Result result = read_result(text);
    if (has_broken_seal(result, text)) {
      throw UsageError(fmt::format("{}: {}: no copy is made", file, broken_seal_words));
    }
    document = redacted_copy(result);
  } catch (const std::runtime_error& error) {
    throw UsageError(fmt::format("{}: {}", file, error.what()));
  }
  write_new_file_durably("-o", output, document + "\n");
  std::fputs((output + "\n").c_str(), stdout);
  return 0;
}

}  // namespace

Action add_redact_command(CLI::App& app) {
  const auto file = std::make_shared<std::string>();
  const auto output = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand(
      "redact",
      "Copy a Result without what tells whose machine it was: instance, account and volume ids, "
      "serial numbers, tags of the instance, host names. The copy is sealed anew and not signed");
  command->add_option("RESULT", *file, "result.json, or a report.html that embeds one")->required();
  command->add_option("-o,--output", *output, "FILE.json of the copy")->required();
  return [file, output] { return redact_file(*file, *output); };
}

}  // namespace assay
