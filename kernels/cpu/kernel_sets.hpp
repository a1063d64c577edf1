#pragma once

#include <span>
#include <string_view>

#include "kernels/cpu/kernels.hpp"

namespace assay {

/// The kernels under a name that reports show. Sets whose stores are non-temporal share what only
/// reads with the plain set of the same instructions.
struct CpuKernelSet : CpuKernels {
  std::string_view name;
  bool (*supported)();  // by this CPU and enabled by its system
};

/// Every kernel set built for this architecture, the preferred first; the last one, "generic", runs
/// everywhere, has every kernel and is the reference for the others.
std::span<const CpuKernelSet> cpu_kernel_sets();

/// The first supported set, or with a name that set; nullptr when it is unknown or unsupported.
const CpuKernelSet* select_kernel_set(std::string_view name = {});

}  // namespace assay
