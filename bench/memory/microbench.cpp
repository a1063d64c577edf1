#include "bench/memory/microbench.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <array>
#include <string>

#include "bench/measure/clock.hpp"
#include "bench/measure/named_benchmark.hpp"
#include "bench/measure/permutation.hpp"
#include "bench/measure/random.hpp"
#include "bench/memory/arrays.hpp"
#include "bench/memory/cycle.hpp"
#include "bench/memory/memory_region.hpp"
#include "kernels/cpu/crc32c.hpp"
#include "reports/model/histogram.hpp"

namespace assay {

namespace {

constexpr std::array<std::uint64_t, 3> working_sets{16U << 10, 512U << 10, 256U << 20};
constexpr std::size_t chase_steps = 1024;

std::vector<std::uint32_t> one_cpu(const CpuTopology& topology) {
  return {topology.allowed_cpus().front()};
}

void run_kernel(benchmark::State& state, const MemoryOperation& operation, const CpuKernelSet& set,
                std::uint64_t working_set) {
  const CpuTopology topology;
  WorkerTeam team(topology, one_cpu(topology));
  const ArrayLayout layout = make_layout(operation.arrays, 1, working_set / operation.arrays);
  const MemoryRegion region(layout.region_bytes());
  fill_arrays(layout, region.data(), team, RunControl{});
  std::size_t chunk = 0;
  for (auto _ : state) {
    double sum = operation.run(set, layout.at(region.data(), 0, chunk));
    benchmark::DoNotOptimize(sum);
    chunk = (chunk + 1) % layout.chunks;
  }
  const double bytes = static_cast<double>(layout.chunk_doubles) * operation.bytes_per_element;
  state.SetBytesProcessed(
      static_cast<std::int64_t>(static_cast<double>(state.iterations()) * bytes));
}

void run_chase(benchmark::State& state, std::uint64_t working_set) {
  const CpuTopology topology;
  WorkerTeam team(topology, one_cpu(topology));
  const MemoryRegion region(working_set);
  const std::span<ChaseLine> lines(reinterpret_cast<ChaseLine*>(region.data()),
                                   working_set / sizeof(ChaseLine));
  link_random_cycle(lines, 1, team, RunControl{});
  const ChaseLine* line = lines.data();
  for (auto _ : state) {
    line = chase(line, chase_steps);
    benchmark::DoNotOptimize(line);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(chase_steps));
}

void run_histogram(benchmark::State& state) {
  LatencyHistogram histogram;
  Random random(1);
  for (auto _ : state) histogram.record(random.next() >> 44);
  benchmark::DoNotOptimize(histogram.count());
}

void run_clock(benchmark::State& state) {
  with_best_clock([&state](auto clock) {
    for (auto _ : state) benchmark::DoNotOptimize(clock.now_ns());
    state.SetLabel(std::string(decltype(clock)::name));
  });
}

void run_permutation(benchmark::State& state) {
  const Permutation permutation(std::uint64_t{10} << 28, 1);  // 10 TiB in 4 KiB blocks
  std::uint64_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(permutation.at(i++));
}

void run_crc32c(benchmark::State& state) {
  const std::vector<std::byte> block(4096, std::byte{0x5a});
  for (auto _ : state) benchmark::DoNotOptimize(crc32c(block));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(block.size()));
}

}  // namespace

void register_microbenchmarks() {
  for (const MemoryOperation& operation : memory_operations()) {
    for (const CpuKernelSet& set : cpu_kernel_sets()) {
      if (!set.supported() || !operation.available(set)) continue;
      for (const std::uint64_t bytes : working_sets) {
        add_benchmark(fmt::format("memory/{}/{}/{}", operation.name, set.name, bytes),
                      [&operation, &set, bytes](benchmark::State& state) {
                        run_kernel(state, operation, set, bytes);
                      });
      }
    }
  }
  for (const std::uint64_t bytes : working_sets) {
    add_benchmark(fmt::format("memory/chase/{}", bytes),
                  [bytes](benchmark::State& state) { run_chase(state, bytes); });
  }
  add_benchmark("assay/histogram-record", run_histogram);
  add_benchmark("assay/clock-read", run_clock);
  add_benchmark("assay/permutation-step", run_permutation);
  add_benchmark("assay/crc32c-4k", run_crc32c);
}

}  // namespace assay
