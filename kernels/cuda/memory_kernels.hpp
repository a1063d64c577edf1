#pragma once

#include <cstdint>

namespace assay {

constexpr std::uint32_t gpu_threads_per_block = 256;
constexpr std::uint32_t gpu_unroll = 4;  // 16-byte accesses in flight per thread

/// What a word holds, as a function of its index and a seed, so that a check needs no second copy.
/// random: floats in [1, 2) with random mantissa. pattern: what write stores. triad: random(seed) +
/// 0.4 x random(seed + 1), with one rounding. spoilt: what none of the others hold.
enum class GpuContents { random, pattern, triad, spoilt };

// Asynchronous launches on the default stream; errors are left for cudaGetLastError. `words` counts
// 4-byte words, a multiple of 4; pointers are to device or to pinned host memory, aligned to 16.

void launch_fill(std::uint32_t* data, std::uint64_t words, GpuContents contents, std::uint32_t seed,
                 std::uint32_t blocks);
/// Adds to *wrong the number of words that differ from `contents`.
void launch_count_different(const std::uint32_t* data, std::uint64_t words, GpuContents contents,
                            std::uint32_t seed, std::uint32_t blocks, unsigned long long* wrong);
/// Adds to *sum all words of random contents, modulo 2^32, without reading memory.
void launch_expected_sum(std::uint64_t words, std::uint32_t seed, std::uint32_t blocks,
                         std::uint32_t* sum);

/// Writes the sum of each block's words, modulo 2^32, to block_sums[0..blocks).
void launch_read(const std::uint32_t* source, std::uint64_t words, std::uint32_t blocks,
                 std::uint32_t* block_sums);
void launch_write(std::uint32_t* destination, std::uint64_t words, std::uint32_t seed,
                  std::uint32_t blocks);
void launch_copy(const std::uint32_t* source, std::uint32_t* destination, std::uint64_t words,
                 std::uint32_t blocks);
void launch_triad(const std::uint32_t* source, const std::uint32_t* second_source,
                  std::uint32_t* destination, std::uint64_t words, std::uint32_t blocks);

/// Blocks of the largest measured kernel that fit one multiprocessor at a time; throws
/// std::runtime_error when this build has no code for the current GPU.
std::uint32_t gpu_blocks_per_multiprocessor();

}  // namespace assay
