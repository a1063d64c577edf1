#pragma once

#include <string>
#include <vector>

#include "reports/model/host.hpp"
#include "runners/discovery/discovery.hpp"

namespace assay {

struct CudaInventory;

/// PCI addresses of NVIDIA (vendor 0x10de) display and 3D controllers (class 0x03xxxx), ascending.
std::vector<std::string> nvidia_pci_addresses(const SystemRoot& root);

/// Whether the nvidia kernel module is loaded, by /proc/driver/nvidia or /sys/module/nvidia.
enum class NvidiaModule { loaded, absent };
NvidiaModule nvidia_module(const SystemRoot& root);

/// What the PCI bus and CUDA say together. Only GPUs that can be measured are in `devices`; when
/// there are none, `none_reason` says why and what to install. NUMA nodes are not filled in.
GpuInventory combine_gpus(const std::vector<std::string>& pci_addresses, NvidiaModule module,
                          const CudaInventory& cuda);

/// GPUs of this machine; of a recorded tree only what is on the PCI bus. CUDA is asked only where
/// there is a GPU or its device file, because a driver takes long to start.
GpuInventory discover_gpus(const SystemRoot& root);

}  // namespace assay
