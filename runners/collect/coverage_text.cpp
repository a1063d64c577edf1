#include <fmt/format.h>

#include <algorithm>

#include "reports/compare/compare.hpp"
#include "runners/collect/coverage.hpp"
#include "runners/discovery/text_table.hpp"
#include "runners/run/provenance.hpp"

namespace assay {

namespace {

constexpr std::array<const char*, run_states> state_words{"missing", "failed", "running", "partial",
                                                          "done"};
constexpr std::array<RunState, run_states> states_in_order{
    RunState::done, RunState::partial, RunState::failed, RunState::running, RunState::missing};
constexpr std::size_t lines_max = 60;  // of runs that are not done

const char* word_of_state(RunState state) { return state_words[static_cast<std::size_t>(state)]; }

std::string count_text(std::size_t count) { return count == 0 ? "" : std::to_string(count); }

/// "us-east-1a 3 of 3, us-east-1b 2 of 3"; where EC2 was to choose, only what was done.
std::string zones_text(const CoverageRow& row) {
  std::vector<std::string> parts;
  for (const auto& [name, count] : row.zones) {
    const std::string zone = name.empty() ? "not known" : name;
    parts.push_back(count.planned == 0
                        ? fmt::format("{} {}", zone, count.done)
                        : fmt::format("{} {} of {}", zone, count.done, count.planned));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string table_text(const Coverage& coverage, bool planned) {
  std::vector<Column> columns{{planned ? "planned" : "type"}, {"market"}, {"volumes"}};
  columns.push_back({"runs", Align::right});
  for (const RunState state : states_in_order) {
    columns.push_back({word_of_state(state), Align::right});
  }
  columns.insert(columns.end(), {{"instances", Align::right}, {"compare gives"}, {"zones"}});
  std::vector<std::vector<std::string>> cells;
  for (const CoverageRow& row : coverage.rows) {
    std::vector<std::string> line{row.what, row.market, row.volumes, std::to_string(row.all())};
    for (const RunState state : states_in_order) {
      line.push_back(count_text(row.counts[static_cast<std::size_t>(state)]));
    }
    line.push_back(std::to_string(row.machines.size()));
    line.push_back(standing_text(row.machines.size()));
    line.push_back(zones_text(row));
    cells.push_back(std::move(line));
  }
  return text_table(columns, cells, "  ");
}

std::string open_text(const Coverage& coverage) {
  std::vector<std::vector<std::string>> cells;
  for (const OpenRun& run : coverage.open) {
    if (cells.size() == lines_max) break;
    cells.push_back({run.id, word_of_state(run.state), run.note});
  }
  std::string text = "not done:\n" + text_table({{"run"}, {"state"}, {"why"}}, cells, "  ");
  if (coverage.open.size() > lines_max) {
    text += fmt::format("  and {} more\n", coverage.open.size() - lines_max);
  }
  return text;
}

/// What launch.py takes to fill the gaps.
std::string launch_commands(const Coverage& coverage, const Matrix& matrix) {
  std::size_t startable = 0;
  std::string again;
  for (const OpenRun& run : coverage.open) {
    if (run.has_whole) {
      again += " --again " + run.id;
    } else if (run.state != RunState::running) {
      ++startable;
    }
  }
  std::string text;
  if (startable > 0) {
    text += fmt::format("to start the {} that have no whole Result:\n  {}\n", startable,
                        matrix.command);
  }
  if (!again.empty()) {
    text +=
        fmt::format("{}those whose Result is no good (it is kept beside the new one):\n  {}{}\n",
                    startable > 0 ? "the same, and to measure again " : "to measure again ",
                    matrix.command, again);
  }
  return text;
}

/// What Slurm takes: assay-matrix keeps every whole Result.
std::string slurm_commands(const Coverage& coverage, const Matrix& matrix,
                           const std::string& directory) {
  std::string text;
  for (const OpenRun& run : coverage.open) {
    if (!run.has_whole) continue;
    const std::string folder = directory + "/" + run.folder;
    text += "  " + quoted_command_line({"mv", folder, folder + ".of-before"}) + "\n";
  }
  if (!text.empty()) text = "Results that are no good, out of the way:\n" + text;
  return text + fmt::format("to submit what has no whole Result and is not in the queue:\n  {}\n",
                            matrix.command);
}

}  // namespace

std::string standing_text(std::size_t instances) {
  switch (standing_of(instances)) {
    case Standing::claim:
      return "verdicts";
    case Standing::indicative:
      return "indications";
    case Standing::none:
      break;
  }
  return "no claim";
}

std::string coverage_text(const Coverage& coverage, const std::optional<Matrix>& matrix,
                          const std::string& directory) {
  std::vector<std::string> counts;
  for (const RunState state : states_in_order) {
    const std::size_t count = coverage.count(state);
    if (count > 0) counts.push_back(fmt::format("{} {}", count, word_of_state(state)));
  }
  std::string text =
      fmt::format("{} runs{}: {}; in {}\n\n{}", coverage.all(), matrix ? " planned" : "",
                  fmt::join(counts, ", "), directory, table_text(coverage, matrix.has_value()));
  text += fmt::format(
      "\n`assay compare` gives verdicts from {} instances a side, indications from {}.\n",
      instances_to_claim, instances_to_indicate);
  if (!coverage.open.empty()) text += "\n" + open_text(coverage);
  if (!coverage.beside.empty()) {
    text += fmt::format("\nnot in the matrix: {} runs, first {}\n", coverage.beside.size(),
                        coverage.beside.front());
  }
  if (matrix && !coverage.open.empty()) {
    text +=
        "\n" + (matrix->launcher == Launcher::slurm ? slurm_commands(coverage, *matrix, directory)
                                                    : launch_commands(coverage, *matrix));
  }
  return text;
}

}  // namespace assay
