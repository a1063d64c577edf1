#pragma once

#include <span>

#include "bench/measure/run_control.hpp"
#include "kernels/cpu/kernel_sets.hpp"
#include "reports/model/result.hpp"

namespace assay {

/// One case of load latency. Metric and sample "latency/load" in ns: time of one load whose address
/// is the result of the load before it, over a random cycle through all cache lines of the working
/// set; the value is the median of the samples. One thread, on one CPU. Of "loaded-latency", the
/// other threads of the case read arrays meanwhile, and metric "bandwidth" is what they read, in
/// B/s. Throws as run_memory_case.
CaseResult measure_latency(const Case& item, const RunControl& control,
                           std::span<const CpuKernelSet> sets);

}  // namespace assay
