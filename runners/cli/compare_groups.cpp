#include "runners/cli/compare_groups.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "reports/compare/comparability.hpp"
#include "reports/fleet/advertised.hpp"
#include "reports/fleet/read_fleet.hpp"
#include "reports/html/fleet_page.hpp"
#include "runners/plan/nearest.hpp"
#include "runners/usage_error.hpp"

namespace assay {

namespace {

constexpr std::string_view by_directory = "directory";

std::vector<RunSummary> read_path(const std::string& path) {
  std::vector<UnreadFile> unread;
  std::vector<RunSummary> runs;
  try {
    runs = read_all(find_results({path}), unread);
  } catch (const std::runtime_error& error) {
    throw UsageError(error.what());
  }
  // launch.py leaves one beside its Results; of other files none may be missing unnoticed.
  std::erase_if(unread, [&](const UnreadFile& one) {
    return one.why == fleet_page_words() && one.file != path;
  });
  if (!unread.empty()) {
    throw UsageError(fmt::format(
        "{}: {}{}", unread[0].file, unread[0].why,
        unread.size() == 1 ? "" : fmt::format(" (and {} more files)", unread.size() - 1)));
  }
  return runs;
}

void check_field(const std::string& by) {
  std::vector<std::string_view> known = comparable_fields();
  known.push_back(by_directory);
  if (std::find(known.begin(), known.end(), by) != known.end()) return;
  throw UsageError(fmt::format("--by {}: no such field{}; one of {}", by, hint_for(by, known),
                               fmt::join(known, ", ")));
}

/// Other fields that would tell these runs apart.
std::string other_fields(const std::vector<RunSummary>& runs, const std::string& by) {
  std::vector<const RunSummary*> all;
  all.reserve(runs.size());
  for (const RunSummary& run : runs) all.push_back(&run);
  std::string text;
  const std::vector<std::string_view> known = comparable_fields();
  for (const FieldDifference& difference : differences(all, by)) {
    if (std::find(known.begin(), known.end(), difference.field->name) == known.end()) continue;
    text += fmt::format("{}{}", text.empty() ? "; they differ in " : ", ", difference.field->name);
  }
  return text;
}

std::string values_text(const std::vector<Group>& groups) {
  std::string text;
  for (const Group& group : groups) {
    text += fmt::format("{}'{}' ({} Result{})", text.empty() ? "" : ", ", group.value,
                        group.runs.size(), group.runs.size() == 1 ? "" : "s");
  }
  return text;
}

void put_baseline_first(std::vector<Group>& groups, const GroupRequest& request) {
  if (request.baseline.empty()) {
    if (groups.size() <= 2) return;  // the first path's value
    throw UsageError(
        fmt::format("{} values of {}: {}: name the one to compare the others with by "
                    "--baseline",
                    groups.size(), request.by, values_text(groups)));
  }
  const auto found = std::find_if(groups.begin(), groups.end(), [&](const Group& group) {
    return group.value == request.baseline;
  });
  if (found == groups.end()) {
    throw UsageError(fmt::format("--baseline {}: no Result has that {}; there are {}",
                                 request.baseline, request.by, values_text(groups)));
  }
  std::rotate(groups.begin(), found, found + 1);
}

}  // namespace

ComparedRuns read_groups(const GroupRequest& request, const Catalog& catalog) {
  check_field(request.by);
  ComparedRuns compared;
  std::vector<std::string> values;
  for (const std::string& path : request.paths) {
    for (RunSummary& run : read_path(path)) {
      values.push_back(request.by == by_directory ? path : field_value(run, request.by));
      if (values.back().empty()) {
        throw UsageError(
            fmt::format("{}: does not tell its {}: compare --by something else, or "
                        "--by directory",
                        run.file, request.by));
      }
      label_bursts(run, find_type(catalog, run.instance_type));
      compared.runs.push_back(std::move(run));
    }
  }
  for (std::size_t i = 0; i < compared.runs.size(); ++i) {
    const RunSummary& run = compared.runs[i];
    const bool repeated =
        std::any_of(compared.runs.begin(), compared.runs.begin() + static_cast<std::ptrdiff_t>(i),
                    [&](const RunSummary& other) { return other.file == run.file; });
    if (repeated) throw UsageError(fmt::format("{}: given twice", run.file));
    auto group = std::find_if(compared.groups.begin(), compared.groups.end(),
                              [&](const Group& one) { return one.value == values[i]; });
    if (group == compared.groups.end()) {
      group = compared.groups.insert(compared.groups.end(), Group{values[i], {}});
    }
    group->runs.push_back(&run);
  }
  if (compared.groups.size() < 2) {
    throw UsageError(fmt::format(
        "all {} Results have {} '{}': nothing to compare{}", compared.runs.size(), request.by,
        values.empty() ? "" : values.front(), other_fields(compared.runs, request.by)));
  }
  put_baseline_first(compared.groups, request);
  return compared;
}

double parse_share(const std::string& option, const std::string& text) {
  constexpr double percent_max = 1000;
  const std::string number = text.substr(0, text.find_last_not_of("% ") + 1);
  double percent = -1;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), percent);
  if (error != std::errc() || end != number.data() + number.size() || !(percent >= 0) ||
      percent > percent_max) {
    throw UsageError(fmt::format("{} {}: give a percentage such as 5%", option, text));
  }
  return percent / 100;
}

}  // namespace assay
