#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace assay {

/// Where a device sits on the PCI bus; empty when it is not on one.
struct PciPlace {
  std::string address;  // 0000:00:1f.0
  std::optional<std::uint32_t> numa_node;
};

/// domain:bus:device.function in lower-case hexadecimal, as sysfs names PCI devices.
bool is_pci_address(std::string_view text);

/// Sysfs spelling of an address such as 00000000:A1:1C.0 (NVML, CUDA); empty when it is none.
std::string normal_pci_address(std::string_view text);

/// The last PCI device on the way to `directory`, an absolute path in /sys/devices without
/// symlinks.
PciPlace pci_place_of(const std::filesystem::path& directory);

}  // namespace assay
