#include "reports/html/host_tables.hpp"

#include <fmt/format.h>

#include "reports/case_text.hpp"
#include "reports/html/table.hpp"
#include "reports/model/units.hpp"

namespace assay::html {

namespace {

std::string size_text(std::uint64_t bytes) {
  return bytes == 0 ? "-" : format_bytes(static_cast<double>(bytes));
}

std::string join(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

std::string number_text(const std::optional<std::uint32_t>& number) {
  return number ? fmt::format("{}", *number) : "-";
}

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

std::string io_uring_text(const IoUring& io_uring) {
  switch (io_uring.state) {
    case IoUringState::available:
      return "available";
    case IoUringState::not_in_kernel:
      return "not in this kernel. " + io_uring.reason;
    case IoUringState::not_permitted:
      return "not permitted. " + io_uring.reason;
    case IoUringState::disabled_by_sysctl:
      return "disabled by sysctl. " + io_uring.reason;
  }
  return io_uring.reason;
}

std::string instance(const std::optional<Ec2Instance>& found) {
  if (!found) return {};
  std::string tags;
  for (const InstanceTag& tag : found->tags) {
    tags += (tags.empty() ? "" : ", ") + tag.key + " = " + tag.value;
  }
  std::vector<std::pair<std::string, std::string>> rows;
  for (const auto& [name, value] : {std::pair{"instance type", found->instance_type},
                                    {"instance id", found->instance_id},
                                    {"availability zone", found->availability_zone},
                                    {"availability zone id", found->availability_zone_id},
                                    {"region", found->region},
                                    {"AMI", found->ami_id},
                                    {"life cycle", found->life_cycle},
                                    {"tags", tags},
                                    {"account", found->account_id.value_or("")},
                                    {"not known", found->unknown}}) {
    if (!value.empty()) rows.emplace_back(name, value);
  }
  return "<h3>EC2</h3>\n" + render_pairs(rows);
}

std::string machine(const Host& host) {
  const Cpu& cpu = host.cpu;
  return "<h3>Machine</h3>\n" +
         render_pairs(
             {{"vendor", host.identity.sys_vendor},
              {"product", host.identity.product_name},
              {"product version", host.identity.product_version},
              {"BIOS", host.identity.bios_version},
              {"asset tag", host.identity.board_asset_tag},
              {"kernel", host.kernel.release},
              {"distribution", host.kernel.distribution},
              {"kernel command line", host.kernel.command_line},
              {"CPU", fmt::format("{}, {}", cpu.model, cpu.architecture)},
              {"CPU topology", fmt::format("{} package{}, {} cores, {} threads", cpu.packages,
                                           cpu.packages == 1 ? "" : "s", cpu.cores, cpu.threads)},
              {"instruction sets", join(cpu.instruction_sets)},
              {"microcode", cpu.microcode},
              {"CPU frequency governor", cpu.governor.empty() ? "no cpufreq" : cpu.governor},
              {"memory", fmt::format("{}, {} available", size_text(host.memory.total_bytes),
                                     size_text(host.memory.available_bytes))},
              {"transparent huge pages", host.memory.transparent_huge_pages},
              {"huge pages", fmt::format("{} free of {} each", host.memory.huge_pages_free,
                                         size_text(host.memory.huge_page_bytes))},
              {"io_uring", io_uring_text(host.io_uring)}});
}

std::string caches_and_nodes(const Host& host) {
  Table caches{{{"cache"},
                {"size", Align::number},
                {"count", Align::number},
                {"line", Align::number},
                {"threads each", Align::number}},
               {}};
  for (const Cache& cache : host.caches) {
    caches.rows.push_back({cache.name, size_text(cache.size_bytes), fmt::format("{}", cache.count),
                           fmt::format("{} B", cache.line_bytes),
                           fmt::format("{}", cache.threads_each)});
  }
  Table nodes{{{"NUMA node"}, {"memory", Align::number}, {"CPUs"}}, {}};
  for (const NumaNode& node : host.numa_nodes) {
    nodes.rows.push_back(
        {fmt::format("{}", node.index), size_text(node.memory_bytes), or_dash(node.cpus)});
  }
  std::string text;
  if (!caches.rows.empty()) text += "<h3>Caches</h3>\n" + render_table(caches, "Caches");
  if (!nodes.rows.empty()) text += "<h3>NUMA nodes</h3>\n" + render_table(nodes, "NUMA nodes");
  return text;
}

std::string used_by(const BlockDevice& device) {
  std::vector<std::string> uses;
  const auto add = [&](const std::string& name, const auto& part) {
    const std::string prefix = name.empty() ? "" : name + ": ";
    for (const std::string& mount : part.mounts) uses.push_back(prefix + mount);
    for (const std::string& holder : part.holders)
      uses.push_back(fmt::format("{}held by {}", prefix, holder));
    if (part.swap) uses.push_back(prefix + "swap");
  };
  add("", device);
  for (const Partition& partition : device.partitions) add(partition.name, partition);
  return or_dash(join(uses));
}

std::string queue_text(const BlockDevice& device) {
  return fmt::format("{}, nr_requests {}, max_sectors_kb {}, nomerges {}, rq_affinity {}{}{}",
                     device.scheduler.empty() ? "no scheduler" : device.scheduler,
                     device.nr_requests, device.max_sectors_kb, device.nomerges, device.rq_affinity,
                     device.write_cache.empty() ? "" : ", ", device.write_cache) +
         (device.io_poll ? ", polling" : "") +
         (device.io_timeout_ms ? fmt::format(", timeout {} ms", *device.io_timeout_ms) : "");
}

std::string block_devices(const Host& host) {
  Table identity{{{"block device"},
                  {"class"},
                  {"model"},
                  {"serial"},
                  {"firmware"},
                  {"size", Align::number},
                  {"used by"}},
                 {}};
  Table queues{{{"block device"},
                {"transport"},
                {"logical block", Align::number},
                {"physical block", Align::number},
                {"NUMA node", Align::number},
                {"PCI address"},
                {"queue"}},
               {}};
  for (const BlockDevice& device : host.block_devices) {
    identity.rows.push_back(
        {device.name,
         device_class_text(device.device_class) + (device.rotational ? ", rotational" : "") +
             (device.read_only ? ", read-only" : ""),
         or_dash(device.model), or_dash(device.serial), or_dash(device.firmware),
         size_text(device.size_bytes), used_by(device)});
    queues.rows.push_back(
        {device.name, or_dash(device.transport), fmt::format("{} B", device.logical_block_bytes),
         fmt::format("{} B", device.physical_block_bytes), number_text(device.numa_node),
         or_dash(device.pci_address), queue_text(device)});
  }
  if (identity.rows.empty()) return paragraph("No block device was found.");
  return "<h3>Block devices</h3>\n" + render_table(identity, "Block devices") +
         render_table(queues, "Queues of the block devices");
}

std::string file_systems(const Host& host) {
  Table table{{{"mount point"},
               {"type"},
               {"source"},
               {"disk"},
               {"size", Align::number},
               {"available", Align::number},
               {"options"}},
              {}};
  for (const FileSystem& system : host.file_systems) {
    table.rows.push_back({system.mount_point, system.type, system.source, or_dash(system.device),
                          size_text(system.size_bytes), size_text(system.available_bytes),
                          system.options});
  }
  if (table.rows.empty()) return {};
  return "<h3>File systems</h3>\n" + render_table(table, "File systems");
}

std::string gpus(const Host& host) {
  const GpuInventory& inventory = host.gpu;
  Table table{{{"GPU"},
               {"name"},
               {"compute capability"},
               {"memory", Align::number},
               {"bus", Align::number},
               {"memory clock", Align::number},
               {"PCI address"},
               {"NUMA node", Align::number},
               {"UUID"}},
              {}};
  for (const Gpu& gpu : inventory.devices) {
    table.rows.push_back({fmt::format("{}", gpu.index), gpu.name, gpu.compute_capability,
                          size_text(gpu.memory_bytes), fmt::format("{} bit", gpu.memory_bus_bits),
                          fmt::format("{:.0f} MHz", static_cast<double>(gpu.memory_clock_hz) / 1e6),
                          gpu.pci_address, number_text(gpu.numa_node), gpu.uuid});
  }
  std::string text = "<h3>GPUs</h3>\n";
  text += table.rows.empty()
              ? paragraph(inventory.none_reason.empty() ? "None." : inventory.none_reason)
              : render_table(table, "GPUs");
  return text + render_pairs({{"NVIDIA devices on PCI", join(inventory.pci_devices)},
                              {"CUDA of the driver", inventory.driver_version},
                              {"CUDA runtime", inventory.runtime_version}});
}

}  // namespace

std::string render_host_tables(const Host& host) {
  return machine(host) + instance(host.ec2) + caches_and_nodes(host) + block_devices(host) +
         file_systems(host) + gpus(host);
}

std::string render_told_host(const Host& host) {
  std::string text = host.ec2 ? instance(host.ec2)
                              : paragraph("The file does not say what machine it comes from.");
  if (host.cpu.threads > 0) {
    text += "<h3>Machine</h3>\n" + render_pairs({{"CPUs", fmt::format("{}", host.cpu.threads)}});
  }
  return text;
}

}  // namespace assay::html
