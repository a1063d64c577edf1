#include "bench/gpu/gpu_workloads.hpp"

#include <algorithm>
#include <bit>

namespace assay {
namespace {

constexpr std::uint32_t seed = 0x5EED;
constexpr std::uint64_t mib = std::uint64_t{1} << 20;
constexpr std::uint64_t launch_bytes_min = 1024 * mib;
constexpr std::uint64_t passes_max = 4096;
constexpr std::uint64_t gathers_min = std::uint64_t{1} << 24;
constexpr std::uint64_t chase_steps = std::uint64_t{1} << 14;
constexpr std::uint64_t host_page_bytes = 65536;  // the largest small page of any host
constexpr std::uint64_t chase_node_bytes = 128;
constexpr std::uint64_t chase_nodes_max = std::uint64_t{1} << 27;  // words are counted in 32 bits

constexpr GpuWorkload workloads[] = {
    // name, kernel, path, arrays on the device, traffic, payload
    {"read", GpuKernel::read, GpuPath::device_memory, 1, 1, 1},
    {"write", GpuKernel::write, GpuPath::device_memory, 1, 1, 1},
    {"copy", GpuKernel::copy, GpuPath::device_memory, 2, 2, 1},
    {"scale", GpuKernel::scale, GpuPath::device_memory, 2, 2, 0},
    {"add", GpuKernel::add, GpuPath::device_memory, 3, 3, 0},
    {"triad", GpuKernel::triad, GpuPath::device_memory, 3, 3, 0},
    {"dot", GpuKernel::dot, GpuPath::device_memory, 2, 2, 0},
    {"gather", GpuKernel::gather, GpuPath::device_memory, 1, 0, 0},
    {"chase", GpuKernel::chase, GpuPath::device_memory, 1, 0, 0},
    {"host-to-device", GpuKernel::host_to_device, GpuPath::host_link, 2, 1, 1},
    {"device-to-host", GpuKernel::device_to_host, GpuPath::host_link, 2, 1, 1},
    {"bidirectional", GpuKernel::bidirectional, GpuPath::host_link, 2, 2, 0},
    {"peer-copy", GpuKernel::peer_copy, GpuPath::peer_link, 2, 1, 1},
    {"peer-latency", GpuKernel::peer_chase, GpuPath::peer_link, 2, 0, 0},
};

struct DataSheet {
  std::string_view name;  // what CUDA calls the GPU
  double bytes_per_s;
};

// "GPU memory bandwidth" of NVIDIA's data sheet of each; A10G has none: what AWS states for G5.
constexpr DataSheet data_sheets[] = {
    {"Tesla T4", 320e9},
    {"NVIDIA A10G", 600e9},
    {"NVIDIA L4", 300e9},
    {"NVIDIA L40S", 864e9},
    {"NVIDIA A100-SXM4-40GB", 1555e9},
    {"NVIDIA A100-SXM4-80GB", 2039e9},
    {"NVIDIA H100 80GB HBM3", 3350e9},
    {"NVIDIA H200", 4800e9},
};

}  // namespace

std::span<const GpuWorkload> all_gpu_workloads() { return workloads; }

const GpuWorkload* find_gpu_workload(std::string_view name) {
  for (const GpuWorkload& row : workloads) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

bool is_gpu_chase(const GpuWorkload& workload) {
  return workload.kernel == GpuKernel::chase || workload.kernel == GpuKernel::peer_chase;
}

std::uint64_t gpu_array_bytes(const GpuWorkload& workload, std::uint64_t requested_bytes,
                              std::uint64_t l2_bytes, std::uint64_t free_bytes) {
  const bool from_memory = workload.path == GpuPath::device_memory;
  std::uint64_t wished = from_memory ? 1024 * mib : 256 * mib;
  if (from_memory || is_gpu_chase(workload)) wished = std::max(wished, 8 * l2_bytes);
  // A ring that is rounded down below must still be 8 x L2.
  if (is_gpu_chase(workload)) wished = std::bit_ceil(wished);
  const std::uint64_t bytes =
      requested_bytes != 0 ? requested_bytes : std::min(wished, free_bytes / 4);
  if (workload.path == GpuPath::host_link) return bytes / host_page_bytes * host_page_bytes;
  if (!is_gpu_chase(workload)) return bytes / 16 * 16;
  const std::uint64_t nodes = std::min(bytes / chase_node_bytes, chase_nodes_max);
  return nodes < 2 ? 0 : std::bit_floor(nodes) * chase_node_bytes;
}

GpuTask gpu_task(const GpuWorkload& workload, GpuElement element, std::uint64_t array_bytes) {
  GpuTask task;
  task.kernel = workload.kernel;
  task.element = element;
  task.array_bytes = array_bytes;
  task.seed = seed;
  if (workload.kernel == GpuKernel::gather) {
    task.accesses = std::max(array_bytes / element_bytes(element) / 8, gathers_min);
  } else if (is_gpu_chase(workload)) {
    task.accesses = chase_steps;
  } else if (workload.path == GpuPath::device_memory && array_bytes > 0) {
    task.passes = static_cast<std::uint32_t>(
        std::clamp<std::uint64_t>(launch_bytes_min / array_bytes, 1, passes_max));
  }
  return task;
}

double gpu_launch_bytes(const GpuWorkload& workload, const GpuTask& task) {
  if (workload.kernel == GpuKernel::gather) {
    return static_cast<double>(task.accesses) * gpu_sector_bytes;
  }
  return static_cast<double>(task.array_bytes) * static_cast<double>(workload.traffic_arrays) *
         task.passes;
}

bool is_beyond_cache(std::uint64_t array_bytes, std::uint64_t l2_bytes) {
  return array_bytes >= 8 * l2_bytes;
}

double gpu_derived_peak(const CudaDevice& device) {
  return 2.0 * static_cast<double>(device.memory_clock_hz) *
         static_cast<double>(device.memory_bus_bits) / 8;
}

double gpu_datasheet_peak(std::string_view name) {
  for (const DataSheet& row : data_sheets) {
    if (row.name == name) return row.bytes_per_s;
  }
  return 0;
}

}  // namespace assay
