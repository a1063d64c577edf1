#pragma once

#include <cstdint>

#include "kernels/cuda/memory_kernels.hpp"
#include "kernels/cuda/operations.cuh"

namespace assay {

constexpr std::uint64_t threads = gpu_threads_per_block;

/// `lanes` elements that one access moves.
template <class E, int lanes>
struct alignas(lanes * sizeof(typename E::Bits)) Vector {
  typename E::Bits lane[lanes];
};

/// The tiles of one block, pass after pass. A pass goes through the same tiles as the one before,
/// shifted, so that what a block reads again is not in the cache of its multiprocessor.
class Tiles {
 public:
  __device__ Tiles(std::uint64_t vectors, std::uint32_t unroll, std::uint32_t passes)
      : tile_(unroll * threads),
        tiles_((vectors + tile_ - 1) / tile_),
        tile_index_(blockIdx.x),
        passes_left_(tile_index_ < tiles_ ? passes : 0) {}

  __device__ bool done() const { return passes_left_ == 0; }
  /// Index of the tile's first vector.
  __device__ std::uint64_t first() const {
    const std::uint64_t shifted = tile_index_ + shift_;
    return (shifted < tiles_ ? shifted : shifted - tiles_) * tile_;
  }
  __device__ void next() {
    tile_index_ += gridDim.x;
    if (tile_index_ < tiles_) return;
    tile_index_ = blockIdx.x;
    shift_ += tiles_ / 2 + 1;  // no division: it would be most of a small kernel's code
    if (shift_ >= tiles_) shift_ -= tiles_;
    --passes_left_;
  }

 private:
  std::uint64_t tile_;
  std::uint64_t tiles_;
  std::uint64_t tile_index_;
  std::uint64_t shift_ = 0;
  std::uint32_t passes_left_;
};

/// What a thread does with the vectors that it has got: stores a result, or adds to its sums.
template <class Op, class E, int lanes>
class Consumer {
 public:
  using V = Vector<E, lanes>;
  __device__ explicit Consumer(const GpuArrays& arrays) : arrays_(arrays) {}

  __device__ __forceinline__ void operator()(std::uint64_t i, const V& a, const V& b) {
    if constexpr (Op::is_sum) {
#pragma unroll
      for (int k = 0; k < lanes; ++k) {
        sums_.lane[k] = Op::template accumulate<E>(sums_.lane[k], a.lane[k], b.lane[k]);
      }
    } else {
      V c;
#pragma unroll
      for (int k = 0; k < lanes; ++k) {
        c.lane[k] = Op::template apply<E>(a.lane[k], b.lane[k], arrays_.seed, i * lanes + k);
      }
      static_cast<V*>(arrays_.c)[i] = c;
    }
  }

  __device__ void finish() {
    if constexpr (Op::is_sum) {
      std::uint64_t sum = 0;
#pragma unroll
      for (int k = 0; k < lanes; ++k) sum = Op::template total<E>(sum, sums_.lane[k]);
      sum = block_total<Op>(sum);
      if (threadIdx.x == 0) arrays_.sums[blockIdx.x] = sum;
    }
  }

 private:
  const GpuArrays& arrays_;
  V sums_{};
};

/// Each thread issues all loads of its tile before it uses the first.
template <class Op, class E, int lanes, int unroll>
__global__ void __launch_bounds__(gpu_threads_per_block) stream_kernel(GpuArrays arrays) {
  using V = Vector<E, lanes>;
  const V* __restrict__ const source_a = static_cast<const V*>(arrays.a);
  const V* __restrict__ const source_b = static_cast<const V*>(arrays.b);
  const std::uint64_t vectors = arrays.elements / lanes;
  Consumer<Op, E, lanes> consume(arrays);
  for (Tiles tiles(vectors, unroll, arrays.passes); !tiles.done(); tiles.next()) {
    const std::uint64_t first = tiles.first() + threadIdx.x;
    V a[unroll]{};
    V b[unroll]{};
    if (tiles.first() + unroll * threads <= vectors) {
#pragma unroll
      for (int k = 0; k < unroll; ++k) {
        if constexpr (Op::inputs > 0) a[k] = source_a[first + k * threads];
        if constexpr (Op::inputs > 1) b[k] = source_b[first + k * threads];
      }
#pragma unroll
      for (int k = 0; k < unroll; ++k) consume(first + k * threads, a[k], b[k]);
    } else {
      for (std::uint64_t i = first; i < vectors; i += threads) {
        if constexpr (Op::inputs > 0) a[0] = source_a[i];
        if constexpr (Op::inputs > 1) b[0] = source_b[i];
        consume(i, a[0], b[0]);
      }
    }
  }
  consume.finish();
}

/// The sums of the other kernels of the same grid, with elements made instead of read, in the same
/// order: equal to the last bit.
template <class Op, class E>
__global__ void __launch_bounds__(gpu_threads_per_block)
    expected_sums_kernel(GpuArrays arrays, int lanes, std::uint32_t unroll) {
  const std::uint64_t vectors = arrays.elements / lanes;
  typename E::Bits sums[4]{};
  for (Tiles tiles(vectors, unroll, arrays.passes); !tiles.done(); tiles.next()) {
    const std::uint64_t end = tiles.first() + unroll * threads;
    for (std::uint64_t i = tiles.first() + threadIdx.x; i < end && i < vectors; i += threads) {
#pragma unroll
      for (int k = 0; k < 4; ++k) {
        if (k >= lanes) break;
        const std::uint64_t element = i * lanes + k;
        sums[k] = Op::template accumulate<E>(sums[k], E::random(arrays.seed, element),
                                             E::random(arrays.seed + 1, element));
      }
    }
  }
  std::uint64_t sum = 0;
#pragma unroll
  for (int k = 0; k < 4; ++k) {
    if (k < lanes) sum = Op::template total<E>(sum, sums[k]);
  }
  sum = block_total<Op>(sum);
  if (threadIdx.x == 0) arrays.sums[blockIdx.x] = sum;
}

}  // namespace assay
