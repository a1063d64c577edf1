#pragma once

#include <cstdint>

#include "kernels/cuda/memory_device.hpp"

namespace assay {

constexpr std::uint32_t gpu_threads_per_block = 256;

/// Distance of two nodes of a chase, in 4-byte words: a cache line.
constexpr std::uint32_t chase_words_per_node = 32;

/// Arrays of a launch, in device memory, aligned to 256 bytes; those that the kernel does not use
/// are null. An array that is read holds random elements, a with `seed`, b with `seed` + 1.
struct GpuArrays {
  const void* a = nullptr;
  const void* b = nullptr;
  void* c = nullptr;
  std::uint64_t* sums = nullptr;  // one for each block
  std::uint64_t elements = 0;     // a multiple of 16 bytes
  std::uint32_t seed = 0;
  std::uint32_t passes = 1;
  std::uint64_t accesses = 0;
};

/// How much of a kernel the GPU holds at a time, which the grid follows from.
struct GpuGrid {
  std::uint32_t blocks = 0;
  std::uint32_t shared_bytes = 0;  // of a block, dynamic
};

// Asynchronous launches on the default stream where no other is given; errors are left for
// cudaGetLastError.

/// The grid of a stream or gather kernel over `elements` (gather: accesses). Throws
/// std::runtime_error when this build has no code for the current GPU.
GpuGrid grid_of(GpuKernel kernel, GpuElement element, const GpuVariant& variant,
                std::uint64_t elements, std::uint32_t multiprocessors);

/// read, write, copy, scale, add, triad, dot and gather. Kernels that sum up write the sum of each
/// block to sums: of read and gather of the elements' bits as whole numbers (f32: of each thread
/// modulo 2^32), of dot the bits of a double.
void launch_kernel(GpuKernel kernel, GpuElement element, const GpuVariant& variant,
                   const GpuArrays& arrays, const GpuGrid& grid, void* stream = nullptr);
/// Writes the sums that the same launch must give, without reading a or b.
void launch_expected_sums(GpuKernel kernel, GpuElement element, const GpuVariant& variant,
                          const GpuArrays& arrays, const GpuGrid& grid);

/// Random elements: floats in [1, 2) with a random mantissa.
void launch_fill_random(GpuElement element, void* data, std::uint64_t elements, std::uint32_t seed);
/// Adds to *wrong the elements of a that are not the random ones any more.
void launch_count_changed(GpuElement element, const GpuArrays& arrays, unsigned long long* wrong);
/// Adds to *wrong the elements of c that are not what the kernel must have made of a and b.
void launch_count_wrong(GpuKernel kernel, GpuElement element, const GpuArrays& arrays,
                        unsigned long long* wrong);
/// Adds to *wrong the sums that differ.
void launch_count_different(const std::uint64_t* sums, const std::uint64_t* expected,
                            std::uint64_t count, unsigned long long* wrong);

/// A ring through `nodes` (a power of two) nodes in random order.
void launch_fill_ring(std::uint32_t* ring, std::uint32_t nodes, std::uint32_t seed);
/// Follows it by one thread for `steps` loads from position `begin`; *end is the node's first word
/// where it got to.
void launch_chase(const std::uint32_t* ring, std::uint32_t begin, std::uint64_t steps,
                  std::uint32_t seed, std::uint32_t nodes, std::uint32_t* end);
/// Adds to *wrong the nodes that lead elsewhere, and `steps` when *end is not the node at position
/// `last`.
void launch_count_chase_wrong(const std::uint32_t* ring, std::uint32_t nodes, std::uint32_t last,
                              std::uint64_t steps, std::uint32_t seed, const std::uint32_t* end,
                              unsigned long long* wrong);

}  // namespace assay
