#include "bench/memory/arrays.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <numeric>

namespace assay {
namespace {

struct Free {
  void operator()(std::byte* memory) const { std::free(memory); }
};

/// Owns a team of two and a filled region for a layout of two chunks a slice.
class Arrays : public testing::Test {
 protected:
  ArrayLayout layout_{.arrays = 3, .threads = 2, .chunks = 2, .chunk_doubles = 8 * 131};
  CpuTopology topology_;
  WorkerTeam team_{topology_, std::vector<std::uint32_t>(2, topology_.allowed_cpus().front())};
  std::unique_ptr<std::byte, Free> region_{
      static_cast<std::byte*>(std::aligned_alloc(64, layout_.region_bytes()))};

  void SetUp() override { fill_arrays(layout_, region_.get(), team_, RunControl{}); }
  std::uint64_t wrong(const char* operation, std::size_t chunk) {
    return count_wrong(layout_, region_.get(), team_, chunk, find_memory_operation(operation));
  }
  void run(const char* operation, std::size_t chunk) {
    const MemoryOperation& row = find_memory_operation(operation);
    for (std::uint32_t thread = 0; thread < 2; ++thread) {
      row.run(cpu_kernel_sets().back(), layout_.at(region_.get(), thread, chunk));
    }
  }
};

TEST_F(Arrays, ChunksTileTheArraysWithoutOverlap) {
  std::vector<int> owners(layout_.region_bytes() / sizeof(double));
  const auto* base = reinterpret_cast<const double*>(region_.get());
  for (std::uint32_t thread = 0; thread < 2; ++thread) {
    for (std::size_t chunk = 0; chunk < 2; ++chunk) {
      const ArrayChunk part = layout_.at(region_.get(), thread, chunk);
      for (const double* array : part.arrays) {
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(array) % 64, 0U);
        for (std::size_t i = 0; i < part.n; ++i) ++owners[array - base + i];
      }
    }
  }
  EXPECT_EQ(owners, std::vector<int>(owners.size(), 1));
}

TEST_F(Arrays, InitialContentsAndTheirSum) {
  EXPECT_EQ(wrong("read", 0) + wrong("read", 1), 0U);
  const ArrayChunk part = layout_.at(region_.get(), 1, 1);
  EXPECT_EQ(std::accumulate(part.arrays[0], part.arrays[0] + part.n, 0.0),
            expected_sum(find_memory_operation("read"), part.n));
  EXPECT_EQ(std::inner_product(part.arrays[0], part.arrays[0] + part.n, part.arrays[1], 0.0),
            expected_sum(find_memory_operation("dot"), part.n));
  EXPECT_EQ(expected_sum(find_memory_operation("copy"), part.n), 0);
}

TEST_F(Arrays, EveryOperationIsToldFromNotHavingRun) {
  for (const char* operation : {"write", "fill", "copy", "scale", "add", "triad"}) {
    poison_chunk(layout_, region_.get(), team_, 1);
    EXPECT_EQ(wrong(operation, 1), 2 * layout_.chunk_doubles) << operation;
    run(operation, 1);
    EXPECT_EQ(wrong(operation, 1), 0U) << operation;
  }
}

TEST_F(Arrays, OneWrongElementOfAnyArrayIsSeen) {
  run("triad", 0);
  const ArrayChunk part = layout_.at(region_.get(), 1, 0);
  for (double* array : part.arrays) {
    array[part.n - 1] += 1;
    EXPECT_EQ(wrong("triad", 0), 1U);
    array[part.n - 1] -= 1;
  }
}

TEST(ArrayLayout, SlicesAreCutIntoChunksOfAtMost64MiB) {
  constexpr std::uint64_t mib = 1 << 20;
  const ArrayLayout small = make_layout(2, 2, 128 * mib);
  EXPECT_EQ(small.chunks, 1U);
  EXPECT_EQ(small.chunk_doubles, 64 * mib / 8);
  EXPECT_EQ(small.array_bytes(), 128 * mib);
  const ArrayLayout large = make_layout(2, 1, 2000 * mib);
  EXPECT_EQ(large.chunks, 32U);
  EXPECT_LE(large.chunk_doubles, 64 * mib / 8);
  EXPECT_LE(large.array_bytes(), 2000 * mib);
}

TEST(ArrayLayout, ChunksAreWholeCacheLines) {
  const ArrayLayout odd = make_layout(1, 3, 1000);
  EXPECT_EQ(odd.chunk_doubles, 40U);
  EXPECT_EQ(make_layout(1, 3, 192).chunk_doubles, 8U);
}

TEST(MemoryOperations, UnknownKernelNamesTheValidOnes) {
  try {
    find_memory_operation("reed");
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(),
                 "unknown memory kernel 'reed': use read, dot, write, fill, copy, scale, add, "
                 "triad, or latency");
  }
}

}  // namespace
}  // namespace assay
