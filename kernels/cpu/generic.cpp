#include "kernels/cpu/generic.hpp"

#include <atomic>
#include <cassert>

namespace assay::generic {

namespace {

constexpr std::size_t line = 8;  // doubles a cache line

/// The sum of value_at(i). Eight partial sums: one alone would be bound by the latency of the
/// addition, not by memory.
template <class ValueAt>
double sum_all(std::size_t n, ValueAt value_at) {
  assert(n % line == 0);
  double sums[line] = {};
  for (std::size_t i = 0; i < n; i += line) {
    for (std::size_t k = 0; k < line; ++k) sums[k] += value_at(i + k);
  }
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

/// to[i] = value_at(i). The fence costs no instruction. Without it the compiler may replace the
/// loop by a call of memset or memcpy, and the number under this name would be the C library's.
template <class ValueAt>
void store_all(double* to, std::size_t n, ValueAt value_at) {
  assert(n % line == 0);
  for (std::size_t i = 0; i < n; i += line) {
    double values[line];
    for (std::size_t k = 0; k < line; ++k) values[k] = value_at(i + k);
    for (std::size_t k = 0; k < line; ++k) to[i + k] = values[k];
    std::atomic_signal_fence(std::memory_order_acq_rel);
  }
}

double read(const double* from, std::size_t n) {
  return sum_all(n, [=](std::size_t i) { return from[i]; });
}

double dot(const double* b, const double* c, std::size_t n) {
  return sum_all(n, [=](std::size_t i) { return b[i] * c[i]; });
}

void write(double* to, double value, std::size_t n) {
  store_all(to, n, [=](std::size_t i) { return value + static_cast<double>(i % line); });
}

void fill(double* to, double value, std::size_t n) {
  store_all(to, n, [=](std::size_t) { return value; });
}

void copy(double* to, const double* from, std::size_t n) {
  store_all(to, n, [=](std::size_t i) { return from[i]; });
}

void scale(double* to, const double* from, double scalar, std::size_t n) {
  store_all(to, n, [=](std::size_t i) { return scalar * from[i]; });
}

void add(double* to, const double* b, const double* c, std::size_t n) {
  store_all(to, n, [=](std::size_t i) { return b[i] + c[i]; });
}

void triad(double* to, const double* b, const double* c, double scalar, std::size_t n) {
  store_all(to, n, [=](std::size_t i) { return b[i] + scalar * c[i]; });
}

}  // namespace

constinit const CpuKernels kernels{.read = read,
                                   .dot = dot,
                                   .write = write,
                                   .fill = fill,
                                   .copy = copy,
                                   .scale = scale,
                                   .add = add,
                                   .triad = triad};

}  // namespace assay::generic
