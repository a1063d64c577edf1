#pragma once

#include <concepts>
#include <type_traits>

#include "reports/model/host.hpp"

/// One list of fields for each struct of a Host; see fields.hpp.
namespace assay::json {

template <class T, class Struct>
concept Is = std::same_as<std::remove_const_t<T>, Struct>;

void fields(auto& visit, Is<Identity> auto& o) {
  visit("sys_vendor", o.sys_vendor);
  visit("product_name", o.product_name);
  visit("product_version", o.product_version);
  visit("bios_version", o.bios_version);
  visit("board_asset_tag", o.board_asset_tag);
}

void fields(auto& visit, Is<InstanceTag> auto& o) {
  visit("key", o.key);
  visit("value", o.value);
}

void fields(auto& visit, Is<Ec2Instance> auto& o) {
  visit("unknown", o.unknown);
  visit("instance_id", o.instance_id);
  visit("instance_type", o.instance_type);
  visit("availability_zone", o.availability_zone);
  visit("availability_zone_id", o.availability_zone_id);
  visit("region", o.region);
  visit("ami_id", o.ami_id);
  visit("life_cycle", o.life_cycle);
  visit("tags", o.tags);
  visit("account_id", o.account_id);
}

void fields(auto& visit, Is<Cpu> auto& o) {
  visit("model", o.model);
  visit("architecture", o.architecture);
  visit("packages", o.packages);
  visit("cores", o.cores);
  visit("threads", o.threads);
  visit("microcode", o.microcode);
  visit("governor", o.governor);
  visit("instruction_sets", o.instruction_sets);
}

void fields(auto& visit, Is<Cache> auto& o) {
  visit("name", o.name);
  visit("size_bytes", o.size_bytes);
  visit("line_bytes", o.line_bytes);
  visit("count", o.count);
  visit("threads_each", o.threads_each);
}

void fields(auto& visit, Is<NumaNode> auto& o) {
  visit("index", o.index);
  visit("memory_bytes", o.memory_bytes);
  visit("cpus", o.cpus);
}

void fields(auto& visit, Is<Memory> auto& o) {
  visit("total_bytes", o.total_bytes);
  visit("available_bytes", o.available_bytes);
  visit("transparent_huge_pages", o.transparent_huge_pages);
  visit("huge_page_bytes", o.huge_page_bytes);
  visit("huge_pages_free", o.huge_pages_free);
}

void fields(auto& visit, Is<Partition> auto& o) {
  visit("name", o.name);
  visit("size_bytes", o.size_bytes);
  visit("mounts", o.mounts);
  visit("holders", o.holders);
  visit("swap", o.swap);
  visit("start_bytes", o.start_bytes);
}

void fields(auto& visit, Is<NvmeIdentity> auto& o) {
  visit("unread", o.unread);
  visit("volume_id", o.volume_id);
  visit("attachment_name", o.attachment_name);
  visit("size_bytes", o.size_bytes);
  visit("capacity_bytes", o.capacity_bytes);
  visit("used_bytes", o.used_bytes);
  visit("torn_write_bytes", o.torn_write_bytes);
  visit("torn_write_granularity_bytes", o.torn_write_granularity_bytes);
  visit("torn_write_boundary_bytes", o.torn_write_boundary_bytes);
  visit("power_fail_atomic_bytes", o.power_fail_atomic_bytes);
}

void fields(auto& visit, Is<BlockDevice> auto& o) {
  visit("name", o.name);
  visit("path", o.path);
  visit("model", o.model);
  visit("serial", o.serial);
  visit("by_id", o.by_id);
  visit("backing_file", o.backing_file);
  visit("firmware", o.firmware);
  visit("transport", o.transport);
  visit("class", o.device_class);
  visit("size_bytes", o.size_bytes);
  visit("rotational", o.rotational);
  visit("read_only", o.read_only);
  visit("logical_block_bytes", o.logical_block_bytes);
  visit("physical_block_bytes", o.physical_block_bytes);
  visit("scheduler", o.scheduler);
  visit("nr_requests", o.nr_requests);
  visit("max_sectors_kb", o.max_sectors_kb);
  visit("max_hw_sectors_kb", o.max_hw_sectors_kb);
  visit("nomerges", o.nomerges);
  visit("rq_affinity", o.rq_affinity);
  visit("write_cache", o.write_cache);
  visit("io_poll", o.io_poll);
  visit("io_timeout_ms", o.io_timeout_ms);
  visit("numa_node", o.numa_node);
  visit("pci_address", o.pci_address);
  visit("mounts", o.mounts);
  visit("holders", o.holders);
  visit("lower_devices", o.lower_devices);
  visit("swap", o.swap);
  visit("partitions", o.partitions);
  visit("nvme", o.nvme);
}

void fields(auto& visit, Is<FileSystem> auto& o) {
  visit("mount_point", o.mount_point);
  visit("type", o.type);
  visit("source", o.source);
  visit("device", o.device);
  visit("options", o.options);
  visit("size_bytes", o.size_bytes);
  visit("available_bytes", o.available_bytes);
}

void fields(auto& visit, Is<Kernel> auto& o) {
  visit("release", o.release);
  visit("distribution", o.distribution);
  visit("command_line", o.command_line);
}

void fields(auto& visit, Is<IoUring> auto& o) {
  visit("state", o.state);
  visit("reason", o.reason);
}

void fields(auto& visit, Is<Gpu> auto& o) {
  visit("index", o.index);
  visit("name", o.name);
  visit("uuid", o.uuid);
  visit("pci_address", o.pci_address);
  visit("compute_capability", o.compute_capability);
  visit("memory_bytes", o.memory_bytes);
  visit("memory_bus_bits", o.memory_bus_bits);
  visit("memory_clock_hz", o.memory_clock_hz);
  visit("numa_node", o.numa_node);
}

void fields(auto& visit, Is<GpuInventory> auto& o) {
  visit("devices", o.devices);
  visit("none_reason", o.none_reason);
  visit("pci_devices", o.pci_devices);
  visit("driver_version", o.driver_version);
  visit("runtime_version", o.runtime_version);
}

void fields(auto& visit, Is<Host> auto& o) {
  visit("identity", o.identity);
  visit("kernel", o.kernel);
  visit("cpu", o.cpu);
  visit("caches", o.caches);
  visit("numa_nodes", o.numa_nodes);
  visit("memory", o.memory);
  visit("block_devices", o.block_devices);
  visit("file_systems", o.file_systems);
  visit("io_uring", o.io_uring);
  visit("gpu", o.gpu);
  visit("ec2", o.ec2);
}

}  // namespace assay::json
