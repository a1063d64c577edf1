#pragma once

#include <string>
#include <vector>

#include "reports/model/result.hpp"

namespace assay {

/// Takes out the results of the cases that had preconditioned a target, or a set that it is a
/// member of, before it was filled anew: what they did is gone with the old contents, and the cases
/// that follow need it done again.
void drop_undone(const Plan& plan, const std::string& filled_target,
                 std::vector<CaseResult>& results);

}  // namespace assay
