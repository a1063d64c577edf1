#pragma once

#include "kernels/cpu/kernels.hpp"

/// Plain C++, the reference for every other set.
namespace assay::generic {

extern const CpuKernels kernels;

}  // namespace assay::generic
