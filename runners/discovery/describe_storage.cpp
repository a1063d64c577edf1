#include "runners/discovery/describe_storage.hpp"

#include <fmt/format.h>

#include <vector>

#include "reports/model/units.hpp"
#include "runners/discovery/block_devices.hpp"
#include "runners/discovery/text_table.hpp"

namespace assay {

namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string bytes(std::uint64_t count) {
  return count == 0 ? std::string() : format_bytes(static_cast<double>(count));
}

std::string number(std::uint64_t value) {
  return value == 0 ? std::string() : std::to_string(value);
}

std::string yes_no(bool value) { return value ? "yes" : "no"; }

std::string class_name(DeviceClass device_class) {
  switch (device_class) {
    case DeviceClass::instance_store:
      return "instance-store";
    case DeviceClass::ebs:
      return "ebs";
    case DeviceClass::other:
      break;
  }
  return "other";
}

template <typename DiskOrPartition>
std::vector<std::string> uses_of(const DiskOrPartition& item) {
  std::vector<std::string> uses;
  if (!item.mounts.empty())
    uses.push_back(fmt::format("mounted at {}", fmt::join(item.mounts, ", ")));
  if (!item.holders.empty())
    uses.push_back(fmt::format("part of {}", fmt::join(item.holders, ", ")));
  if (item.swap) uses.emplace_back("swap");
  return uses;
}

/// By all that /sys, mountinfo and swaps show; a ZFS pool or another mount namespace hides its use.
constexpr auto no_use = "none seen";

std::string use_of(const BlockDevice& device) {
  std::vector<std::string> uses = uses_of(device);
  if (!device.partitions.empty()) uses.emplace_back("partitioned");
  if (uses.empty()) uses.emplace_back(no_use);
  if (device.read_only) uses.emplace_back("read-only");
  if (!device.lower_devices.empty()) {
    uses.push_back(fmt::format("stands on {}", fmt::join(device.lower_devices, ", ")));
  }
  return fmt::format("{}", fmt::join(uses, "; "));
}

std::string use_of(const Partition& partition) {
  const std::vector<std::string> uses = uses_of(partition);
  return uses.empty() ? no_use : fmt::format("{}", fmt::join(uses, "; "));
}

/// The path belongs beside the model where it is not simply /dev/NAME.
std::string model_of(const BlockDevice& device) {
  if (device.path == "/dev/" + device.name) return device.model;
  return device.model + (device.model.empty() ? "" : " ") + device.path;
}

std::string timeout(const BlockDevice& device) {
  if (!device.io_timeout_ms) return {};
  return *device.io_timeout_ms == UINT32_MAX ? "never"
                                             : fmt::format("{} ms", *device.io_timeout_ms);
}

std::string block_sizes(const BlockDevice& device) {
  if (device.logical_block_bytes == 0) return {};
  return fmt::format("{}/{}", device.logical_block_bytes, device.physical_block_bytes);
}

Rows identity_rows(const std::vector<BlockDevice>& devices) {
  Rows rows;
  for (const BlockDevice& device : devices) {
    rows.push_back({device.name, class_name(device.device_class), bytes(device.size_bytes),
                    model_of(device), device.serial, yes_no(device.rotational),
                    device.numa_node ? std::to_string(*device.numa_node) : std::string(),
                    device.pci_address, use_of(device)});
    for (const Partition& partition : device.partitions) {
      rows.push_back({"  " + partition.name, "", bytes(partition.size_bytes), "", "", "", "", "",
                      use_of(partition)});
    }
  }
  return rows;
}

Rows queue_rows(const std::vector<BlockDevice>& devices) {
  Rows rows;
  for (const BlockDevice& device : devices) {
    rows.push_back({device.name, device.transport, device.firmware, block_sizes(device),
                    device.scheduler, number(device.nr_requests), number(device.max_sectors_kb),
                    std::to_string(device.nomerges), std::to_string(device.rq_affinity),
                    device.write_cache, yes_no(device.io_poll), timeout(device)});
  }
  return rows;
}

/// What --allow-write takes: names that stay with the disk, unlike the kernel's.
std::string lasting_names(const std::vector<BlockDevice>& devices) {
  Rows rows;
  for (const BlockDevice& device : devices) {
    const std::vector<std::string> links = proven_links(device);
    const std::string identity = identity_of(device);
    const std::string name = attached_as(device);
    if (identity.empty() || !device.lower_devices.empty()) continue;
    rows.push_back({device.name, identity, name.empty() ? std::string() : "ebs:" + name,
                    links.empty() ? std::string() : links.front()});
  }
  if (rows.empty()) return {};
  return "\nNames that stay with the disk, for --allow-write\n" +
         text_table({{"name"}, {"serial"}, {"attached as"}, {"link"}}, rows, "  ");
}

std::string bytes_or_dash(const std::optional<std::uint64_t>& count) {
  return count ? format_bytes(static_cast<double>(*count)) : std::string();
}

/// What NVMe devices say of themselves; nothing where none was asked.
std::string nvme_table(const std::vector<BlockDevice>& devices) {
  Rows rows;
  std::string unread;
  for (const BlockDevice& device : devices) {
    if (!device.nvme) continue;
    const NvmeIdentity& nvme = *device.nvme;
    if (!nvme.unread.empty()) {
      unread += fmt::format("  {}: not known: {}\n", device.name, nvme.unread);
      continue;
    }
    rows.push_back({device.name, nvme.volume_id, nvme.attachment_name, bytes(nvme.size_bytes),
                    format_bytes(static_cast<double>(nvme.used_bytes)),
                    bytes_or_dash(nvme.torn_write_bytes),
                    bytes_or_dash(nvme.power_fail_atomic_bytes)});
  }
  if (rows.empty() && unread.empty()) return {};
  const std::string table = rows.empty() ? std::string()
                                         : text_table({{"name"},
                                                       {"volume"},
                                                       {"attached as"},
                                                       {"namespace", Align::right},
                                                       {"written", Align::right},
                                                       {"torn-write unit", Align::right},
                                                       {"power-fail atomic", Align::right}},
                                                      rows, "  ");
  return "\nNVMe identify (written: blocks in use by the namespace's own count)\n" + table + unread;
}

}  // namespace

