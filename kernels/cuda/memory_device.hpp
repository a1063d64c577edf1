#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "kernels/cuda/device.hpp"

namespace assay {

/// With arrays a, b and c: read: sum of a. write: c = pattern. copy: c = a. scale: c = 0.4 x a.
/// add: c = a + b. triad: c = a + 0.4 x b. dot: sum of a x b. gather: sum of a at random indices.
/// chase: dependent loads, one in each 128 bytes of a, in random order, each launch from where the
/// one before ended. The others move data
/// between two memories: of the host and the device, one way or both at once, or of the device and
/// another one, the peer; peer_chase follows a ring in the peer's memory.
enum class GpuKernel {
  read,
  write,
  copy,
  scale,
  add,
  triad,
  dot,
  gather,
  chase,
  host_to_device,
  device_to_host,
  bidirectional,
  peer_copy,
  peer_chase
};

/// Host memory of a transfer: page-locked, or not.
enum class GpuHostMemory { pinned, pageable };

/// What moves the data of a transfer: a copy engine, or a copy kernel.
enum class GpuMover { copy_engine, multiprocessors };

constexpr bool is_transfer(GpuKernel kernel) {
  return kernel == GpuKernel::host_to_device || kernel == GpuKernel::device_to_host ||
         kernel == GpuKernel::bidirectional || kernel == GpuKernel::peer_copy ||
         kernel == GpuKernel::peer_chase;
}

enum class GpuElement { f32, f64 };

constexpr std::uint32_t element_bytes(GpuElement element) {
  return element == GpuElement::f64 ? 8 : 4;
}

/// How the tiles of an array are shared out: to as many blocks as fit the GPU at a time, each
/// taking one tile after the other, or to one block for each tile.
enum class GpuSchedule { grid_stride, one_shot };

/// How data get to the threads: loads to registers; cp.async to shared memory (sm_80 and newer);
/// cp.async.bulk of a whole tile with an mbarrier (sm_90 and newer). Both of the latter keep
/// gpu_stages tiles in flight.
enum class GpuStaging { registers, async_copy, bulk_copy };

constexpr std::uint32_t gpu_stages = 4;

/// One of the ways in which a kernel is built. width_bytes of one access: 4 (f32 only), 8 or 16,
/// with staging 16; unroll 1, 2, 4 or 8 accesses of each thread and array in a tile, with staging
/// at most 4 in all arrays that are read.
struct GpuVariant {
  std::uint32_t width_bytes = 16;
  std::uint32_t unroll = 4;
  GpuSchedule schedule = GpuSchedule::grid_stride;
  GpuStaging staging = GpuStaging::registers;
};

/// What is to be prepared. Streams go over their arrays `passes` times in one launch, each time
/// beginning elsewhere; gather and chase make `accesses` in one launch.
struct GpuTask {
  GpuKernel kernel = GpuKernel::copy;
  GpuElement element = GpuElement::f32;
  std::uint64_t array_bytes = 0;  // a multiple of 16; of chase 128 x a power of two
  std::uint32_t seed = 0;
  std::uint32_t passes = 1;
  std::uint64_t accesses = 0;
  GpuHostMemory host = GpuHostMemory::pinned;
  GpuMover mover = GpuMover::copy_engine;
  int peer = -1;                // CUDA index
  void* host_memory = nullptr;  // of 2 x array_bytes, the caller's, in whole pages; null: its own
};

/// A GPU whose memory can be measured: owns the arrays of one task at a time. Used from the thread
/// that opened it. Everything that fails throws std::runtime_error in words.
class GpuMemoryDevice {
 public:
  GpuMemoryDevice() = default;
  GpuMemoryDevice(const GpuMemoryDevice&) = delete;
  GpuMemoryDevice(GpuMemoryDevice&&) = delete;
  GpuMemoryDevice& operator=(const GpuMemoryDevice&) = delete;
  GpuMemoryDevice& operator=(GpuMemoryDevice&&) = delete;
  virtual ~GpuMemoryDevice() = default;

  virtual const CudaDevice& device() const = 0;

  /// Device memory that can still be allocated.
  virtual std::uint64_t free_bytes() = 0;

  /// Whether kernels on this GPU reach the memory of that one.
  virtual bool can_access(int peer) = 0;

  /// Frees earlier arrays, allocates those of the task, fills sources with random data and
  /// destinations with data that no kernel writes, and selects a variant that every GPU has.
  virtual void prepare(const GpuTask& task) = 0;

  /// Selects the variant of the prepared kernel that the next runs use; it is one of gpu_variants.
  virtual void select(const GpuVariant& variant) = 0;

  /// Runs the prepared kernel `launches` times back to back; seconds between an event before the
  /// first and one after the last.
  virtual double run_s(std::uint32_t launches) = 0;

  /// Number of elements of the last run's result that are wrong, counted on the device against
  /// values computed anew (of sums: blocks whose sum is wrong, to the last bit; of chase: loads
  /// that led elsewhere); then spoils the result, so that the next check cannot pass on old data.
  virtual std::uint64_t count_mismatches() = 0;

  /// Blocks and threads that the selected variant is launched with, in words.
  virtual std::string shape() const = 0;
};

/// The GPU with that CUDA index; throws when there is none or this build cannot run on it.
std::unique_ptr<GpuMemoryDevice> open_cuda_device(int index);

}  // namespace assay
