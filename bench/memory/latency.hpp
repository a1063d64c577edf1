#pragma once

#include "bench/measure/run_control.hpp"
#include "reports/model/result.hpp"

namespace assay {

/// One case of load latency. Metric and sample "latency/load" in ns: time of one load whose address
/// is the result of the load before it, over a random cycle through all cache lines of the working
/// set; the value is the median of the samples. One thread, on one CPU. Throws as run_memory_case.
CaseResult measure_latency(const Case& item, const RunControl& control);

}  // namespace assay
