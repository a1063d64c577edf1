#include "bench/memory/sizing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "reports/model/units.hpp"

namespace assay {

namespace {

constexpr std::uint64_t mib = std::uint64_t{1} << 20;
constexpr std::uint64_t cache_line = 64;

std::string bytes(std::uint64_t count) { return format_bytes(static_cast<double>(count)); }

Sizing requested_size(const SizingInput& input, std::uint64_t cap) {
  const std::uint64_t least = cache_line * input.arrays * input.threads;
  if (input.working_set_bytes > cap) {
    throw std::runtime_error(
        fmt::format("a working set of {} is more than a quarter of the {} of available memory: "
                    "ask for at most {}",
                    bytes(input.working_set_bytes), bytes(input.available_bytes), bytes(cap)));
  }
  if (input.working_set_bytes < least) {
    throw std::runtime_error(
        fmt::format("a working set of {} is less than a cache line an array and thread: ask for at "
                    "least {}",
                    bytes(input.working_set_bytes), bytes(least)));
  }
  return {.array_bytes = input.working_set_bytes / input.arrays, .flag = {}};
}

}  // namespace

Sizing size_arrays(const SizingInput& input) {
  const std::uint64_t cap = input.available_bytes / 4;
  if (input.working_set_bytes > 0) return requested_size(input, cap);
  const std::uint64_t wanted = std::max(4 * input.cache_bytes, input.array_bytes_min);
  // Whole MiB, so that sizes read well.
  const std::uint64_t possible = cap / input.arrays / mib * mib;
  if (possible == 0) {
    throw std::runtime_error(
        fmt::format("only {} of memory are available, and a quarter of it does not hold {} "
                    "array(s) of 1 MiB: free memory or raise the limit of the control group",
                    bytes(input.available_bytes), input.arrays));
  }
  if (possible >= wanted) return {.array_bytes = wanted, .flag = {}};
  return {.array_bytes = possible,
          .flag = fmt::format("arrays of {} instead of {} (a quarter of the available memory): "
                              "caches may serve part of the accesses",
                              bytes(possible), bytes(wanted))};
}

std::uint64_t available_memory_bytes(const std::filesystem::path& system_root) {
  std::ifstream meminfo(system_root / "proc/meminfo");
  std::uint64_t available = 0;
  for (std::string line; std::getline(meminfo, line);) {
    constexpr std::string_view key = "MemAvailable:";
    if (line.starts_with(key)) available = std::stoull(line.substr(key.size())) * 1024;
  }
  if (available == 0) {
    throw std::runtime_error("/proc/meminfo has no MemAvailable: cannot choose a safe array size");
  }
  // Inside a container the group's own directory is the root of the mount; version 2, then 1.
  for (const char* path :
       {"sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
    std::uint64_t limit = 0;
    // "max" is no number and leaves the limit out.
    if (std::ifstream(system_root / path) >> limit && limit > 0) {
      available = std::min(available, limit);
    }
  }
  return available;
}

}  // namespace assay
