#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "runners/collect/found_runs.hpp"
#include "runners/collect/matrix_file.hpp"

namespace assay {

constexpr std::size_t run_states = 5;  // of RunState

/// Planned and done in one availability zone.
struct ZoneCount {
  std::size_t planned = 0;
  std::size_t done = 0;
};

/// One line of the table: runs of one type, market and kind of volumes.
struct CoverageRow {
  std::string what;  // type, partition
  std::string market;
  std::string volumes;
  std::array<std::size_t, run_states> counts{};  // by RunState
  std::set<std::string> machines;                // of those done: the unit of every comparison
  std::map<std::string, ZoneCount> zones;        // by name; "" where it is not known

  std::size_t all() const;  // runs
};

/// A run that is not done.
struct OpenRun {
  std::string id;
  std::string folder;
  RunState state = RunState::missing;
  std::string note;
  bool has_whole = false;  // a Result stands in the way of measuring it again
};

/// How far a fleet is.
struct Coverage {
  std::vector<CoverageRow> rows;
  std::vector<OpenRun> open;
  std::vector<std::string> beside;  // folders of runs that are in no matrix

  std::size_t count(RunState state) const;
  std::size_t all() const;
};

/// `found` against the matrix. A Result of another type than planned is no Result of that run. Runs
/// of other fleets (a folder of another name above family=...) are left out.
Coverage cover(const Matrix& matrix, const std::vector<FoundRun>& found);

/// What is there, by type, where no matrix says what should be.
Coverage cover(const std::vector<FoundRun>& found);

/// The table and what is not done, in words; `matrix` as given to `cover`. `directory` is where the
/// Results are. With a matrix, the commands that start what is missing.
std::string coverage_text(const Coverage& coverage, const std::optional<Matrix>& matrix,
                          const std::string& directory);

/// "verdicts", "indications" or "no claim": what so many instances allow compare to say.
std::string standing_text(std::size_t instances);

}  // namespace assay