std::string describe_block_devices(const Host& host) {
  if (host.block_devices.empty()) return "Block devices  none\n";
  return "Block devices\n" +
         text_table({{"name"},
                     {"class"},
                     {"size", Align::right},
                     {"model"},
                     {"serial"},
                     {"rotational"},
                     {"NUMA", Align::right},
                     {"PCI"},
                     {"used as"}},
                    identity_rows(host.block_devices), "  ") +
         lasting_names(host.block_devices) +
         "\nBlock device settings (block: logical/physical bytes; max: largest I/O in KiB)\n" +
         text_table({{"name"},
                     {"transport"},
                     {"firmware"},
                     {"block"},
                     {"scheduler"},
                     {"requests", Align::right},
                     {"max", Align::right},
                     {"nomerges", Align::right},
                     {"rq_affinity", Align::right},
                     {"write cache"},
                     {"polling"},
                     {"timeout"}},
                    queue_rows(host.block_devices), "  ") +
         nvme_table(host.block_devices);
}

std::string describe_file_systems(const Host& host) {
  if (host.file_systems.empty()) return "File systems   none\n";
  Rows rows;
  for (const FileSystem& each : host.file_systems) {
    const std::string on_class =
        each.device.empty() ? "no device" : class_name(class_of_device(host, each.device));
    rows.push_back({each.mount_point, each.type, each.device, on_class, bytes(each.size_bytes),
                    bytes(each.available_bytes), each.source});
  }
  return "File systems\n" + text_table({{"mount point"},
                                        {"type"},
                                        {"device"},
                                        {"class"},
                                        {"size", Align::right},
                                        {"available", Align::right},
                                        {"source"}},
                                       rows, "  ");
}

}  // namespace assay
