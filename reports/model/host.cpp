#include "reports/model/host.hpp"

#include <algorithm>

namespace assay {

namespace {

void add_beneath(const std::vector<BlockDevice>& devices, const std::string& name, int levels_left,
                 std::set<std::string>& disks) {
  const BlockDevice* device = find_device(devices, name);
  if (device == nullptr) {
    disks.insert(name);
    return;
  }
  if (device->lower_devices.empty() || levels_left == 0) {
    disks.insert(device->name);
    return;
  }
  for (const std::string& lower : device->lower_devices) {
    add_beneath(devices, lower, levels_left - 1, disks);
  }
}

}  // namespace

std::string instance_type_of(const Host& host) {
  const bool told = host.ec2 && !host.ec2->instance_type.empty();
  return told ? host.ec2->instance_type : host.identity.product_name;
}

const BlockDevice* find_device(const std::vector<BlockDevice>& devices, const std::string& name) {
  const auto found = std::find_if(devices.begin(), devices.end(), [&](const BlockDevice& device) {
    if (device.name == name) return true;
    return std::any_of(device.partitions.begin(), device.partitions.end(),
                       [&](const Partition& partition) { return partition.name == name; });
  });
  return found == devices.end() ? nullptr : &*found;
}

std::set<std::string> disks_beneath(const std::vector<BlockDevice>& devices,
                                    const std::string& name) {
  constexpr int levels_max = 8;
  std::set<std::string> disks;
  add_beneath(devices, name, levels_max, disks);
  return disks;
}

}  // namespace assay
