#pragma once

#include <cstddef>

namespace assay {

/// One element of a pointer chase: a cache line of which only the pointer is used.
struct alignas(64) ChaseLine {
  ChaseLine* next;
};

/// Follows `steps` links from `start`, each load's address the result of the load before it, and
/// returns where it ends: use it, so that the loads are not removed.
const ChaseLine* chase(const ChaseLine* start, std::size_t steps);

}  // namespace assay
