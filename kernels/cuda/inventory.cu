#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <exception>
#include <string>

#include "kernels/cuda/absence.hpp"
#include "kernels/cuda/device.hpp"
#include "kernels/cuda/error.cuh"

namespace assay {
namespace {

// nvcc lists the compiled architectures in ascending order: 750,800,...
constexpr int compiled_architectures[] = {__CUDA_ARCH_LIST__};

int attribute(cudaDeviceAttr which, int index) {
  int value = 0;
  check_cuda(cudaDeviceGetAttribute(&value, which, index), "read a GPU attribute");
  return value;
}

std::string pci_address(int index) {
  std::array<char, 32> text{};
  check_cuda(cudaDeviceGetPCIBusId(text.data(), static_cast<int>(text.size()), index),
             "read a GPU's PCI address");
  std::string address = text.data();
  std::transform(address.begin(), address.end(), address.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return address;
}

CudaDevice describe(int index) {
  cudaDeviceProp properties{};
  check_cuda(cudaGetDeviceProperties(&properties, index), "read a GPU's properties");
  std::array<unsigned char, 16> uuid{};
  std::memcpy(uuid.data(), properties.uuid.bytes, uuid.size());

  CudaDevice device;
  device.index = index;
  device.name = properties.name;
  device.uuid = gpu_uuid_text(uuid);
  device.pci_address = pci_address(index);
  device.compute_capability =
      std::to_string(properties.major) + "." + std::to_string(properties.minor);
  device.memory_bytes = properties.totalGlobalMem;
  device.l2_bytes = static_cast<std::uint64_t>(attribute(cudaDevAttrL2CacheSize, index));
  device.memory_bus_bits =
      static_cast<std::uint64_t>(attribute(cudaDevAttrGlobalMemoryBusWidth, index));
  // The attribute, in kHz: CUDA 13 removed the same value from cudaDeviceProp.
  device.memory_clock_hz =
      1000 * static_cast<std::uint64_t>(attribute(cudaDevAttrMemoryClockRate, index));
  device.multiprocessors =
      static_cast<std::uint32_t>(attribute(cudaDevAttrMultiProcessorCount, index));
  device.ecc_enabled = attribute(cudaDevAttrEccEnabled, index) != 0;
  device.unusable_reason = classify_compute_capability(
      properties.major, properties.minor, compiled_architectures[0] / 10, CUDART_VERSION);
  return device;
}

std::string why_none(const std::vector<CudaDevice>& devices) {
  std::string reason;
  for (const CudaDevice& device : devices) {
    if (device.unusable_reason.empty()) return "";
    if (!reason.empty()) reason += "; ";
    reason +=
        "GPU " + std::to_string(device.index) + " (" + device.name + "): " + device.unusable_reason;
  }
  return reason;
}

}  // namespace

CudaInventory query_cuda_devices() {
  CudaInventory inventory;
  inventory.built_in = true;
  inventory.runtime_version = CUDART_VERSION;
  cudaDriverGetVersion(&inventory.driver_version);  // leaves 0 when there is no driver
  int count = 0;                                    // left unwritten on errors
  const cudaError_t error = cudaGetDeviceCount(&count);
  if (error != cudaSuccess || count == 0) {
    inventory.none_reason =
        classify_cuda_absence(error, inventory.driver_version, inventory.runtime_version);
    return inventory;
  }
  try {
    for (int index = 0; index < count; ++index) inventory.devices.push_back(describe(index));
    inventory.none_reason = why_none(inventory.devices);
  } catch (const std::exception& failure) {
    inventory.devices.clear();
    inventory.none_reason = failure.what();
  }
  return inventory;
}

}  // namespace assay
