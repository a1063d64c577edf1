#pragma once

#include <string>
#include <vector>

namespace assay {

/// How far a run is, the best last.
///   missing  nothing of it has come
///   failed   no Result came but a journal or a log; or the Result is not verified or has a case
///            that failed
///   running  only a journal came, a short while ago
///   partial  the Result of a run that was stopped
///   done     a whole, verified Result without a failed case
enum class RunState { missing, failed, running, partial, done };

/// What is there of one run.
struct FoundRun {
  std::string folder;  // below the directory, up to run=...
  RunState state = RunState::failed;
  std::string note;        // why it is not done
  bool has_whole = false;  // there is a result.json of a run that was not stopped, good or not
  std::string type;        // of its Result, or of its folder's name
  std::string zone;        // of its Result
  std::string machine;     // of its Result: see machine_of
  std::string suite;       // of its Result
};

/// Every run below the directory, sorted by folder. Each Result is verified as `assay verify` does.
/// Of several attempts in one run=... (an instance's folder each) the best counts. Folders that
/// assay.sbatch has put aside are passed over. `now_s` is since 1970.
std::vector<FoundRun> find_runs(const std::string& directory, long now_s);

}  // namespace assay
