#pragma once

#include <cstdint>
#include <span>

#include "bench/measure/run_control.hpp"
#include "bench/storage/storage_session.hpp"
#include "reports/model/result.hpp"

namespace assay {

/// Measures one storage case on one target, or on several at once: the queue depth and the threads
/// are each target's. Every thread has an engine, buffers and a share of depth and rate of its own
/// and is bound to CPUs near its target; all begin at one instant. Of several targets the metrics
/// are those of all together, and "member/<target>/..." of each.
/// Failed I/Os make a `failed` result; throws std::runtime_error in words when the case cannot be
/// set up, NotApplicable where the machine lacks what it asks for. What a stopping rule found is
/// not told: a case may be one part of several (storage_parts.hpp). Precondition: at least one
/// member.
CaseResult run_storage_case(const Case& item, std::span<StorageSession* const> members,
                            std::uint64_t run_seed, const RunControl& control);

}  // namespace assay
