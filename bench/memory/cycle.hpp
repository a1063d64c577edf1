#pragma once

#include <cstdint>
#include <span>

#include "bench/measure/run_control.hpp"
#include "bench/memory/worker_team.hpp"
#include "kernels/cpu/pointer_chase.hpp"

namespace assay {

/// Links `lines` (not empty) to one cycle through all of them in an order that no prefetcher can
/// guess: that of a keyed permutation (bench/measure/permutation.hpp), which every thread of the
/// team can compute for its own part. The same seed gives the same cycle, whatever the team. Ends
/// early when a stop is requested.
void link_random_cycle(std::span<ChaseLine> lines, std::uint64_t seed, WorkerTeam& team,
                       const RunControl& control);

}  // namespace assay
