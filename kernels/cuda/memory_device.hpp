#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "kernels/cuda/device.hpp"

namespace assay {

/// read: sum of a source. write: a pattern to a destination. copy: destination = source.
/// triad: destination = source + 0.4 x second source. Transfers are copies by the copy engine
/// between pinned host memory and the device.
enum class GpuKernel { read, write, copy, triad, host_to_device, device_to_host };

/// A GPU whose memory can be measured: owns the arrays of one kernel at a time. Used from the
/// thread that opened it. Everything that fails throws std::runtime_error in words.
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

  /// Frees earlier arrays, allocates those of `kernel`, each of `array_bytes` (a multiple of 16),
  /// fills sources with random data and destinations with data that no kernel writes.
  virtual void prepare(GpuKernel kernel, std::uint64_t array_bytes, std::uint32_t seed) = 0;

  /// Runs the prepared kernel `launches` times back to back; seconds between an event before the
  /// first and one after the last.
  virtual double run_s(std::uint32_t launches) = 0;

  /// Number of 4-byte words of the last run's result that are wrong, counted on the device against
  /// values computed anew; then spoils the result, so that the next check cannot pass on old data.
  virtual std::uint64_t count_mismatches() = 0;

  /// Blocks, threads, load width and unroll of the prepared kernel, in words.
  virtual std::string shape() const = 0;
};

/// The GPU with that CUDA index; throws when there is none or this build cannot run on it.
std::unique_ptr<GpuMemoryDevice> open_cuda_device(int index);

}  // namespace assay
