#pragma once

#include <atomic>

#include "reports/limits/classify.hpp"
#include "reports/model/result.hpp"
#include "runners/run/device_hooks.hpp"
#include "runners/run/journal.hpp"
#include "runners/run/progress.hpp"

namespace assay {

/// `left_behind`: a thread waits for a GPU that hangs, so that ending the process the usual way
/// would wait too.
enum class Threads { ended, left_behind };

/// `complete`: every case, or every part of one, was measured, whatever came after.
struct PlanEnd {
  Threads threads = Threads::ended;
  bool complete = false;
};

/// Runs the cases of result.plan that result.cases does not have yet, in the execution order, and
/// appends each, or each part of one, to the journal; the result then has whole cases in the Plan's
/// order. The only place that catches: an exception of a case becomes a
/// `failed` result with its words, and the next case runs. Returns early when `stop` is set; the
/// case that was running is dropped then. At the end, what bound each storage case is told from all
/// cases together, also those of an interrupted run before; `instance` are the limits that the
/// instance is sold with for EBS.
PlanEnd run_plan(Result& result, const Journal& journal, Progress& progress,
                 const std::atomic<bool>& stop, const DeviceHooks& hooks = {},
                 const AdvertisedLimits& instance = {});

/// Whether a journal has every case of its Plan, or every part.
bool is_finished(const Result& result);

/// Exit code of a finished or partial run: design's list (0, 1 or 4).
int exit_code_of(const Result& result);

/// UTC now, "2026-01-31T12:00:00Z".
std::string utc_now();

}  // namespace assay
