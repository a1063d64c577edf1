#pragma once

#include <functional>
#include <string>
#include <vector>

#include "reports/fleet/run_summary.hpp"
#include "reports/trust/redaction.hpp"

namespace assay {

/// A file that was found but could not be read as a Result, and why, in words.
struct UnreadFile {
  std::string file;
  std::string why;
};

/// The Results under `paths`: files as they are; of a directory and those in it every result.json,
/// and report.html where there is no result.json beside it. Sorted within a directory, no file
/// twice. Throws std::runtime_error when a path is not there or a directory holds none.
std::vector<std::string> find_results(const std::vector<std::string>& paths);

/// A summary, and the text that was made of it.
struct ReadRun {
  RunSummary run;
  std::string text;
};

/// Makes text of a summary, and may change it; called from several threads at once.
using RenderRun = std::function<std::string(RunSummary& run)>;

/// Reads one Result after the other, in parallel, and hands each to `take` in the order of `files`,
/// from the calling thread, one at a time: a fleet need not fit into memory. What cannot be read is
/// given back. With Identities::removed each is redacted before it is summarised.
std::vector<UnreadFile> read_fleet(const std::vector<std::string>& files, const RenderRun& render,
                                   const std::function<void(ReadRun&&)>& take,
                                   Identities identities = Identities::kept);

/// The same, kept.
std::vector<RunSummary> read_all(const std::vector<std::string>& files,
                                 std::vector<UnreadFile>& unread);

}  // namespace assay
