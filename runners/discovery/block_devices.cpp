#include "runners/discovery/block_devices.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <string_view>

#include "runners/discovery/block_usage.hpp"
#include "runners/discovery/pci.hpp"
#include "runners/discovery/sysfs.hpp"

namespace assay {

namespace {

struct ModelClass {
  std::string_view model;
  DeviceClass device_class;
};
constexpr std::array<ModelClass, 2> model_classes{
    {{"Amazon EC2 NVMe Instance Storage", DeviceClass::instance_store},
     {"Amazon Elastic Block Store", DeviceClass::ebs}}};

struct Transport {
  std::string_view prefix;
  std::string_view name;
};
constexpr std::array<Transport, 8> transports{{{"nvme", "nvme"},
                                               {"vd", "virtio"},
                                               {"xvd", "xen"},
                                               {"sd", "scsi"},
                                               {"sr", "scsi"},
                                               {"loop", "loop"},
                                               {"dm-", "device-mapper"},
                                               {"md", "md"}}};

/// /sys counts in sectors of 512 bytes, whatever the device's own block size is.
std::optional<std::uint64_t> read_sectors_bytes(const std::filesystem::path& file) {
  constexpr std::uint64_t sector_bytes = 512;
  const auto sectors = read_number(file);
  if (!sectors || *sectors > std::numeric_limits<std::uint64_t>::max() / sector_bytes) {
    return std::nullopt;
  }
  return *sectors * sector_bytes;
}

std::uint64_t size_of(const std::filesystem::path& directory) {
  return read_sectors_bytes(directory / "size").value_or(0);
}

/// The directory of the device behind a disk. With NVMe multipath the disk hangs below a virtual
/// subsystem, and a link in there leads to the first of its controllers.
std::filesystem::path hardware_directory(const std::filesystem::path& disk) {
  std::filesystem::path subsystem = resolved(disk / "device");
  if (subsystem.filename().native().rfind("nvme-subsys", 0) != 0) return resolved(disk);
  std::error_code error;
  for (const std::string& name : list_names(subsystem)) {
    const bool is_link = std::filesystem::is_symlink(subsystem / name, error);
    if (is_link && name.rfind("nvme", 0) == 0) return resolved(subsystem / name);
  }
  return subsystem;
}

/// "LVM-abc..." of dm/uuid tells which tool made the device.
std::string mapper_kind(const std::string& uuid) { return uuid.substr(0, uuid.find('-')); }

std::string model_of(const std::filesystem::path& disk) {
  std::string model = read_attribute(disk / "device/model");
  if (model.empty()) model = mapper_kind(read_attribute(disk / "dm/uuid"));
  if (model.empty()) model = read_attribute(disk / "md/level");
  return model;
}

std::string first_of(const std::filesystem::path& first, const std::filesystem::path& second) {
  std::string text = read_attribute(first);
  return text.empty() ? read_attribute(second) : text;
}

void read_queue(BlockDevice& device, const std::filesystem::path& queue) {
  device.rotational = read_number(queue / "rotational").value_or(0) != 0;
  device.logical_block_bytes = read_number_32(queue / "logical_block_size");
  device.physical_block_bytes = read_number_32(queue / "physical_block_size");
  device.scheduler = bracketed(read_attribute(queue / "scheduler"));
  device.nr_requests = read_number_32(queue / "nr_requests");
  device.max_sectors_kb = read_number_32(queue / "max_sectors_kb");
  const std::uint32_t max_hw_sectors_kb = read_number_32(queue / "max_hw_sectors_kb");
  if (max_hw_sectors_kb > 0) device.max_hw_sectors_kb = max_hw_sectors_kb;
  device.nomerges = read_number_32(queue / "nomerges");
  device.rq_affinity = read_number_32(queue / "rq_affinity");
  device.write_cache = read_attribute(queue / "write_cache");
  device.io_poll = read_number(queue / "io_poll").value_or(0) != 0;
  const auto timeout_ms = read_number(queue / "io_timeout");
  if (timeout_ms && *timeout_ms <= std::numeric_limits<std::uint32_t>::max()) {
    device.io_timeout_ms = static_cast<std::uint32_t>(*timeout_ms);
  }
}

BlockDevice read_device(const SystemRoot& root, const std::string& name) {
  const std::filesystem::path disk = root.path / "sys/block" / name;
  const std::filesystem::path hardware = hardware_directory(disk);
  BlockDevice device;
  device.name = name;
  device.path = device_path(name, read_attribute(disk / "dm/name"));
  device.model = model_of(disk);
  device.serial = first_of(disk / "device/serial", disk / "serial");
  device.by_id = by_id_paths(root, name);
  device.backing_file = read_attribute(disk / "loop/backing_file");
  device.firmware = first_of(disk / "device/firmware_rev", disk / "device/rev");
  device.transport = transport_of(name);
  device.device_class = class_of_model(device.model);
  device.size_bytes = size_of(disk);
  device.read_only = read_number(disk / "ro").value_or(0) != 0;
  read_queue(device, disk / "queue");
  const PciPlace place = pci_place_of(hardware);
  device.pci_address = place.address;
  device.numa_node = place.numa_node;
  if (!device.numa_node) device.numa_node = read_numa_node(hardware / "numa_node");
  device.holders = list_names(disk / "holders");
  device.lower_devices = list_names(disk / "slaves");
  for (const std::string& partition : partition_names(root, name)) {
    device.partitions.push_back({partition,
                                 size_of(disk / partition),
                                 {},
                                 list_names(disk / partition / "holders"),
                                 false,
                                 read_sectors_bytes(disk / partition / "start")});
  }
  return device;
}

}  // namespace

DeviceClass class_of_model(const std::string& model) {
  for (const ModelClass& entry : model_classes) {
    if (entry.model == model) return entry.device_class;
  }
  return DeviceClass::other;
}

std::string identity_of(const BlockDevice& device) {
  if (device.transport != "loop") return device.serial;
  // Over a disk, the loop device would be a second name of that disk.
  const std::string& file = device.backing_file;
  const bool on_file = file.rfind('/', 0) == 0 && file.rfind("/dev/", 0) != 0;
  return on_file ? "loop:" + file : std::string();
}

std::vector<std::string> proven_links(const BlockDevice& device) {
  std::vector<std::string> links;
  for (const std::string& path : device.by_id) {
    const bool says_serial =
        !device.serial.empty() && path.find(device.serial) != std::string::npos;
    if (says_serial) links.push_back(path);
  }
  return links;
}

std::string attached_as(const BlockDevice& device) {
  if (device.device_class != DeviceClass::ebs || !device.nvme) return {};
  const std::string& name = device.nvme->attachment_name;
  constexpr std::string_view dev_prefix = "/dev/";
  return name.rfind(dev_prefix, 0) == 0 ? name.substr(dev_prefix.size()) : name;
}

std::string transport_of(const std::string& name) {
  for (const Transport& entry : transports) {
    if (name.rfind(entry.prefix, 0) == 0) return std::string(entry.name);
  }
  return "other";
}

std::vector<BlockDevice> discover_block_devices(const SystemRoot& root,
                                                const std::vector<BlockNode>& nodes,
                                                const std::vector<Mount>& mounts) {
  std::vector<BlockDevice> devices;
  for (const std::string& name : disk_names(root)) devices.push_back(read_device(root, name));
  // Only now is every lower device known.
  for (BlockDevice& device : devices) {
    if (!device.lower_devices.empty()) device.device_class = class_of_device(devices, device.name);
  }
  mark_usage(devices, nodes, mounts, root);
  return devices;
}

DeviceClass class_of_device(const std::vector<BlockDevice>& devices, const std::string& name) {
  std::set<DeviceClass> classes;
  for (const std::string& disk : disks_beneath(devices, name)) {
    const BlockDevice* device = find_device(devices, disk);
    classes.insert(device == nullptr ? DeviceClass::other : device->device_class);
  }
  return classes.size() == 1 ? *classes.begin() : DeviceClass::other;
}

DeviceClass class_of_device(const Host& host, const std::string& device_name) {
  return class_of_device(host.block_devices, device_name);
}

}  // namespace assay
