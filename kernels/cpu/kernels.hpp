#pragma once

#include <cstddef>

namespace assay {

/// The host memory kernels of one instruction set and one kind of store; null where there is none.
/// Every pointer is 64-byte aligned, every count is in doubles and a multiple of 8 (one cache
/// line), and arrays of one call do not overlap. Kernels with non-temporal stores end with a store
/// fence.
struct CpuKernels {
  double (*read)(const double* from, std::size_t n);  // sum of all, any order of addition
  double (*dot)(const double* b, const double* c, std::size_t n);  // sum of b[i] * c[i], likewise
  void (*write)(double* to, double value, std::size_t n);          // to[i] = value + i % 8
  void (*fill)(double* to, double value, std::size_t n);           // to[i] = value, as memset
  void (*copy)(double* to, const double* from, std::size_t n);     // to[i] = from[i]
  void (*scale)(double* to, const double* from, double scalar, std::size_t n);  // scalar * from[i]
  void (*add)(double* to, const double* b, const double* c, std::size_t n);     // b[i] + c[i]
  void (*triad)(double* to, const double* b, const double* c,  // to[i] = b[i] + scalar * c[i]
                double scalar, std::size_t n);                 // (fused or not)
};

}  // namespace assay
