#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <thread>
#include <vector>

#include "bench/measure/cpu_topology.hpp"
#include "bench/memory/arrays.hpp"

namespace assay {

/// Owns one thread a CPU that reads its slice of filled arrays (layout.arrays is 1) without pause
/// until the load ends, and counts the bytes.
class ReadLoad {
 public:
  /// `region` must outlive the load. `set` must have a read kernel.
  ReadLoad(const CpuTopology& topology, std::span<const std::uint32_t> cpus,
           const ArrayLayout& layout, std::byte* region, const CpuKernelSet& set);

  /// Bytes read by all threads so far.
  std::uint64_t bytes() const;

  /// Reads that did not return the right sum.
  std::uint64_t wrong_sums() const { return wrong_.load(); }

  /// Whether every thread could be pinned to its CPU.
  bool pinned() const { return unpinned_.load() == 0; }

 private:
  struct alignas(64) Counter {
    std::atomic<std::uint64_t> bytes{0};
  };

  void work(const std::stop_token& stop, const CpuTopology& topology, std::uint32_t cpu,
            std::uint32_t thread, const ArrayLayout& layout, std::byte* region,
            const CpuKernelSet& set);

  std::vector<Counter> counters_;
  std::atomic<std::uint64_t> wrong_{0};
  std::atomic<std::uint32_t> unpinned_{0};
  std::vector<std::jthread> threads_;  // last: joined before what they use is gone
};

}  // namespace assay
