#include "kernels/cpu/avx512.hpp"

#include <immintrin.h>

#include <cassert>

// Compiled with -mavx512f, so nothing here may be called before the CPU was asked, and no inline
// function of the standard library may be emitted here for others to link against.
namespace assay::avx512 {

namespace {

constexpr std::size_t width = 8;         // doubles a register
constexpr std::size_t step = 4 * width;  // doubles an unrolled iteration

enum class Store { plain, non_temporal };

template <Store store>
inline void put(double* to, __m512d value) {
  if constexpr (store == Store::non_temporal) {
    _mm512_stream_pd(to, value);
  } else {
    _mm512_store_pd(to, value);
  }
}

// Non-temporal stores are weakly ordered: the fence makes them complete within the timed pass.
template <Store store>
inline void finish() {
  if constexpr (store == Store::non_temporal) _mm_sfence();
}

template <Store store>
inline void write_all(double* to, double value, std::size_t n) {
  assert(n % 8 == 0);
  const __m512d values = _mm512_set1_pd(value);
  std::size_t i = 0;
  for (; i + step <= n; i += step) {
    put<store>(to + i, values);
    put<store>(to + i + width, values);
    put<store>(to + i + 2 * width, values);
    put<store>(to + i + 3 * width, values);
  }
  for (; i < n; i += width) put<store>(to + i, values);
  finish<store>();
}

template <Store store>
inline void copy_all(double* to, const double* from, std::size_t n) {
  assert(n % 8 == 0);
  std::size_t i = 0;
  for (; i + step <= n; i += step) {
    const __m512d v0 = _mm512_load_pd(from + i);
    const __m512d v1 = _mm512_load_pd(from + i + width);
    const __m512d v2 = _mm512_load_pd(from + i + 2 * width);
    const __m512d v3 = _mm512_load_pd(from + i + 3 * width);
    put<store>(to + i, v0);
    put<store>(to + i + width, v1);
    put<store>(to + i + 2 * width, v2);
    put<store>(to + i + 3 * width, v3);
  }
  for (; i < n; i += width) put<store>(to + i, _mm512_load_pd(from + i));
  finish<store>();
}

inline __m512d multiply_add(const double* b, const double* c, __m512d scalars) {
  return _mm512_fmadd_pd(scalars, _mm512_load_pd(c), _mm512_load_pd(b));
}

template <Store store>
inline void triad_all(double* to, const double* b, const double* c, double scalar, std::size_t n) {
  assert(n % 8 == 0);
  const __m512d scalars = _mm512_set1_pd(scalar);
  std::size_t i = 0;
  for (; i + step <= n; i += step) {
    const __m512d v0 = multiply_add(b + i, c + i, scalars);
    const __m512d v1 = multiply_add(b + i + width, c + i + width, scalars);
    const __m512d v2 = multiply_add(b + i + 2 * width, c + i + 2 * width, scalars);
    const __m512d v3 = multiply_add(b + i + 3 * width, c + i + 3 * width, scalars);
    put<store>(to + i, v0);
    put<store>(to + i + width, v1);
    put<store>(to + i + 2 * width, v2);
    put<store>(to + i + 3 * width, v3);
  }
  for (; i < n; i += width) put<store>(to + i, multiply_add(b + i, c + i, scalars));
  finish<store>();
}

}  // namespace

double read(const double* from, std::size_t n) {
  assert(n % 8 == 0);
  __m512d s0 = _mm512_setzero_pd();
  __m512d s1 = s0;
  __m512d s2 = s0;
  __m512d s3 = s0;
  std::size_t i = 0;
  for (; i + step <= n; i += step) {
    s0 = _mm512_add_pd(s0, _mm512_load_pd(from + i));
    s1 = _mm512_add_pd(s1, _mm512_load_pd(from + i + width));
    s2 = _mm512_add_pd(s2, _mm512_load_pd(from + i + 2 * width));
    s3 = _mm512_add_pd(s3, _mm512_load_pd(from + i + 3 * width));
  }
  for (; i < n; i += width) s0 = _mm512_add_pd(s0, _mm512_load_pd(from + i));
  alignas(64) double lanes[width];
  _mm512_store_pd(lanes, _mm512_add_pd(_mm512_add_pd(s0, s1), _mm512_add_pd(s2, s3)));
  double sum = 0;
  for (const double lane : lanes) sum += lane;
  return sum;
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

}  // namespace assay::avx512
