#pragma once

#include "kernels/cpu/kernels.hpp"

/// AArch64 only. kernels_nt: with non-temporal pair stores.
namespace assay::neon {

extern const CpuKernels kernels;
extern const CpuKernels kernels_nt;

}  // namespace assay::neon
