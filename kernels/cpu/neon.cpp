#include "kernels/cpu/neon.hpp"

#include <arm_neon.h>

#include <cassert>

namespace assay::neon {

namespace {

constexpr std::size_t step = 8;  // doubles an iteration: one cache line, four registers

enum class Store { plain, non_temporal };

// STNP has no intrinsic in GCC. It is a hint: the stored line need not be kept in the caches.
template <Store store>
inline void put(double* to, float64x2_t low, float64x2_t high) {
  if constexpr (store == Store::non_temporal) {
    asm volatile("stnp %q1, %q2, [%0]" : : "r"(to), "w"(low), "w"(high) : "memory");
  } else {
    vst1q_f64(to, low);
    vst1q_f64(to + 2, high);
  }
}

// STNP may be ordered after later accesses: the barrier makes it complete within the timed pass.
template <Store store>
inline void finish() {
  if constexpr (store == Store::non_temporal) asm volatile("dsb ishst" : : : "memory");
}

template <Store store>
inline void write_all(double* to, double value, std::size_t n) {
  assert(n % step == 0);
  const float64x2_t values = vdupq_n_f64(value);
  for (std::size_t i = 0; i < n; i += step) {
    put<store>(to + i, values, values);
    put<store>(to + i + 4, values, values);
  }
  finish<store>();
}

template <Store store>
inline void copy_all(double* to, const double* from, std::size_t n) {
  assert(n % step == 0);
  for (std::size_t i = 0; i < n; i += step) {
    const float64x2_t v0 = vld1q_f64(from + i);
    const float64x2_t v1 = vld1q_f64(from + i + 2);
    const float64x2_t v2 = vld1q_f64(from + i + 4);
    const float64x2_t v3 = vld1q_f64(from + i + 6);
    put<store>(to + i, v0, v1);
    put<store>(to + i + 4, v2, v3);
  }
  finish<store>();
}

inline float64x2_t multiply_add(const double* b, const double* c, float64x2_t scalars) {
  return vfmaq_f64(vld1q_f64(b), scalars, vld1q_f64(c));
}

template <Store store>
inline void triad_all(double* to, const double* b, const double* c, double scalar, std::size_t n) {
  assert(n % step == 0);
  const float64x2_t scalars = vdupq_n_f64(scalar);
  for (std::size_t i = 0; i < n; i += step) {
    const float64x2_t v0 = multiply_add(b + i, c + i, scalars);
    const float64x2_t v1 = multiply_add(b + i + 2, c + i + 2, scalars);
    const float64x2_t v2 = multiply_add(b + i + 4, c + i + 4, scalars);
    const float64x2_t v3 = multiply_add(b + i + 6, c + i + 6, scalars);
    put<store>(to + i, v0, v1);
    put<store>(to + i + 4, v2, v3);
  }
  finish<store>();
}

}  // namespace

double read(const double* from, std::size_t n) {
  assert(n % step == 0);
  float64x2_t s0 = vdupq_n_f64(0);
  float64x2_t s1 = s0;
  float64x2_t s2 = s0;
  float64x2_t s3 = s0;
  for (std::size_t i = 0; i < n; i += step) {
    s0 = vaddq_f64(s0, vld1q_f64(from + i));
    s1 = vaddq_f64(s1, vld1q_f64(from + i + 2));
    s2 = vaddq_f64(s2, vld1q_f64(from + i + 4));
    s3 = vaddq_f64(s3, vld1q_f64(from + i + 6));
  }
  return vaddvq_f64(vaddq_f64(vaddq_f64(s0, s1), vaddq_f64(s2, s3)));
}

void write(double* to, double value, std::size_t n) { write_all<Store::plain>(to, value, n); }

void copy(double* to, const double* from, std::size_t n) { copy_all<Store::plain>(to, from, n); }

void triad(double* to, const double* b, const double* c, double scalar, std::size_t n) {
  triad_all<Store::plain>(to, b, c, scalar, n);
}

void write_nt(double* to, double value, std::size_t n) {
  write_all<Store::non_temporal>(to, value, n);
}

void copy_nt(double* to, const double* from, std::size_t n) {
  copy_all<Store::non_temporal>(to, from, n);
}

void triad_nt(double* to, const double* b, const double* c, double scalar, std::size_t n) {
  triad_all<Store::non_temporal>(to, b, c, scalar, n);
}

}  // namespace assay::neon
