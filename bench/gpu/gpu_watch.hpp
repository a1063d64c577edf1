#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "bench/gpu/gpu_sensors.hpp"

namespace assay {

/// Owns a thread that looks at a GPU every `interval` from the start until end(), and at the start
/// and the end in any case. A reading that throws ends it: the state says why.
class GpuWatch {
 public:
  GpuWatch(std::uint32_t gpu, std::unique_ptr<GpuSensors> sensors,
           std::chrono::milliseconds interval);
  GpuWatch(const GpuWatch&) = delete;
  GpuWatch(GpuWatch&&) = delete;
  GpuWatch& operator=(const GpuWatch&) = delete;
  GpuWatch& operator=(GpuWatch&&) = delete;
  ~GpuWatch();

  std::uint64_t readings();

  /// Ends the thread; what was seen from the start to now.
  GpuState end();

 private:
  void loop(std::chrono::milliseconds interval);
  void read_once();
  void stop_thread();

  std::unique_ptr<GpuSensors> sensors_;
  GpuState state_;
  GpuReading first_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ended_ = false;
  std::thread thread_;
};

/// Watches the GPU at that PCI address by NVML; where that cannot be asked the state says why.
class NvmlWatch {
 public:
  NvmlWatch(std::uint32_t gpu, const std::string& pci_address,
            const std::string& library = "libnvidia-ml.so.1");
  GpuState end();

 private:
  GpuState unread_;
  std::unique_ptr<GpuWatch> watch_;
};

}  // namespace assay
