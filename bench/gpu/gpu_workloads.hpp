#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "kernels/cuda/memory_device.hpp"

namespace assay {

enum class GpuPath { device_memory, host_link };

/// What a GPU kernel moves, in arrays a launch. Traffic is read + written, as STREAM counts; for a
/// transfer what crosses the link. Payload counts each copied byte once, as nvbandwidth does; 0 for
/// triad, which has no counterpart there.
struct GpuWorkload {
  std::string_view name;
  GpuKernel kernel;
  GpuPath path;
  std::uint32_t device_arrays;
  std::uint32_t traffic_arrays;
  std::uint32_t payload_arrays;
};

std::span<const GpuWorkload> all_gpu_workloads();

/// The row of that name (GpuParameters::kernel), or nullptr.
const GpuWorkload* find_gpu_workload(std::string_view name);

/// Bytes of each array, a multiple of 16: `requested_bytes` when that is not 0. Otherwise, for
/// device memory, max(1 GiB, 8 x L2), so that the cache cannot serve it, and for a transfer 256
/// MiB; both at most a quarter of free memory, so that the three arrays of triad fit.
std::uint64_t gpu_array_bytes(const GpuWorkload& workload, std::uint64_t requested_bytes,
                              std::uint64_t l2_bytes, std::uint64_t free_bytes);

/// 2 (double data rate) x maximum memory clock x bus width / 8, in B/s; 0 when the driver reports
/// one of the two as 0.
double gpu_derived_peak(const CudaDevice& device);

}  // namespace assay
