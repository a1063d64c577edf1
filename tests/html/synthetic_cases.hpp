#pragma once

#include "reports/model/result.hpp"

namespace assay {

/// Adds the cases and case results of synthetic_result() for the targets in result.plan.
void add_synthetic_cases(Result& result);

}  // namespace assay
