#include "runners/collect/coverage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace assay {

namespace {

/// The run's folder below its fleet; empty: of another fleet.
std::string folder_in_fleet(const std::string& folder, const std::string& fleet) {
  const std::size_t at = ("/" + folder).find("/family=");
  if (fleet.empty() || at == std::string::npos || at == 0) return folder;
  const std::string above = folder.substr(0, at - 1);
  const std::string name = above.substr(above.rfind('/') + 1);
  return name == fleet ? folder.substr(at) : std::string();
}

void count_run(CoverageRow& row, const FoundRun& run) {
  ++row.counts[static_cast<std::size_t>(run.state)];
  if (run.state != RunState::done) return;
  row.machines.insert(run.machine);
  ++row.zones[run.zone].done;
}

/// The row of these three, which is made where there is none.
CoverageRow& row_for(std::vector<CoverageRow>& rows, const std::string& what,
                     const std::string& market, const std::string& volumes) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const CoverageRow& row) {
    return row.what == what && row.market == market && row.volumes == volumes;
  });
  if (found != rows.end()) return *found;
  rows.push_back({what, market, volumes, {}, {}, {}});
  return rows.back();
}

FoundRun as_planned(const Matrix& matrix, const PlannedRun& planned, FoundRun run) {
  if (run.machine.empty()) return run;  // there is no Result
  const bool other_type = !planned.type.empty() && run.type != planned.type;
  const bool other_suite = !matrix.suite.empty() && run.suite != matrix.suite;
  if (!other_type && !other_suite) return run;
  run.note = other_type ? "its Result is of " + run.type
                        : fmt::format("its Result is of suite {}, and the matrix has {}", run.suite,
                                      matrix.suite);
  run.state = RunState::failed;
  return run;
}

}  // namespace

std::size_t Coverage::count(RunState state) const {
  return std::accumulate(rows.begin(), rows.end(), std::size_t{0},
                         [&](std::size_t sum, const CoverageRow& row) {
                           return sum + row.counts[static_cast<std::size_t>(state)];
                         });
}

std::size_t CoverageRow::all() const {
  return std::accumulate(counts.begin(), counts.end(), std::size_t{0});
}

std::size_t Coverage::all() const {
  return std::accumulate(rows.begin(), rows.end(), std::size_t{0},
                         [](std::size_t sum, const CoverageRow& row) { return sum + row.all(); });
}

Coverage cover(const Matrix& matrix, const std::vector<FoundRun>& found) {
  std::map<std::string, const FoundRun*> by_folder;
  for (const FoundRun& run : found) {
    const std::string folder = folder_in_fleet(run.folder, matrix.name);
    if (!folder.empty()) by_folder[folder] = &run;
  }
  Coverage coverage;
  for (const PlannedRun& planned : matrix.runs) {
    CoverageRow& row = row_for(coverage.rows, planned.group.empty() ? planned.type : planned.group,
                               planned.market, planned.volumes);
    if (!planned.zone.empty()) ++row.zones[planned.zone].planned;
    FoundRun run;
    run.state = RunState::missing;
    const auto place = by_folder.find(planned.folder);
    if (place != by_folder.end()) {
      run = as_planned(matrix, planned, *place->second);
      by_folder.erase(place);
    }
    count_run(row, run);
    if (run.state == RunState::done) continue;
    coverage.open.push_back({planned.group.empty() ? planned.id : planned.folder, planned.folder,
                             run.state, run.note, run.has_whole});
  }
  for (const auto& [folder, run] : by_folder) coverage.beside.push_back(folder);
  return coverage;
}

Coverage cover(const std::vector<FoundRun>& found) {
  Coverage coverage;
  for (const FoundRun& run : found) {
    count_run(row_for(coverage.rows, run.type, "", ""), run);
    if (run.state == RunState::done) continue;
    coverage.open.push_back({run.folder, run.folder, run.state, run.note, run.has_whole});
  }
  std::sort(coverage.rows.begin(), coverage.rows.end(),
            [](const CoverageRow& a, const CoverageRow& b) { return a.what < b.what; });
  return coverage;
}

}  // namespace assay
