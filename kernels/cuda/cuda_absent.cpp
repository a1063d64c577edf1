#include <stdexcept>

#include "kernels/cuda/device.hpp"
#include "kernels/cuda/memory_device.hpp"

// The functions of the .cu files for a build without CUDA. The build says why it is without.
namespace assay {

CudaInventory query_cuda_devices() {
  CudaInventory inventory;
  inventory.none_reason = ASSAY_CUDA_ABSENT_REASON;
  return inventory;
}

std::unique_ptr<GpuMemoryDevice> open_cuda_device(int index) {
  throw std::runtime_error("open GPU " + std::to_string(index) + ": " ASSAY_CUDA_ABSENT_REASON);
}

}  // namespace assay
