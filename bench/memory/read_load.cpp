#include "bench/memory/read_load.hpp"

#include <algorithm>

namespace assay {

namespace {

constexpr std::size_t part_doubles = (std::size_t{1} << 20) / sizeof(double);  // between counts

}  // namespace

ReadLoad::ReadLoad(const CpuTopology& topology, std::span<const std::uint32_t> cpus,
                   const ArrayLayout& layout, std::byte* region, const CpuKernelSet& set)
    : counters_(cpus.size()) {
  threads_.reserve(cpus.size());
  for (std::uint32_t i = 0; i < cpus.size(); ++i) {
    threads_.emplace_back([=, this, &topology, &set, cpu = cpus[i]](const std::stop_token& stop) {
      work(stop, topology, cpu, i, layout, region, set);
    });
  }
}

std::uint64_t ReadLoad::bytes() const {
  std::uint64_t sum = 0;
  for (const Counter& counter : counters_) sum += counter.bytes.load(std::memory_order_relaxed);
  return sum;
}

void ReadLoad::work(const std::stop_token& stop, const CpuTopology& topology, std::uint32_t cpu,
                    std::uint32_t thread, const ArrayLayout& layout, std::byte* region,
                    const CpuKernelSet& set) {
  if (!topology.pin(cpu)) ++unpinned_;
  // A part begins at a multiple of the period, so that all full parts have the same sum.
  static_assert(part_doubles % pattern_period == 0);
  const MemoryOperation& read = find_memory_operation("read");
  const double full_sum = expected_sum(read, part_doubles);
  while (true) {
    for (std::size_t chunk = 0; chunk < layout.chunks; ++chunk) {
      const ArrayChunk all = layout.at(region, thread, chunk);
      for (std::size_t at = 0; at < all.n; at += part_doubles) {
        if (stop.stop_requested()) return;
        const std::size_t n = std::min(part_doubles, all.n - at);
        const double sum = set.read(all.arrays[0] + at, n);
        if (sum != (n == part_doubles ? full_sum : expected_sum(read, n))) ++wrong_;
        counters_[thread].bytes.fetch_add(n * sizeof(double), std::memory_order_relaxed);
      }
    }
  }
}

}  // namespace assay
