#pragma once

#include "kernels/cpu/kernels.hpp"

/// x86's string instructions, which the CPU's microcode turns into the stores it thinks best: copy
/// by `rep movsb`, fill by `rep stosq`. Nothing else.
namespace assay::rep {

extern const CpuKernels kernels;

}  // namespace assay::rep
