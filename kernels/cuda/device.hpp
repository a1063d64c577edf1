#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace assay {

/// One GPU as the CUDA runtime describes it, asked for without creating a context on it.
struct CudaDevice {
  int index = 0;
  std::string name;
  std::string uuid;                // GPU-xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx
  std::string pci_address;         // 0000:3b:00.0
  std::string compute_capability;  // 9.0
  std::uint64_t memory_bytes = 0;
  std::uint64_t l2_bytes = 0;
  std::uint64_t memory_bus_bits = 0;
  std::uint64_t memory_clock_hz = 0;  // the maximum, not the present one; 0 when not reported
  std::uint32_t multiprocessors = 0;
  bool ecc_enabled = false;
  std::string unusable_reason;  // empty when this build has code for it
};

/// What CUDA found. `none_reason` is empty exactly when at least one device is usable; a device
/// that this build cannot run on stays in the list, with its own reason.
struct CudaInventory {
  int driver_version = 0;  // highest CUDA version of the driver, 1000 x major + 10 x minor; 0: none
  int runtime_version = 0;  // CUDA runtime that is linked in; 0 when built without
  bool built_in = false;
  bool can_be_built_in = true;  // false for a cross-built program, which no driver helps
  std::string none_reason;
  std::vector<CudaDevice> devices;
};

/// Asks the CUDA runtime; takes a few milliseconds without a driver and never throws: what fails
/// becomes `none_reason`.
CudaInventory query_cuda_devices();

}  // namespace assay
