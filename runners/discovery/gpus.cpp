#include "runners/discovery/gpus.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kernels/cuda/device.hpp"
#include "runners/discovery/pci.hpp"
#include "runners/discovery/sysfs.hpp"

namespace assay {

namespace {

constexpr std::uint64_t nvidia_vendor = 0x10de;
constexpr std::uint64_t display_class = 0x03;  // the highest of the three bytes of `class`

constexpr auto no_gpu = "no NVIDIA GPU on the PCI bus";
constexpr auto no_driver =
    "no NVIDIA driver is loaded: install it (Ubuntu: package nvidia-driver-580-server-open; "
    "Debian: "
    "package nvidia-driver from non-free; Amazon Linux 2023: package nvidia-open from NVIDIA's "
    "repository) and reboot";

bool is_present(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

std::string version_text(int version) {
  return version == 0 ? std::string() : fmt::format("{}.{}", version / 1000, version % 1000 / 10);
}

std::string why_none(const std::vector<std::string>& pci_addresses, NvidiaModule module,
                     const CudaInventory& cuda) {
  if (pci_addresses.empty()) return cuda.none_reason.empty() ? no_gpu : cuda.none_reason;
  std::string reason = fmt::format("{} on the PCI bus ({}), but ",
                                   pci_addresses.size() == 1
                                       ? std::string("an NVIDIA GPU is")
                                       : fmt::format("{} NVIDIA GPUs are", pci_addresses.size()),
                                   fmt::join(pci_addresses, ", "));
  // CUDA that is built in says itself which driver it needs.
  if (module == NvidiaModule::loaded || cuda.built_in || !cuda.can_be_built_in) {
    return reason + cuda.none_reason;
  }
  return reason + no_driver + (cuda.none_reason.empty() ? "" : "; also, " + cuda.none_reason);
}

Gpu converted(const CudaDevice& device) {
  Gpu gpu;
  gpu.index = static_cast<std::uint32_t>(device.index);
  gpu.name = clean_text(device.name);
  gpu.uuid = device.uuid;
  gpu.pci_address = normal_pci_address(device.pci_address);
  gpu.compute_capability = device.compute_capability;
  gpu.memory_bytes = device.memory_bytes;
  gpu.memory_bus_bits = device.memory_bus_bits;
  gpu.memory_clock_hz = device.memory_clock_hz;
  return gpu;
}

}  // namespace

std::vector<std::string> nvidia_pci_addresses(const SystemRoot& root) {
  const std::filesystem::path bus = root.path / "sys/bus/pci/devices";
  std::vector<std::string> addresses;
  for (const std::string& name : list_names(bus)) {
    const bool nvidia = read_hex_number(bus / name / "vendor") == nvidia_vendor;
    const auto class_code = read_hex_number(bus / name / "class");
    if (is_pci_address(name) && nvidia && class_code && *class_code >> 16 == display_class) {
      addresses.push_back(name);
    }
  }
  std::sort(addresses.begin(), addresses.end());  // hexadecimal: natural order does not apply
  return addresses;
}

NvidiaModule nvidia_module(const SystemRoot& root) {
  const bool loaded = is_present(root.path / "proc/driver/nvidia/version") ||
                      is_present(root.path / "sys/module/nvidia");
  return loaded ? NvidiaModule::loaded : NvidiaModule::absent;
}

GpuInventory combine_gpus(const std::vector<std::string>& pci_addresses, NvidiaModule module,
                          const CudaInventory& cuda) {
  GpuInventory inventory;
  inventory.pci_devices = pci_addresses;
  inventory.driver_version = version_text(cuda.driver_version);
  inventory.runtime_version = version_text(cuda.runtime_version);
  for (const CudaDevice& device : cuda.devices) {
    if (device.unusable_reason.empty()) inventory.devices.push_back(converted(device));
  }
  if (inventory.devices.empty()) inventory.none_reason = why_none(pci_addresses, module, cuda);
  return inventory;
}

GpuInventory discover_gpus(const SystemRoot& root) {
  const std::vector<std::string> pci_addresses = nvidia_pci_addresses(root);
  CudaInventory cuda;
  if (!root.is_live()) {
    if (!pci_addresses.empty() && nvidia_module(root) == NvidiaModule::loaded) {
      cuda.none_reason = "a recorded tree cannot be asked through CUDA";
    }
  } else if (!pci_addresses.empty() || is_present("/dev/nvidiactl")) {
    // A sandbox may hide the bus and still pass the GPU through.
    cuda = query_cuda_devices();
  }
  GpuInventory inventory = combine_gpus(pci_addresses, nvidia_module(root), cuda);
  for (Gpu& gpu : inventory.devices) {
    gpu.numa_node =
        read_numa_node(root.path / "sys/bus/pci/devices" / gpu.pci_address / "numa_node");
  }
  return inventory;
}

}  // namespace assay
