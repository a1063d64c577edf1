#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "kernels/cuda/memory_device.hpp"

namespace assay {

enum class GpuPath { device_memory, host_link, peer_link };

/// What a GPU kernel moves, in arrays a pass. Traffic is read + written, as STREAM counts; for a
/// transfer what crosses the link. Payload counts each copied byte once, as nvbandwidth does; 0 for
/// what has no counterpart there. gather and chase count accesses instead.
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

/// What the memory delivers at least for one element.
constexpr double gpu_sector_bytes = 32;

/// What is prepared for a workload over arrays of `array_bytes`: small arrays are gone through so
/// often in one launch that its start does not count (1 GiB in all), gather makes an access for
/// every eighth element (at least 2^24), chase 2^14 loads.
GpuTask gpu_task(const GpuWorkload& workload, GpuElement element, std::uint64_t array_bytes);

/// Bytes that one launch of a task counts as traffic; of gather one 32-byte sector, the least that
/// the memory delivers, for each access. 0 for chase.
double gpu_launch_bytes(const GpuWorkload& workload, const GpuTask& task);

/// Whether a workload follows a ring and gives a latency.
bool is_gpu_chase(const GpuWorkload& workload);

/// Bytes of each array, a multiple of 16 (of a chase 128 x a power of two, of a transfer with the
/// host 64 KiB): `requested_bytes` when that is not 0. Otherwise, for device memory, max(1 GiB,
/// 8 x L2), so that the cache cannot serve it, for a ring on a peer, whose cache is taken to be as
/// large, max(256 MiB, 8 x L2), and for a transfer 256 MiB; all at most a quarter of free memory,
/// so that the three arrays of triad fit.
std::uint64_t gpu_array_bytes(const GpuWorkload& workload, std::uint64_t requested_bytes,
                              std::uint64_t l2_bytes, std::uint64_t free_bytes);

/// Whether arrays of that size are served by device memory and not by the cache: 8 x L2 or more.
bool is_beyond_cache(std::uint64_t array_bytes, std::uint64_t l2_bytes);

/// 2 (double data rate) x maximum memory clock x bus width / 8, in B/s; 0 when the driver reports
/// one of the two as 0.
double gpu_derived_peak(const CudaDevice& device);

/// The memory bandwidth that NVIDIA's data sheet states for a GPU of that name, in B/s; 0 for one
/// that is not in the table.
double gpu_datasheet_peak(std::string_view name);

}  // namespace assay
