#pragma once

#include <cstddef>

/// AArch64 only. Contracts: CpuKernelSet in kernel_sets.hpp; _nt: non-temporal pair stores.
namespace assay::neon {

double read(const double* from, std::size_t n);
void write(double* to, double value, std::size_t n);
void copy(double* to, const double* from, std::size_t n);
void triad(double* to, const double* b, const double* c, double scalar, std::size_t n);

void write_nt(double* to, double value, std::size_t n);
void copy_nt(double* to, const double* from, std::size_t n);
void triad_nt(double* to, const double* b, const double* c, double scalar, std::size_t n);

}  // namespace assay::neon
