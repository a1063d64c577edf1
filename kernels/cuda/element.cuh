#pragma once

#include <cstdint>

namespace assay {

/// The finaliser of MurmurHash3: every bit of the input changes about half of the output's.
__device__ inline std::uint32_t mix(std::uint32_t x) {
  x = (x ^ (x >> 16)) * 0x85EBCA6BU;
  x = (x ^ (x >> 13)) * 0xC2B2AE35U;
  return x ^ (x >> 16);
}

__device__ inline std::uint32_t random_word(std::uint32_t seed, std::uint64_t i) {
  return mix(static_cast<std::uint32_t>(i) ^ mix(seed + static_cast<std::uint32_t>(i >> 32)));
}

/// Elements as bits, so that a copy and a check see every one of them. One rounding an operation.
struct F32 {
  using Bits = std::uint32_t;
  static __device__ Bits random(std::uint32_t seed, std::uint64_t i) {
    return 0x3F800000U | (random_word(seed, i) >> 9);
  }
  /// One multiplication, so that arithmetic does not bound the write kernel.
  static __device__ Bits pattern(std::uint32_t seed, std::uint64_t i) {
    return (static_cast<std::uint32_t>(i) * 0x9E3779B1U) ^ seed;
  }
  static __device__ Bits scale(Bits a) { return __float_as_uint(0.4F * __uint_as_float(a)); }
  static __device__ Bits add(Bits a, Bits b) {
    return __float_as_uint(__fadd_rn(__uint_as_float(a), __uint_as_float(b)));
  }
  static __device__ Bits fma(Bits a, Bits b, Bits c) {
    return __float_as_uint(__fmaf_rn(__uint_as_float(a), __uint_as_float(b), __uint_as_float(c)));
  }
  static __device__ Bits triad(Bits a, Bits b) { return fma(__float_as_uint(0.4F), b, a); }
  static __device__ double as_double(Bits a) { return __uint_as_float(a); }
};

struct F64 {
  using Bits = unsigned long long;
  static __device__ Bits random(std::uint32_t seed, std::uint64_t i) {
    const std::uint32_t low = random_word(seed, i);
    return (0x3FFULL << 52) | (Bits{mix(low + 0x9E3779B9U)} << 20) | (low >> 12);
  }
  static __device__ Bits pattern(std::uint32_t seed, std::uint64_t i) {
    return (i * 0x9E3779B97F4A7C15ULL) ^ seed;
  }
  static __device__ double value(Bits a) { return __longlong_as_double(static_cast<long long>(a)); }
  static __device__ Bits bits(double a) { return static_cast<Bits>(__double_as_longlong(a)); }
  static __device__ Bits scale(Bits a) { return bits(0.4 * value(a)); }
  static __device__ Bits add(Bits a, Bits b) { return bits(__dadd_rn(value(a), value(b))); }
  static __device__ Bits fma(Bits a, Bits b, Bits c) {
    return bits(__fma_rn(value(a), value(b), value(c)));
  }
  static __device__ Bits triad(Bits a, Bits b) { return fma(bits(0.4), b, a); }
  static __device__ double as_double(Bits a) { return value(a); }
};

}  // namespace assay
