#pragma once

#include <atomic>

#include "bench/storage/vendor_statistics.hpp"
#include "bench/storage/writable_device.hpp"
#include "reports/model/result.hpp"
#include "runners/run/journal.hpp"
#include "runners/run/progress.hpp"

namespace assay {

/// How devices are reached beyond reading and writing them; tests put devices of their own there.
struct DeviceHooks {
  AdminCommand admin = system_admin_command();  // sends NVMe admin commands
  DeviceGuard guard = refusing_guard();         // has the last word before a device is written to
};

/// Runs the cases of result.plan that result.cases does not have yet, in order, and appends each to
/// the result and the journal. The only place that catches: an exception of a case becomes a
/// `failed` result with its words, and the next case runs. Returns early when `stop` is set; the
/// case that was running is dropped then. At the end, what bound each storage case is told from all
/// cases together, also those of an interrupted run before.
void run_plan(Result& result, const Journal& journal, Progress& progress,
              const std::atomic<bool>& stop, const DeviceHooks& hooks = {});

/// Exit code of a finished or partial run: design's list (0, 1 or 4).
int exit_code_of(const Result& result);

/// UTC now, "2026-01-31T12:00:00Z".
std::string utc_now();

}  // namespace assay
