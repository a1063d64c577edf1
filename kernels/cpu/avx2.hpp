#pragma once

#include "kernels/cpu/kernels.hpp"

/// Needs AVX2 and FMA. kernels_nt: with non-temporal stores; it has no kernels of its own that only
/// read.
namespace assay::avx2 {

extern const CpuKernels kernels;
extern const CpuKernels kernels_nt;

}  // namespace assay::avx2
