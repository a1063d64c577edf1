#include "kernels/cpu/generic.hpp"

#include <atomic>
#include <cassert>

namespace assay::generic {

namespace {

constexpr std::size_t line = 8;  // doubles a cache line

}  // namespace

// Eight partial sums: one alone would be bound by the latency of the addition, not by memory.
double read(const double* from, std::size_t n) {
  assert(n % line == 0);
  double sums[8] = {};
  for (std::size_t i = 0; i < n; i += line) {
    for (std::size_t k = 0; k < line; ++k) sums[k] += from[i + k];
  }
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

// The fences of the three below cost no instruction. Without them the compiler may replace whole
// loops by calls of memset and memcpy, and the number under this name would be the C library's.
void write(double* to, double value, std::size_t n) {
  assert(n % line == 0);
  for (std::size_t i = 0; i < n; i += line) {
    for (std::size_t k = i; k < i + line; ++k) to[k] = value;
    std::atomic_signal_fence(std::memory_order_acq_rel);
  }
}

void copy(double* to, const double* from, std::size_t n) {
  assert(n % line == 0);
  for (std::size_t i = 0; i < n; i += line) {
    double values[line];
    for (std::size_t k = 0; k < line; ++k) values[k] = from[i + k];
    for (std::size_t k = 0; k < line; ++k) to[i + k] = values[k];
    std::atomic_signal_fence(std::memory_order_acq_rel);
  }
}

void triad(double* to, const double* b, const double* c, double scalar, std::size_t n) {
  assert(n % line == 0);
  for (std::size_t i = 0; i < n; i += line) {
    double values[line];
    for (std::size_t k = 0; k < line; ++k) values[k] = b[i + k] + scalar * c[i + k];
    for (std::size_t k = 0; k < line; ++k) to[i + k] = values[k];
    std::atomic_signal_fence(std::memory_order_acq_rel);
  }
}

}  // namespace assay::generic
