#pragma once

#include "bench/measure/phases.hpp"
#include "reports/model/plan.hpp"

namespace assay {

/// How a storage case is divided in time: its ticks are a second long, or shorter where its
/// stopping rule needs it.
PhaseTimes phase_times_of(const Case& item);

}  // namespace assay
