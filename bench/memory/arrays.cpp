#include "bench/memory/arrays.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>

#include "bench/memory/live_progress.hpp"

namespace assay {

namespace {

constexpr std::size_t line_doubles = 8;
constexpr std::size_t chunk_bytes_max = std::size_t{64} << 20;
constexpr double poison = -1.0;

using PatternBlock = std::array<double, pattern_period>;

/// One period of what an array must hold: before an operation (null) or after it.
PatternBlock pattern_of(std::uint32_t array, const MemoryOperation* operation) {
  PatternBlock block{};
  const bool written = operation != nullptr && operation->written != nullptr && array == 0;
  for (std::size_t i = 0; i < block.size(); ++i) {
    block[i] = written ? operation->written(i) : initial_value(array, i);
  }
  return block;
}

void fill_with(double* values, std::size_t n, const PatternBlock& block) {
  for (std::size_t i = 0; i < n; i += block.size()) {
    std::copy_n(block.data(), std::min(block.size(), n - i), values + i);
  }
}

std::uint64_t count_different(const double* values, std::size_t n, const PatternBlock& block) {
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < n; i += block.size()) {
    const std::size_t length = std::min(block.size(), n - i);
    for (std::size_t k = 0; k < length; ++k) count += values[i + k] != block[k] ? 1U : 0U;
  }
  return count;
}

}  // namespace

std::size_t ArrayLayout::region_bytes() const { return arrays * array_bytes(); }

ArrayChunk ArrayLayout::at(std::byte* region, std::uint32_t thread, std::size_t chunk) const {
  ArrayChunk result{.arrays = {}, .n = chunk_doubles};
  const std::size_t offset = (thread * chunks + chunk) * chunk_doubles;
  for (std::uint32_t array = 0; array < arrays; ++array) {
    result.arrays[array] = reinterpret_cast<double*>(region + array * array_bytes()) + offset;
  }
  return result;
}

ArrayLayout make_layout(std::uint32_t arrays, std::uint32_t threads, std::uint64_t array_bytes) {
  const std::size_t slice_bytes = array_bytes / threads;
  const std::size_t chunks =
      std::max<std::size_t>(1, (slice_bytes + chunk_bytes_max - 1) / chunk_bytes_max);
  const std::size_t lines = slice_bytes / chunks / (line_doubles * sizeof(double));
  return {.arrays = arrays,
          .threads = threads,
          .chunks = chunks,
          .chunk_doubles = std::max<std::size_t>(1, lines) * line_doubles};
}

void fill_arrays(const ArrayLayout& layout, std::byte* region, WorkerTeam& team,
                 const RunControl& control) {
  LiveProgress progress(control);
  team.run([&](std::uint32_t thread) {
    for (std::uint32_t array = 0; array < layout.arrays; ++array) {
      const PatternBlock block = pattern_of(array, nullptr);
      for (std::size_t chunk = 0; chunk < layout.chunks; ++chunk) {
        if (control.stop_requested()) return;
        const auto start = std::chrono::steady_clock::now();
        const ArrayChunk part = layout.at(region, thread, chunk);
        fill_with(part.arrays[array], part.n, block);
        // The calling thread speaks for all of them.
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
        if (thread == 0) progress.add(0, part.n * sizeof(double) * team.size(), took.count());
      }
    }
  });
}

void poison_chunk(const ArrayLayout& layout, std::byte* region, WorkerTeam& team,
                  std::size_t chunk) {
  team.run([&](std::uint32_t thread) {
    const ArrayChunk part = layout.at(region, thread, chunk);
    std::fill_n(part.arrays[0], part.n, poison);
  });
}

std::uint64_t count_wrong(const ArrayLayout& layout, std::byte* region, WorkerTeam& team,
                          std::size_t chunk, const MemoryOperation& operation) {
  std::atomic<std::uint64_t> wrong = 0;
  team.run([&](std::uint32_t thread) {
    const ArrayChunk part = layout.at(region, thread, chunk);
    std::uint64_t count = 0;
    for (std::uint32_t array = 0; array < layout.arrays; ++array) {
      count += count_different(part.arrays[array], part.n, pattern_of(array, &operation));
    }
    wrong += count;
  });
  return wrong;
}

}  // namespace assay
