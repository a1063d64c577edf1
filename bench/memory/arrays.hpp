#pragma once

#include <cstddef>
#include <cstdint>

#include "bench/measure/run_control.hpp"
#include "bench/memory/operations.hpp"
#include "bench/memory/worker_team.hpp"

namespace assay {

/// How the arrays of an operation lie in one region: array after array, each cut into one slice a
/// thread, each slice into equal chunks of at most 64 MiB. A pass works on one chunk of each slice
/// and the next pass on the next one, so that a pass stays short on machines with large caches
/// while data comes back only after the whole array has gone by. Chunks are whole cache lines.
struct ArrayLayout {
  std::uint32_t arrays = 1;
  std::uint32_t threads = 1;
  std::size_t chunks = 1;  // in a slice
  std::size_t chunk_doubles = 0;

  std::size_t array_bytes() const { return threads * chunks * chunk_doubles * sizeof(double); }
  std::size_t region_bytes() const;

  /// Where chunk `chunk` of the slice of `thread` lies in a region of region_bytes().
  ArrayChunk at(std::byte* region, std::uint32_t thread, std::size_t chunk) const;
};

/// The layout for arrays of at most `array_bytes`, at least one cache line for each thread.
ArrayLayout make_layout(std::uint32_t arrays, std::uint32_t threads, std::uint64_t array_bytes);

/// Writes the initial values, each thread its own slices: first touch places them on its node.
/// Ends early when a stop is requested.
void fill_arrays(const ArrayLayout& layout, std::byte* region, WorkerTeam& team,
                 const RunControl& control);

/// Overwrites array 0 of one chunk of every slice with a value that no operation writes.
void poison_chunk(const ArrayLayout& layout, std::byte* region, WorkerTeam& team,
                  std::size_t chunk);

/// Elements, of all arrays in one chunk of every slice, that do not hold what they must after
/// `operation`.
std::uint64_t count_wrong(const ArrayLayout& layout, std::byte* region, WorkerTeam& team,
                          std::size_t chunk, const MemoryOperation& operation);

}  // namespace assay
