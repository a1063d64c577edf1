#pragma once

#include <span>

#include "bench/measure/run_control.hpp"
#include "kernels/cpu/kernel_sets.hpp"
#include "reports/model/result.hpp"

namespace assay {

/// Measures one host memory case (`item.memory` is set): bandwidth of a kernel, or latency of
/// dependent loads, alone or beside threads that read. See bandwidth.cpp and latency.cpp for how a
/// number is taken. Takes about item.warm_up_s + item.duration_s, and the time to allocate and
/// touch the memory. `sets` are the kernels that compete, the supported ones of them. Throws
/// std::runtime_error in words, NotApplicable where this machine lacks what the case needs, when
/// memory cannot be had or the parameters name nothing that can be measured.
CaseResult run_memory_case(const Case& item, const RunControl& control,
                           std::span<const CpuKernelSet> sets = cpu_kernel_sets());

}  // namespace assay
