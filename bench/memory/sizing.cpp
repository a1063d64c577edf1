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

constexpr double asked_share_max = 0.8;  // of the available memory

Sizing requested_size(const SizingInput& input, std::uint64_t wanted) {
  const std::uint64_t least = cache_line * input.arrays * input.threads;
  const auto usable =
      static_cast<std::uint64_t>(static_cast<double>(input.available_bytes) * asked_share_max);
  const std::uint64_t most = usable - std::min(usable, input.load_bytes);
  if (wanted > most) {
    const std::string load =
        input.load_bytes == 0
            ? " is"
            : fmt::format(" and the {} that the other threads read are", bytes(input.load_bytes));
    throw std::runtime_error(fmt::format(
        "a working set of {}{} more than 80 % of the {} of available memory: ask for at most {}",
        bytes(wanted), load, bytes(input.available_bytes), bytes(most)));
  }
  if (wanted < least) {
    throw std::runtime_error(
        fmt::format("a working set of {} is less than a cache line an array and thread: ask for at "
                    "least {}",
                    bytes(wanted), bytes(least)));
  }
  return {.array_bytes = wanted / input.arrays, .flag = {}};
}

/// The number of KiB after a key, "MemFree:" or "Node 0 MemFree:", in bytes; 0 without it.
std::uint64_t meminfo_bytes(const std::filesystem::path& file, std::string_view key) {
  std::ifstream meminfo(file);
  for (std::string line; std::getline(meminfo, line);) {
    const std::size_t at = line.find(key);
    if (at != std::string::npos) return std::stoull(line.substr(at + key.size())) * 1024;
  }
  return 0;
}

}  // namespace

Sizing size_arrays(const SizingInput& input) {
  if (input.working_set_bytes > 0) return requested_size(input, input.working_set_bytes);
  if (input.memory_percent > 0) {
    const double wanted = static_cast<double>(input.available_bytes) * input.memory_percent / 100;
    return requested_size(input, static_cast<std::uint64_t>(wanted) / mib * mib);
  }
  const std::uint64_t cap = input.available_bytes / 4;
  const std::uint64_t wanted = std::max(4 * input.cache_bytes, input.array_bytes_min);
  // Whole MiB, so that sizes read well.
  const std::uint64_t possible = cap / input.arrays / mib * mib;
  if (possible == 0) {
    throw std::runtime_error(
        fmt::format("only {} of memory are available, and a quarter of it does not hold {} "
                    "array(s) of 1 MiB: free memory or raise the limit of the control group",
                    bytes(input.available_bytes), input.arrays));
  }
  if (input.cache_bytes == 0) {
    const std::uint64_t chosen = std::min(wanted, possible);
    return {.array_bytes = chosen,
            .flag = fmt::format("arrays of {} without knowing the caches (hwloc reports neither an "
                                "L2 nor an L3): caches of more than a quarter of that may serve "
                                "part of the accesses; ask for a `working_set` that is larger",
                                bytes(chosen))};
  }
  if (possible >= wanted) return {.array_bytes = wanted, .flag = {}};
  return {.array_bytes = possible,
          .flag = fmt::format("arrays of {} instead of {} (a quarter of the available memory): "
                              "caches may serve part of the accesses",
                              bytes(possible), bytes(wanted))};
}

std::uint64_t available_memory_bytes(const std::filesystem::path& system_root) {
  std::uint64_t available = meminfo_bytes(system_root / "proc/meminfo", "MemAvailable:");
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

std::uint64_t free_node_bytes(std::uint32_t node, const std::filesystem::path& system_root) {
  const std::uint64_t free = meminfo_bytes(
      system_root / fmt::format("sys/devices/system/node/node{}/meminfo", node), "MemFree:");
  if (free == 0) {
    throw std::runtime_error(
        fmt::format("node{}/meminfo has no MemFree: cannot choose a safe array size", node));
  }
  return free;
}

}  // namespace assay
