#pragma once

#include <array>
#include <cassert>
#include <cstddef>

#include "kernels/cpu/kernels.hpp"

namespace assay {

/// The kernels of an x86 instruction set, written once over `Vector`: a struct in an ANONYMOUS
/// namespace of the set's own file, so that code compiled for that set is never linked in by
/// another.
///   Register, width (doubles a register), set(double), load, store, stream (non-temporal store),
///   add(a, b), multiply(a, b), multiply_add(a, b, c) = a * b + c, fence()
/// Preconditions of all: 64-byte aligned arrays, n a multiple of 8.
template <class Vector>
struct X86Kernels {
  using Register = typename Vector::Register;

  static constexpr std::size_t width = Vector::width;
  static constexpr std::size_t step = 4 * width;  // doubles an unrolled iteration
  static constexpr std::size_t line = 8;          // doubles a cache line

  enum class Store { plain, non_temporal };

  template <Store store>
  static void put(double* to, Register value) {
    if constexpr (store == Store::non_temporal) {
      Vector::stream(to, value);
    } else {
      Vector::store(to, value);
    }
  }

  /// to[i] = value_at(i, k) in registers, four loads ahead of four stores; k is the number of the
  /// register within the iteration, known to the compiler. Non-temporal stores are weakly ordered:
  /// the fence makes them complete within the timed pass.
  template <Store store, class ValueAt>
  static void store_all(double* to, std::size_t n, ValueAt value_at) {
    assert(n % line == 0);
    std::size_t i = 0;
    for (; i + step <= n; i += step) {
      const Register v0 = value_at(i, 0);
      const Register v1 = value_at(i + width, 1);
      const Register v2 = value_at(i + 2 * width, 2);
      const Register v3 = value_at(i + 3 * width, 3);
      put<store>(to + i, v0);
      put<store>(to + i + width, v1);
      put<store>(to + i + 2 * width, v2);
      put<store>(to + i + 3 * width, v3);
    }
    for (std::size_t k = 0; i < n; i += width, ++k) put<store>(to + i, value_at(i, k));
    if constexpr (store == Store::non_temporal) Vector::fence();
  }

  template <Store store>
  static void write(double* to, double value, std::size_t n) {
    alignas(64) std::array<double, line> values;
    for (std::size_t k = 0; k < line; ++k) values[k] = value + static_cast<double>(k);
    constexpr std::size_t registers = line / width;
    const Register even = Vector::load(values.data());
    const Register odd = Vector::load(values.data() + (registers - 1) * width);
    static_assert(registers == 1 || registers == 2);
    store_all<store>(to, n, [=](std::size_t, std::size_t k) { return k % 2 == 0 ? even : odd; });
  }

  template <Store store>
  static void fill(double* to, double value, std::size_t n) {
    const Register values = Vector::set(value);
    store_all<store>(to, n, [=](std::size_t, std::size_t) { return values; });
  }

  template <Store store>
  static void copy(double* to, const double* from, std::size_t n) {
    store_all<store>(to, n, [=](std::size_t i, std::size_t) { return Vector::load(from + i); });
  }

  template <Store store>
  static void scale(double* to, const double* from, double scalar, std::size_t n) {
    const Register scalars = Vector::set(scalar);
    store_all<store>(to, n, [=](std::size_t i, std::size_t) {
      return Vector::multiply(scalars, Vector::load(from + i));
    });
  }

  template <Store store>
  static void add(double* to, const double* b, const double* c, std::size_t n) {
    store_all<store>(to, n, [=](std::size_t i, std::size_t) {
      return Vector::add(Vector::load(b + i), Vector::load(c + i));
    });
  }

  template <Store store>
  static void triad(double* to, const double* b, const double* c, double scalar, std::size_t n) {
    const Register scalars = Vector::set(scalar);
    store_all<store>(to, n, [=](std::size_t i, std::size_t) {
      return Vector::multiply_add(scalars, Vector::load(c + i), Vector::load(b + i));
    });
  }

  /// The sum over all i of what `accumulate(sum, i)` adds to four sums in turn: one alone would be
  /// bound by the latency of the addition, not by memory.
  template <class Accumulate>
  static double sum_all(std::size_t n, Accumulate accumulate) {
    assert(n % line == 0);
    Register s0 = Vector::set(0);
    Register s1 = s0;
    Register s2 = s0;
    Register s3 = s0;
    std::size_t i = 0;
    for (; i + step <= n; i += step) {
      s0 = accumulate(s0, i);
      s1 = accumulate(s1, i + width);
      s2 = accumulate(s2, i + 2 * width);
      s3 = accumulate(s3, i + 3 * width);
    }
    for (; i < n; i += width) s0 = accumulate(s0, i);
    alignas(64) double lanes[width];
    Vector::store(lanes, Vector::add(Vector::add(s0, s1), Vector::add(s2, s3)));
    double sum = 0;
    for (const double lane : lanes) sum += lane;
    return sum;
  }

  static double read(const double* from, std::size_t n) {
    return sum_all(
        n, [=](Register sum, std::size_t i) { return Vector::add(sum, Vector::load(from + i)); });
  }

  static double dot(const double* b, const double* c, std::size_t n) {
    return sum_all(n, [=](Register sum, std::size_t i) {
      return Vector::multiply_add(Vector::load(b + i), Vector::load(c + i), sum);
    });
  }

  template <Store store>
  static constexpr CpuKernels table() {
    return {.read = read,
            .dot = dot,
            .write = write<store>,
            .fill = fill<store>,
            .copy = copy<store>,
            .scale = scale<store>,
            .add = add<store>,
            .triad = triad<store>};
  }
};

}  // namespace assay
