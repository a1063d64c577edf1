#include "bench/gpu/gpu_workloads.hpp"

#include <algorithm>

namespace assay {
namespace {

constexpr std::uint64_t mib = std::uint64_t{1} << 20;

constexpr GpuWorkload workloads[] = {
    // name, kernel, path, arrays on the device, traffic, payload
    {"read", GpuKernel::read, GpuPath::device_memory, 1, 1, 1},
    {"write", GpuKernel::write, GpuPath::device_memory, 1, 1, 1},
    {"copy", GpuKernel::copy, GpuPath::device_memory, 2, 2, 1},
    {"triad", GpuKernel::triad, GpuPath::device_memory, 3, 3, 0},
    {"host-to-device", GpuKernel::host_to_device, GpuPath::host_link, 1, 1, 1},
    {"device-to-host", GpuKernel::device_to_host, GpuPath::host_link, 1, 1, 1},
};

}  // namespace

std::span<const GpuWorkload> all_gpu_workloads() { return workloads; }

const GpuWorkload* find_gpu_workload(std::string_view name) {
  for (const GpuWorkload& row : workloads) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

std::uint64_t gpu_array_bytes(const GpuWorkload& workload, std::uint64_t requested_bytes,
                              std::uint64_t l2_bytes, std::uint64_t free_bytes) {
  const std::uint64_t wished =
      workload.path == GpuPath::host_link ? 256 * mib : std::max(1024 * mib, 8 * l2_bytes);
  const std::uint64_t bytes =
      requested_bytes != 0 ? requested_bytes : std::min(wished, free_bytes / 4);
  return bytes / 16 * 16;
}

double gpu_derived_peak(const CudaDevice& device) {
  return 2.0 * static_cast<double>(device.memory_clock_hz) *
         static_cast<double>(device.memory_bus_bits) / 8;
}

}  // namespace assay
