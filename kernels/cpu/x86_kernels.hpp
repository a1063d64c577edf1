#pragma once

#include <cassert>
#include <cstddef>

namespace assay {

/// The kernels of an x86 instruction set, written once over `Vector`: a struct in an ANONYMOUS
/// namespace of the set's own file, so that code compiled for that set is never linked in by
/// another.
///   Register, width (doubles a register), set(double), load, store, stream (non-temporal store),
///   add(a, b), multiply_add(a, b, c) = a * b + c, fence()
/// Preconditions of all: 64-byte aligned arrays, n a multiple of 8.
template <class Vector>
struct X86Kernels {
  using Register = typename Vector::Register;

  static constexpr std::size_t width = Vector::width;
  static constexpr std::size_t step = 4 * width;  // doubles an unrolled iteration

  enum class Store { plain, non_temporal };

  template <Store store>
  static void put(double* to, Register value) {
    if constexpr (store == Store::non_temporal) {
      Vector::stream(to, value);
    } else {
      Vector::store(to, value);
    }
  }

  /// to[i] = value_at(i) in registers, four loads ahead of four stores. Non-temporal stores are
  /// weakly ordered: the fence makes them complete within the timed pass.
  template <Store store, class ValueAt>
  static void fill(double* to, std::size_t n, ValueAt value_at) {
    assert(n % 8 == 0);
    std::size_t i = 0;
    for (; i + step <= n; i += step) {
      const Register v0 = value_at(i);
      const Register v1 = value_at(i + width);
      const Register v2 = value_at(i + 2 * width);
      const Register v3 = value_at(i + 3 * width);
      put<store>(to + i, v0);
      put<store>(to + i + width, v1);
      put<store>(to + i + 2 * width, v2);
      put<store>(to + i + 3 * width, v3);
    }
    for (; i < n; i += width) put<store>(to + i, value_at(i));
    if constexpr (store == Store::non_temporal) Vector::fence();
  }

  template <Store store>
  static void write(double* to, double value, std::size_t n) {
    const Register values = Vector::set(value);
    fill<store>(to, n, [=](std::size_t) { return values; });
  }

  template <Store store>
  static void copy(double* to, const double* from, std::size_t n) {
    fill<store>(to, n, [=](std::size_t i) { return Vector::load(from + i); });
  }

  template <Store store>
  static void triad(double* to, const double* b, const double* c, double scalar, std::size_t n) {
    const Register scalars = Vector::set(scalar);
    fill<store>(to, n, [=](std::size_t i) {
      return Vector::multiply_add(scalars, Vector::load(c + i), Vector::load(b + i));
    });
  }

  static double read(const double* from, std::size_t n) {
    assert(n % 8 == 0);
    Register s0 = Vector::set(0);
    Register s1 = s0;
    Register s2 = s0;
    Register s3 = s0;
    std::size_t i = 0;
    for (; i + step <= n; i += step) {
      s0 = Vector::add(s0, Vector::load(from + i));
      s1 = Vector::add(s1, Vector::load(from + i + width));
      s2 = Vector::add(s2, Vector::load(from + i + 2 * width));
      s3 = Vector::add(s3, Vector::load(from + i + 3 * width));
    }
    for (; i < n; i += width) s0 = Vector::add(s0, Vector::load(from + i));
    alignas(64) double lanes[width];
    Vector::store(lanes, Vector::add(Vector::add(s0, s1), Vector::add(s2, s3)));
    double sum = 0;
    for (const double lane : lanes) sum += lane;
    return sum;
  }
};

}  // namespace assay
