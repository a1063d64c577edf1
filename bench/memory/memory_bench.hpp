#pragma once

#include "bench/measure/run_control.hpp"
#include "reports/model/result.hpp"

namespace assay {

/// Measures one host memory case (`item.memory` is set): bandwidth of read, write, copy or triad,
/// or latency of dependent loads. See memory_bench.cpp for how a number is taken. Throws
/// std::runtime_error in words when memory cannot be had.
CaseResult run_memory_case(const Case& item, const RunControl& control);

}  // namespace assay
