#pragma once

#include <functional>
#include <optional>

#include "bench/measure/run_control.hpp"
#include "reports/model/result.hpp"

namespace assay {

/// What a thread of its own measures; it uses nothing that may end before the thread does but the
/// control that it is given.
using GpuWork = std::function<CaseResult(const RunControl&)>;

/// Runs `work` on a thread of its own and gives what it gives, or throws what it throws. A call to
/// a GPU that hangs cannot be ended from outside: after `deadline_s` (and 10 s after a stop was
/// requested) the thread is left alone, its progress is heard no more, and the result is empty.
std::optional<CaseResult> run_with_deadline(GpuWork work, double deadline_s,
                                            const RunControl& control);

}  // namespace assay
