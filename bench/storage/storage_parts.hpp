#pragma once

#include <vector>

#include "reports/model/result.hpp"

namespace assay {

/// Says of a whole case what its stopping rule found in all of its ticks; nothing for a fixed time.
void describe_stop(const Case& item, CaseResult& result);

/// One case that was measured in parts, put together: histograms, ticks and counts are added up and
/// every metric of ours is made from the sums, as if the parts had been one; of backlogs the
/// largest stands. Of what the device itself counted, counts are added, shares are averaged over
/// time, and percentiles are left out, since they cannot be added. A failed part fails the case; a
/// skipped one skips it. Precondition: at least one part, in the order of their rounds.
CaseResult merge_parts(const Case& item, const std::vector<CaseResult>& parts);

}  // namespace assay
