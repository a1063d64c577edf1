#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace assay {

/// What the size of the arrays of a case depends on. All in bytes, but `arrays` and `threads`.
struct SizingInput {
  std::uint32_t arrays = 1;
  std::uint32_t threads = 1;
  std::uint64_t cache_bytes = 0;        // of all L2 and L3 caches the threads can fill; 0: unknown
  std::uint64_t available_bytes = 0;    // memory that can be had without swapping
  std::uint64_t array_bytes_min = 0;    // where caches are small
  std::uint64_t working_set_bytes = 0;  // all arrays together as asked for; 0: chosen here
  double memory_percent = 0;            // or as a share of available_bytes; 0: not so
  std::uint64_t load_bytes = 0;         // what other threads read beside a size that is asked for
};

/// The size of each array, and the warning when it had to be smaller than the rule asks for, or was
/// chosen without knowing the caches.
struct Sizing {
  std::uint64_t array_bytes = 0;
  std::string flag;
};

/// Each array max(4 x L2 and L3 caches, array_bytes_min): STREAM's rule that an array be at least
/// four times the sum of the last-level caches (J. McCalpin, cs.virginia.edu/stream/ref.html), with
/// the L2 caches counted in, for on Graviton they hold more together than the L3.
/// Never more than a quarter of the available memory for all arrays together, unless more is asked
/// for, and never more than 80 % of it, the load with it. Throws std::runtime_error in words when
/// the quarter leaves less than 1 MiB an array, or when more than the 80 %, or less than a cache
/// line an array and thread, is asked for.
Sizing size_arrays(const SizingInput& input);

/// MemAvailable of /proc/meminfo, or the memory limit of the control group where that is lower, in
/// bytes, read under the system root. Throws std::runtime_error when meminfo does not say.
std::uint64_t available_memory_bytes(const std::filesystem::path& system_root = "/");

/// MemFree of one NUMA node, in bytes, likewise.
std::uint64_t free_node_bytes(std::uint32_t node, const std::filesystem::path& system_root = "/");

}  // namespace assay
