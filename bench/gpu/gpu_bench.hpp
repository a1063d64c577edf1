#pragma once

#include <cstdint>
#include <string>

#include "bench/measure/run_control.hpp"
#include "kernels/cuda/device.hpp"
#include "reports/model/result.hpp"

namespace assay {

/// Measures one GPU case (`item.gpu` is set) on the GPU with that CUDA index; see gpu_case.hpp for
/// how a number is taken. Without CUDA in the build or without a usable GPU the result is `skipped`
/// with the reason in words. Throws std::runtime_error in words when an operation on a GPU fails.
CaseResult run_gpu_case(const Case& item, std::uint32_t gpu_index, const RunControl& control);

/// Why that GPU cannot be measured, and what to do; empty when it can.
std::string why_gpu_cannot_be_measured(const CudaInventory& inventory, std::uint32_t gpu_index);

}  // namespace assay
