#pragma once

#include "bench/measure/run_control.hpp"
#include "reports/model/result.hpp"

namespace assay {

/// Measures one GPU case (`item.gpu` is set) on the GPU with that CUDA index. Without CUDA in the
/// build or without a usable GPU the result is `skipped` with the reason in words.
CaseResult run_gpu_case(const Case& item, std::uint32_t gpu_index, const RunControl& control);

}  // namespace assay
