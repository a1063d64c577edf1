#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "reports/model/result.hpp"

namespace assay {

/// One look at a GPU. What it does not report is empty.
struct GpuReading {
  std::optional<double> sm_clock_mhz;
  std::optional<double> memory_clock_mhz;
  std::optional<double> power_w;
  std::optional<double> power_limit_w;
  std::optional<double> temperature_c;
  std::uint64_t throttle_bits = 0;  // nvmlClocksThrottleReasons
  std::optional<std::uint32_t> pcie_generation;
  std::optional<std::uint32_t> pcie_generation_max;
  std::optional<std::uint32_t> pcie_width;
  std::optional<std::uint32_t> pcie_width_max;
  std::optional<bool> ecc;
  std::optional<std::uint64_t> ecc_corrected;  // since the driver was loaded
  std::optional<std::uint64_t> ecc_uncorrected;
  std::optional<bool> mig;
  std::string virtualization;  // as in GpuState
};

/// A GPU that can be looked at, from any one thread at a time; nothing is ever set.
class GpuSensors {
 public:
  GpuSensors() = default;
  GpuSensors(const GpuSensors&) = delete;
  GpuSensors(GpuSensors&&) = delete;
  GpuSensors& operator=(const GpuSensors&) = delete;
  GpuSensors& operator=(GpuSensors&&) = delete;
  virtual ~GpuSensors() = default;

  virtual GpuReading read() = 0;
};

/// The GPU at that PCI address through NVML, loaded from `library` at run time; throws
/// std::runtime_error in words where that fails.
std::unique_ptr<GpuSensors> open_nvml(const std::string& pci_address,
                                      const std::string& library = "libnvidia-ml.so.1");

/// "NVLink" or "PCIe" between two GPUs, as NVML says; "unknown" where it cannot be asked.
std::string nvml_link_between(const std::string& pci_address, const std::string& peer_pci_address,
                              const std::string& library = "libnvidia-ml.so.1");

/// Takes a reading into the state: extremes, reasons for throttling, errors since `first`, which is
/// the reading before the case.
void add_reading(GpuState& state, const GpuReading& first, const GpuReading& reading);

/// Why the case may not count, in words, when ECC errors were counted during it; else empty.
std::string ecc_failure(const GpuState& state);

}  // namespace assay
