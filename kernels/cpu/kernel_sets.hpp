#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace assay {

/// The host memory kernels of one instruction set and one kind of store. Every pointer is 64-byte
/// aligned, every count is in doubles and a multiple of 8 (one cache line), and arrays of one call
/// do not overlap. Sets whose stores are non-temporal end with a store fence and share `read` with
/// the plain set of the same instructions.
struct CpuKernelSet {
  std::string_view name;
  bool (*supported)();                                // by this CPU and enabled by its system
  double (*read)(const double* from, std::size_t n);  // sum of all elements, any order of addition
  void (*write)(double* to, double value, std::size_t n);       // to[i] = value
  void (*copy)(double* to, const double* from, std::size_t n);  // to[i] = from[i]
  void (*triad)(double* to, const double* b, const double* c,   // to[i] = b[i] + scalar * c[i]
                double scalar, std::size_t n);                  // (fused or not)
};

/// Every kernel set built for this architecture, the preferred first; the last one, "generic", runs
/// everywhere and is the reference for the others.
std::span<const CpuKernelSet> cpu_kernel_sets();

/// The first supported set, or with a name that set; nullptr when it is unknown or unsupported.
const CpuKernelSet* select_kernel_set(std::string_view name = {});

}  // namespace assay
