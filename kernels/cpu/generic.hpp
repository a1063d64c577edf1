#pragma once

#include <cstddef>

/// Plain C++, the reference for every other set. Contracts: CpuKernelSet in kernel_sets.hpp.
namespace assay::generic {

double read(const double* from, std::size_t n);
void write(double* to, double value, std::size_t n);
void copy(double* to, const double* from, std::size_t n);
void triad(double* to, const double* b, const double* c, double scalar, std::size_t n);

}  // namespace assay::generic
