#pragma once

#include <cstdint>

#include "kernels/cuda/element.cuh"

namespace assay {

// One struct an operation: how many arrays it reads; `apply` gives an element of c, or `accumulate`
// adds to a sum.

struct Write {
  static constexpr int inputs = 0;
  static constexpr bool is_sum = false;
  template <class E>
  static __device__ auto apply(typename E::Bits, typename E::Bits, std::uint32_t seed,
                               std::uint64_t i) {
    return E::pattern(seed, i);
  }
};

struct Copy {
  static constexpr int inputs = 1;
  static constexpr bool is_sum = false;
  template <class E>
  static __device__ auto apply(typename E::Bits a, typename E::Bits, std::uint32_t, std::uint64_t) {
    return a;
  }
};

struct Scale {
  static constexpr int inputs = 1;
  static constexpr bool is_sum = false;
  template <class E>
  static __device__ auto apply(typename E::Bits a, typename E::Bits, std::uint32_t, std::uint64_t) {
    return E::scale(a);
  }
};

struct Add {
  static constexpr int inputs = 2;
  static constexpr bool is_sum = false;
  template <class E>
  static __device__ auto apply(typename E::Bits a, typename E::Bits b, std::uint32_t,
                               std::uint64_t) {
    return E::add(a, b);
  }
};

struct Triad {
  static constexpr int inputs = 2;
  static constexpr bool is_sum = false;
  template <class E>
  static __device__ auto apply(typename E::Bits a, typename E::Bits b, std::uint32_t,
                               std::uint64_t) {
    return E::triad(a, b);
  }
};

struct Read {
  static constexpr int inputs = 1;
  static constexpr bool is_sum = true;
  template <class E>
  static __device__ auto accumulate(typename E::Bits sum, typename E::Bits a, typename E::Bits) {
    return static_cast<typename E::Bits>(sum + a);
  }
  template <class E>
  static __device__ std::uint64_t total(std::uint64_t sum, typename E::Bits lane) {
    return static_cast<typename E::Bits>(sum + lane);
  }
};

struct Dot {
  static constexpr int inputs = 2;
  static constexpr bool is_sum = true;
  template <class E>
  static __device__ auto accumulate(typename E::Bits sum, typename E::Bits a, typename E::Bits b) {
    return E::fma(a, b, sum);
  }
  /// Lanes and threads add up in double precision, whose bits a sum holds.
  template <class E>
  static __device__ std::uint64_t total(std::uint64_t sum, typename E::Bits lane) {
    const double before = __longlong_as_double(static_cast<long long>(sum));
    return static_cast<std::uint64_t>(__double_as_longlong(__dadd_rn(before, E::as_double(lane))));
  }
};

/// Sum over the threads of a block, in thread 0, always in the same order. All threads call it.
template <class Op>
__device__ std::uint64_t block_total(std::uint64_t value) {
  __shared__ std::uint64_t warps[32];
  for (int offset = 16; offset > 0; offset /= 2) {
    value = Op::template total<F64>(value, __shfl_down_sync(0xFFFFFFFFU, value, offset));
  }
  if (threadIdx.x % 32 == 0) warps[threadIdx.x / 32] = value;
  __syncthreads();
  std::uint64_t sum = 0;
  if (threadIdx.x == 0) {
    for (unsigned i = 0; i < blockDim.x / 32; ++i) sum = Op::template total<F64>(sum, warps[i]);
  }
  return sum;
}

}  // namespace assay
