#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "reports/fleet/read_fleet.hpp"
#include "reports/pick/pick.hpp"
#include "reports/pick/pick_tables.hpp"
#include "runners/cli/commands.hpp"
#include "runners/cli/need_arguments.hpp"
#include "runners/run/journal.hpp"
#include "runners/usage_error.hpp"
#include "runners/user_catalog.hpp"

namespace assay {

namespace {

struct PickArguments {
  std::string need;
  std::string budget;
  std::string option = "on-demand";
  std::string region;
  std::string output;
  std::vector<std::string> paths;
};

using Render = std::string (*)(const Pick& pick);

Render renderer_of(const std::string& file) {
  if (file.empty()) return render_pick_text;
  if (file.ends_with(".md")) return render_pick_markdown;
  if (file.ends_with(".json")) return render_pick_json;
  throw UsageError(fmt::format("-o {}: the format follows the suffix: .md or .json", file));
}

std::vector<RunSummary> runs_under(const std::vector<std::string>& paths) {
  try {
    std::vector<UnreadFile> unread;
    std::vector<RunSummary> runs = read_all(find_results(paths), unread);
    for (const UnreadFile& one : unread) {
      std::fputs(fmt::format("assay: left out: {}: {}\n", one.file, one.why).c_str(), stderr);
    }
    if (runs.empty()) throw UsageError("none of the files could be read as a Result");
    return runs;
  } catch (const UsageError&) {
    throw;
  } catch (const std::runtime_error& error) {
    throw UsageError(error.what());
  }
}

int run(const PickArguments& arguments) {
  const Need need = parse_need_arguments(arguments.need, arguments.budget);
  const PickOptions options{parse_option(arguments.option), arguments.region,
                            need.budget_usd_per_hour};
  const Render render = renderer_of(arguments.output);
  const LoadedCatalog catalog = load_catalog();
  const Pick result =
      pick(need.requirements, runs_under(arguments.paths), catalog.catalog, options, today_utc());
  for (const std::string& line : left_out_lines(result)) {
    std::fputs(fmt::format("assay: {}\n", line).c_str(), stderr);
  }
  if (arguments.output.empty()) {
    std::fputs(render(result).c_str(), stdout);
  } else {
    write_file_durably(arguments.output, render(result));
    std::fputs((arguments.output + "\n").c_str(), stdout);
  }
  return 0;
}

}  // namespace

Action add_pick_command(CLI::App& app) {
  const auto arguments = std::make_shared<PickArguments>();
  CLI::App* command =
      app.add_subcommand("pick", "Rank measured instance types by what a need costs with each");
  command->add_option("--need", arguments->need, need_help)->required();
  command->add_option("--budget", arguments->budget, "dollars an hour that all may cost");
  command
      ->add_option("--option", arguments->option,
                   "prices: on-demand, spot, reserved-3y, user-given")
      ->capture_default_str();
  command->add_option("--region", arguments->region, "of the prices, such as us-east-1");
  command->add_option("-o,--output", arguments->output,
                      "FILE.md or FILE.json; default: text to stdout");
  command->add_option("DIR", arguments->paths, "Results, or directories of them")->required();
  return [arguments] { return run(*arguments); };
}

}  // namespace assay
