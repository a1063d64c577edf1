#pragma once

#include "reports/model/plan.hpp"

namespace assay {

/// Seconds that a case is planned to take: warm-up and measured time, at most, and what goes beside
/// them. 0 for a case that is skipped.
double planned_case_s(const Case& item, const Host& host);

/// Seconds of the whole Plan. Targets of storage cases are filled at once, each at a rate that is
/// assumed for its kind, before the first case.
double planned_s(const Plan& plan, const Host& host);

/// Drops cases, the highest priority numbers first and the later before the earlier, until the Plan
/// fits plan.cap_s; the dropped ones stay, skipped, with the reason. Nothing without a cap.
void drop_beyond_cap(Plan& plan, const Host& host);

}  // namespace assay
