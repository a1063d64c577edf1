#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/model/result.hpp"
#include "reports/trust/redaction.hpp"
#include "reports/trust/signing_key.hpp"
#include "runners/plan/options.hpp"
#include "runners/plan/targets.hpp"
#include "runners/run/journal.hpp"
#include "runners/run/run_plan.hpp"
#include "runners/user_catalog.hpp"

namespace assay {

/// Discovers the host, resolves the targets and makes the Plan. Throws UsageError: unknown suite,
/// nothing matched, or a target named by the user that cannot be measured.
Result plan_run(RunOptions options, const std::vector<std::string>& command_line);

/// The storage targets behind --target values, resolved on this machine. Throws UsageError when one
/// that the user named cannot be measured.
std::vector<Target> storage_targets(const Host& host, const RunOptions& options,
                                    const WantedSpans& wanted);

/// How the Result is handed over: signed or not, with or without what tells whose machine it was.
struct Handover {
  std::optional<SigningKey> key;
  Identities identities = Identities::kept;
};

/// Where a run's files go. `directory` has been created.
struct RunFiles {
  std::string directory;
  std::string journal;
  std::string result;
  std::string report;
};

/// Creates the directory of a new run (with its parents). An empty name gives
/// assay-results/<UTC time>. Throws UsageError when it cannot be created or holds a run already.
RunFiles create_run_files(const std::string& directory);

/// The files of a run that is to be taken up again. Throws UsageError when there is no journal, or
/// the run was finished.
RunFiles existing_run_files(const std::string& directory);

/// Takes a run up from its journal: done cases kept, the rest as planned then. `here` is this
/// machine as it is now. Throws UsageError when the journal is damaged, or this is another machine
/// or another version of assay.
Result resumed_run(const RunFiles& files, const Host& here);

struct RunEnd {
  int exit_code = 0;
  Threads threads = Threads::ended;
};

/// Runs what is left of the Plan and writes journal, result.json and report.html; the report is
/// made of a redacted copy. Progress goes to stderr. Stops where stop_flag() is set:
/// install_stop_signals() belongs before the first file is created.
RunEnd execute_run(Result& result, const RunFiles& files, const Journal& journal,
                   const Handover& handover, const LoadedCatalog& advertised);

}  // namespace assay
