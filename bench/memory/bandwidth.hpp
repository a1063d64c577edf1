#pragma once

#include <span>

#include "bench/measure/run_control.hpp"
#include "kernels/cpu/kernel_sets.hpp"
#include "reports/model/result.hpp"

namespace assay {

/// One case of read, write, copy or triad. Metric and sample "bandwidth" in B/s: the bytes that the
/// kernel reads and writes over the time from the release of all threads to the end of the last;
/// its value is the median of the samples of the fastest of `sets`. Wrong contents of an array
/// after a kernel ran make the case failed. Throws as run_memory_case.
CaseResult measure_bandwidth(const Case& item, const RunControl& control,
                             std::span<const CpuKernelSet> sets);

}  // namespace assay
