#pragma once

#include <cstddef>

/// Needs AVX-512F. Contracts: CpuKernelSet in kernel_sets.hpp; _nt: non-temporal stores.
namespace assay::avx512 {

double read(const double* from, std::size_t n);
void write(double* to, double value, std::size_t n);
void copy(double* to, const double* from, std::size_t n);
void triad(double* to, const double* b, const double* c, double scalar, std::size_t n);

void write_nt(double* to, double value, std::size_t n);
void copy_nt(double* to, const double* from, std::size_t n);
void triad_nt(double* to, const double* b, const double* c, double scalar, std::size_t n);

}  // namespace assay::avx512
