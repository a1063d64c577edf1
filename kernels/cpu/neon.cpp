#include "kernels/cpu/neon.hpp"

#include <arm_neon.h>

#include <array>
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

/// to[i] = value_at(i, k), k the number of the register within the line, known to the compiler.
template <Store store, class ValueAt>
inline void store_all(double* to, std::size_t n, ValueAt value_at) {
  assert(n % step == 0);
  for (std::size_t i = 0; i < n; i += step) {
    const float64x2_t v0 = value_at(i, 0);
    const float64x2_t v1 = value_at(i + 2, 1);
    const float64x2_t v2 = value_at(i + 4, 2);
    const float64x2_t v3 = value_at(i + 6, 3);
    put<store>(to + i, v0, v1);
    put<store>(to + i + 4, v2, v3);
  }
  // STNP may be ordered after later accesses: the barrier makes it complete within the timed pass.
  if constexpr (store == Store::non_temporal) asm volatile("dsb ishst" : : : "memory");
}

template <Store store>
void write(double* to, double value, std::size_t n) {
  std::array<float64x2_t, 4> values;
  for (std::size_t k = 0; k < values.size(); ++k) {
    const double first = value + static_cast<double>(2 * k);
    values[k] = vsetq_lane_f64(first + 1, vdupq_n_f64(first), 1);
  }
  store_all<store>(to, n, [=](std::size_t, std::size_t k) { return values[k]; });
}

template <Store store>
void fill(double* to, double value, std::size_t n) {
  const float64x2_t values = vdupq_n_f64(value);
  store_all<store>(to, n, [=](std::size_t, std::size_t) { return values; });
}

template <Store store>
void copy(double* to, const double* from, std::size_t n) {
  store_all<store>(to, n, [=](std::size_t i, std::size_t) { return vld1q_f64(from + i); });
}

template <Store store>
void scale(double* to, const double* from, double scalar, std::size_t n) {
  const float64x2_t scalars = vdupq_n_f64(scalar);
  store_all<store>(
      to, n, [=](std::size_t i, std::size_t) { return vmulq_f64(scalars, vld1q_f64(from + i)); });
}

template <Store store>
void add(double* to, const double* b, const double* c, std::size_t n) {
  store_all<store>(to, n, [=](std::size_t i, std::size_t) {
    return vaddq_f64(vld1q_f64(b + i), vld1q_f64(c + i));
  });
}

template <Store store>
void triad(double* to, const double* b, const double* c, double scalar, std::size_t n) {
  const float64x2_t scalars = vdupq_n_f64(scalar);
  store_all<store>(to, n, [=](std::size_t i, std::size_t) {
    return vfmaq_f64(vld1q_f64(b + i), scalars, vld1q_f64(c + i));
  });
}

/// The sum over all i of what `accumulate(sum, i)` adds to four sums in turn.
template <class Accumulate>
double sum_all(std::size_t n, Accumulate accumulate) {
  assert(n % step == 0);
  float64x2_t s0 = vdupq_n_f64(0);
  float64x2_t s1 = s0;
  float64x2_t s2 = s0;
  float64x2_t s3 = s0;
  for (std::size_t i = 0; i < n; i += step) {
    s0 = accumulate(s0, i);
    s1 = accumulate(s1, i + 2);
    s2 = accumulate(s2, i + 4);
    s3 = accumulate(s3, i + 6);
  }
  return vaddvq_f64(vaddq_f64(vaddq_f64(s0, s1), vaddq_f64(s2, s3)));
}

double read(const double* from, std::size_t n) {
  return sum_all(
      n, [=](float64x2_t sum, std::size_t i) { return vaddq_f64(sum, vld1q_f64(from + i)); });
}

double dot(const double* b, const double* c, std::size_t n) {
  return sum_all(n, [=](float64x2_t sum, std::size_t i) {
    return vfmaq_f64(sum, vld1q_f64(b + i), vld1q_f64(c + i));
  });
}

template <Store store>
constexpr CpuKernels table() {
  return {.read = read,
          .dot = dot,
          .write = write<store>,
          .fill = fill<store>,
          .copy = copy<store>,
          .scale = scale<store>,
          .add = add<store>,
          .triad = triad<store>};
}

}  // namespace

constinit const CpuKernels kernels = table<Store::plain>();
constinit const CpuKernels kernels_nt = table<Store::non_temporal>();

}  // namespace assay::neon
