#include <algorithm>

#include "kernels/cuda/error.cuh"
#include "kernels/cuda/memory_kernels.hpp"

namespace assay {
namespace {

constexpr float triad_scalar = 0.4F;

/// The finaliser of MurmurHash3: every bit of the input changes about half of the output's.
__device__ std::uint32_t mix(std::uint32_t x) {
  x = (x ^ (x >> 16)) * 0x85EBCA6BU;
  x = (x ^ (x >> 13)) * 0xC2B2AE35U;
  return x ^ (x >> 16);
}

struct RandomWord {
  std::uint32_t seed;
  __device__ std::uint32_t operator()(std::uint64_t i) const {
    const auto high = static_cast<std::uint32_t>(i >> 32);
    return 0x3F800000U | (mix(static_cast<std::uint32_t>(i) ^ mix(seed + high)) >> 9);
  }
};

/// One multiplication a word, so that arithmetic does not bound the write kernel.
struct PatternWord {
  std::uint32_t seed;
  __device__ std::uint32_t operator()(std::uint64_t i) const {
    return (static_cast<std::uint32_t>(i) * 0x9E3779B1U) ^ seed;
  }
};

__device__ float triad(float a, float b) { return __fmaf_rn(triad_scalar, b, a); }

struct TriadWord {
  std::uint32_t seed;
  __device__ std::uint32_t operator()(std::uint64_t i) const {
    return __float_as_uint(
        triad(__uint_as_float(RandomWord{seed}(i)), __uint_as_float(RandomWord{seed + 1}(i))));
  }
};

/// A NaN: no random and no triad word; of 2^32 pattern words one.
struct SpoiltWord {
  __device__ std::uint32_t operator()(std::uint64_t) const { return 0xFFFFFFFFU; }
};

__device__ std::uint64_t first_word() {
  return std::uint64_t{blockIdx.x} * blockDim.x + threadIdx.x;
}
__device__ std::uint64_t word_stride() { return std::uint64_t{gridDim.x} * blockDim.x; }

template <typename Word>
__global__ void fill_kernel(std::uint32_t* data, std::uint64_t words, Word word) {
  for (std::uint64_t i = first_word(); i < words; i += word_stride()) data[i] = word(i);
}

template <typename Word>
__global__ void count_different_kernel(const std::uint32_t* data, std::uint64_t words, Word word,
                                       unsigned long long* wrong) {
  unsigned long long mine = 0;
  for (std::uint64_t i = first_word(); i < words; i += word_stride()) mine += data[i] != word(i);
  if (mine != 0) atomicAdd(wrong, mine);
}

/// Sum over the block, in thread 0.
__device__ std::uint32_t block_sum(std::uint32_t value) {
  __shared__ std::uint32_t warp_sums[gpu_threads_per_block / 32];
  for (int offset = 16; offset > 0; offset /= 2) {
    value += __shfl_down_sync(0xFFFFFFFFU, value, offset);
  }
  if (threadIdx.x % 32 == 0) warp_sums[threadIdx.x / 32] = value;
  __syncthreads();
  std::uint32_t sum = 0;
  if (threadIdx.x == 0) {
    for (const std::uint32_t part : warp_sums) sum += part;
  }
  return sum;
}

__global__ void expected_sum_kernel(std::uint64_t words, RandomWord word, std::uint32_t* sum) {
  std::uint32_t mine = 0;
  for (std::uint64_t i = first_word(); i < words; i += word_stride()) mine += word(i);
  const std::uint32_t all = block_sum(mine);
  if (threadIdx.x == 0) atomicAdd(sum, all);
}

/// Calls store(i, load(i)) for every i below `count`, in tiles of a block that are contiguous in
/// memory; within a tile each thread issues all its loads before its first store.
template <typename Load, typename Store>
__device__ __forceinline__ void stream(std::uint64_t count, Load load, Store store) {
  constexpr std::uint64_t tile = std::uint64_t{gpu_unroll} * gpu_threads_per_block;
  for (std::uint64_t start = blockIdx.x * tile; start < count; start += gridDim.x * tile) {
    const std::uint64_t first = start + threadIdx.x;
    if (start + tile <= count) {
      decltype(load(first)) values[gpu_unroll];
#pragma unroll
      for (std::uint32_t k = 0; k < gpu_unroll; ++k) {
        values[k] = load(first + k * gpu_threads_per_block);
      }
#pragma unroll
      for (std::uint32_t k = 0; k < gpu_unroll; ++k) {
        store(first + k * gpu_threads_per_block, values[k]);
      }
    } else {
      for (std::uint64_t i = first; i < count; i += gpu_threads_per_block) store(i, load(i));
    }
  }
}

__global__ void __launch_bounds__(gpu_threads_per_block)
    read_kernel(const uint4* __restrict__ source, std::uint64_t count, std::uint32_t* block_sums) {
  std::uint32_t mine = 0;
  stream(
      count, [&](std::uint64_t i) { return source[i]; },
      [&](std::uint64_t, uint4 v) { mine += (v.x + v.y) + (v.z + v.w); });
  const std::uint32_t all = block_sum(mine);
  if (threadIdx.x == 0) block_sums[blockIdx.x] = all;
}

__global__ void __launch_bounds__(gpu_threads_per_block)
    write_kernel(uint4* __restrict__ destination, std::uint64_t count, PatternWord word) {
  stream(
      count,
      [&](std::uint64_t i) {
        return make_uint4(word(4 * i), word(4 * i + 1), word(4 * i + 2), word(4 * i + 3));
      },
      [&](std::uint64_t i, uint4 v) { destination[i] = v; });
}

__global__ void __launch_bounds__(gpu_threads_per_block)
    copy_kernel(const float4* __restrict__ source, float4* __restrict__ destination,
                std::uint64_t count) {
  stream(
      count, [&](std::uint64_t i) { return source[i]; },
      [&](std::uint64_t i, float4 v) { destination[i] = v; });
}

__global__ void __launch_bounds__(gpu_threads_per_block)
    triad_kernel(const float4* __restrict__ source, const float4* __restrict__ second_source,
                 float4* __restrict__ destination, std::uint64_t count) {
  stream(
      count,
      [&](std::uint64_t i) {
        const float4 a = source[i];
        const float4 b = second_source[i];
        return make_float4(triad(a.x, b.x), triad(a.y, b.y), triad(a.z, b.z), triad(a.w, b.w));
      },
      [&](std::uint64_t i, float4 v) { destination[i] = v; });
}

/// Calls launch(word function of these contents).
template <typename Launch>
void with_contents(GpuContents contents, std::uint32_t seed, Launch launch) {
  switch (contents) {
    case GpuContents::random:
      return launch(RandomWord{seed});
    case GpuContents::pattern:
      return launch(PatternWord{seed});
    case GpuContents::triad:
      return launch(TriadWord{seed});
    case GpuContents::spoilt:
      return launch(SpoiltWord{});
  }
}

}  // namespace

void launch_fill(std::uint32_t* data, std::uint64_t words, GpuContents contents, std::uint32_t seed,
                 std::uint32_t blocks) {
  with_contents(contents, seed, [&](auto word) {
    fill_kernel<<<blocks, gpu_threads_per_block>>>(data, words, word);
  });
}

void launch_count_different(const std::uint32_t* data, std::uint64_t words, GpuContents contents,
                            std::uint32_t seed, std::uint32_t blocks, unsigned long long* wrong) {
  with_contents(contents, seed, [&](auto word) {
    count_different_kernel<<<blocks, gpu_threads_per_block>>>(data, words, word, wrong);
  });
}

void launch_expected_sum(std::uint64_t words, std::uint32_t seed, std::uint32_t blocks,
                         std::uint32_t* sum) {
  expected_sum_kernel<<<blocks, gpu_threads_per_block>>>(words, RandomWord{seed}, sum);
}

void launch_read(const std::uint32_t* source, std::uint64_t words, std::uint32_t blocks,
                 std::uint32_t* block_sums) {
  read_kernel<<<blocks, gpu_threads_per_block>>>(reinterpret_cast<const uint4*>(source), words / 4,
                                                 block_sums);
}

void launch_write(std::uint32_t* destination, std::uint64_t words, std::uint32_t seed,
                  std::uint32_t blocks) {
  write_kernel<<<blocks, gpu_threads_per_block>>>(reinterpret_cast<uint4*>(destination), words / 4,
                                                  PatternWord{seed});
}

void launch_copy(const std::uint32_t* source, std::uint32_t* destination, std::uint64_t words,
                 std::uint32_t blocks) {
  copy_kernel<<<blocks, gpu_threads_per_block>>>(reinterpret_cast<const float4*>(source),
                                                 reinterpret_cast<float4*>(destination), words / 4);
}

void launch_triad(const std::uint32_t* source, const std::uint32_t* second_source,
                  std::uint32_t* destination, std::uint64_t words, std::uint32_t blocks) {
  triad_kernel<<<blocks, gpu_threads_per_block>>>(
      reinterpret_cast<const float4*>(source), reinterpret_cast<const float4*>(second_source),
      reinterpret_cast<float4*>(destination), words / 4);
}

std::uint32_t gpu_blocks_per_multiprocessor() {
  int blocks = 0;
  check_cuda(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, triad_kernel,
                                                           int{gpu_threads_per_block}, 0),
             "ask how many blocks fit a multiprocessor");
  return static_cast<std::uint32_t>(std::max(blocks, 1));
}

}  // namespace assay
