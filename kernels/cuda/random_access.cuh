#pragma once

#include <cstdint>

#include "kernels/cuda/memory_kernels.hpp"
#include "kernels/cuda/operations.cuh"

namespace assay {

__device__ inline std::uint64_t first_index() {
  return std::uint64_t{blockIdx.x} * blockDim.x + threadIdx.x;
}
__device__ inline std::uint64_t index_stride() { return std::uint64_t{gridDim.x} * blockDim.x; }

/// Any element with equal chance, made from the number of the access: there is no array of indices
/// whose reading would count.
__device__ inline std::uint64_t random_index(std::uint64_t access, std::uint32_t seed,
                                             std::uint64_t elements) {
  const std::uint64_t low = random_word(seed ^ 0xA5A5A5A5U, access);
  const std::uint64_t high = mix(static_cast<std::uint32_t>(low) + 0x9E3779B9U);
  return __umul64hi(high << 32 | low, elements);
}

/// Each thread has `unroll` loads in flight; a block makes the same accesses whatever `unroll` is.
template <class E, int unroll>
__global__ void __launch_bounds__(gpu_threads_per_block) gather_kernel(GpuArrays arrays) {
  using Bits = typename E::Bits;
  const Bits* __restrict__ const source = static_cast<const Bits*>(arrays.a);
  Bits sum = 0;
  std::uint64_t access = first_index();
  for (; access + (unroll - 1) * index_stride() < arrays.accesses;
       access += unroll * index_stride()) {
    Bits values[unroll];
#pragma unroll
    for (int k = 0; k < unroll; ++k) {
      values[k] = source[random_index(access + k * index_stride(), arrays.seed, arrays.elements)];
    }
#pragma unroll
    for (int k = 0; k < unroll; ++k) sum += values[k];
  }
  for (; access < arrays.accesses; access += index_stride()) {
    sum += source[random_index(access, arrays.seed, arrays.elements)];
  }
  const std::uint64_t all = block_total<Read>(sum);
  if (threadIdx.x == 0) arrays.sums[blockIdx.x] = all;
}

template <class E>
__global__ void __launch_bounds__(gpu_threads_per_block) expected_gather_kernel(GpuArrays arrays) {
  typename E::Bits sum = 0;
  for (std::uint64_t i = first_index(); i < arrays.accesses; i += index_stride()) {
    sum += E::random(arrays.seed, random_index(i, arrays.seed, arrays.elements));
  }
  const std::uint64_t all = block_total<Read>(sum);
  if (threadIdx.x == 0) arrays.sums[blockIdx.x] = all;
}

/// The node at `position` of the ring: a bijection of [0, nodes), nodes being a power of two, for
/// multiplying by an odd number and folding the upper bits into the lower ones can be undone.
__device__ inline std::uint32_t node_at(std::uint32_t position, std::uint32_t seed,
                                        std::uint32_t nodes) {
  const std::uint32_t mask = nodes - 1;
  const int bits = 32 - __clz(mask);
  std::uint32_t x = (position + seed) & mask;
  for (int round = 0; round < 3; ++round) {
    x = (x * 0x9E3779B1U) & mask;
    x ^= x >> (bits / 2 + 1);
  }
  return x;
}

__device__ inline std::uint32_t next_word(std::uint32_t position, std::uint32_t seed,
                                          std::uint32_t nodes) {
  return node_at((position + 1) & (nodes - 1), seed, nodes) * chase_words_per_node;
}

}  // namespace assay
