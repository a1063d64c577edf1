#include "bench/gpu/gpu_bench.hpp"

#include <fmt/format.h>

#include <chrono>
#include <string>

#include "bench/gpu/gpu_case.hpp"
#include "bench/measure/noise.hpp"

namespace assay {
namespace {

std::uint64_t steady_now_ns() {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(
                                        std::chrono::steady_clock::now().time_since_epoch())
                                        .count());
}

}  // namespace

std::string why_gpu_cannot_be_measured(const CudaInventory& inventory, std::uint32_t gpu_index) {
  if (!inventory.none_reason.empty()) return inventory.none_reason;
  for (const CudaDevice& device : inventory.devices) {
    if (static_cast<std::uint32_t>(device.index) == gpu_index) return device.unusable_reason;
  }
  return fmt::format("there is no GPU {} among the {} that CUDA shows", gpu_index,
                     inventory.devices.size());
}

CaseResult run_gpu_case(const Case& item, std::uint32_t gpu_index, const RunControl& control) {
  const std::string reason = why_gpu_cannot_be_measured(query_cuda_devices(), gpu_index);
  if (!reason.empty()) {
    CaseResult result;
    result.id = item.id;
    result.status = CaseStatus::skipped;
    result.reason = reason;
    return result;
  }
  const NoiseMeter noise;
  const auto device = open_cuda_device(static_cast<int>(gpu_index));
  CaseResult result = measure_gpu_case(*device, item, control, steady_now_ns);
  result.noise = noise.end();
  return result;
}

}  // namespace assay
