#pragma once

#include <string>

#include "bench/storage/loop_result.hpp"
#include "reports/model/result.hpp"

namespace assay {

/// Turns what the loop counted into metrics, histograms, samples, errors and flags of `result`.
/// Status becomes failed when an I/O failed or nothing completed; the counts stay in the result.
void describe_loop(const LoopResult& loop, const StorageParameters& parameters, CaseResult& result);

/// Adds the rates, the latencies and the histogram of one of several targets that were measured
/// together, named "member/<target>".
void describe_member(const LoopResult& member, const std::string& target_id, CaseResult& result);

/// "EIO", "ENOSPC", ...; "errno 999" for unknown ones.
std::string errno_name(int error);

}  // namespace assay
