#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace assay {

/// One element of a pointer chase: a cache line of which only the pointer is used.
struct alignas(64) ChaseLine {
  ChaseLine* next;
};

/// Links `lines` (not empty) to one cycle through all of them, uniformly random among all such
/// cycles: Sattolo's algorithm (S. Sattolo, "An algorithm to generate a random cyclic permutation",
/// Information Processing Letters 22, 1986), run in place. The same seed gives the same cycle.
void build_random_cycle(std::span<ChaseLine> lines, std::uint64_t seed);

/// Follows `steps` links from `start`, each load's address the result of the load before it, and
/// returns where it ends: use it, so that the loads are not removed.
const ChaseLine* chase(const ChaseLine* start, std::size_t steps);

}  // namespace assay
