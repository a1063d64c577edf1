#pragma once

#include <cstdint>
#include <span>

#include "bench/gpu/gpu_bench.hpp"
#include "bench/storage/storage_session.hpp"

namespace assay {

/// Measures one pipeline case (`item.pipeline` is set): each member has a lane (pipeline_lane.hpp,
/// or cufile_lane.hpp where the case asks for cuFile) of its own, on a thread near the drive, to
/// the GPU that the parameters name for it; all begin at one instant. `bandwidth` counts the bytes
/// that came all the way; its spread is that of the samples, of a twentieth of the duration each.
/// After it, the last block of each buffer is compared at both ends. Without a usable GPU the
/// result is `skipped`; I/O errors, wrong data, no block in all the time and a GPU that hangs give
/// `failed`. Throws std::runtime_error in words when a lane cannot be set up, NotApplicable where
/// cuFile is asked for and there is none, or none for this machine. `path` in the method is the way
/// that the data went: what cuFile did is measured, see cufile_path.hpp. Precondition: as many GPUs
/// as members.
CaseResult run_pipeline_case(GpuBench& bench, const Case& item,
                             std::span<StorageSession* const> members, std::uint64_t run_seed,
                             const RunControl& control);

}  // namespace assay
