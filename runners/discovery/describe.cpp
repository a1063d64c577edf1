#include <fmt/format.h>

#include "reports/model/units.hpp"
#include "runners/discovery/describe_storage.hpp"
#include "runners/discovery/discovery.hpp"
#include "runners/discovery/io_uring_state.hpp"
#include "runners/discovery/text_table.hpp"

namespace assay {

namespace {

std::string bytes(std::uint64_t count) {
  return count == 0 ? std::string() : format_bytes(static_cast<double>(count));
}

/// Non-empty parts with commas between, or "unknown" when there is none.
std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) {
    if (!part.empty()) text += (text.empty() ? "" : ", ") + part;
  }
  return text.empty() ? "unknown" : text;
}

/// `text` in a sentence, or nothing when there is no text.
std::string with_prefix(const std::string& prefix, const std::string& text) {
  return text.empty() ? std::string() : prefix + text;
}

std::string counted(std::uint64_t count, const std::string& noun) {
  if (count == 0) return {};
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string line(const std::string& heading, const std::string& text) {
  return fmt::format("{:<15}{}\n", heading, text);
}

std::string machine_lines(const Host& host) {
  const Identity& identity = host.identity;
  std::string text =
      line("Machine", joined({identity.sys_vendor, identity.product_name, identity.product_version,
                              with_prefix("asset tag ", identity.board_asset_tag),
                              with_prefix("BIOS ", identity.bios_version)}));
  text +=
      line("System", joined({host.kernel.distribution, with_prefix("Linux ", host.kernel.release),
                             host.cpu.architecture}));
  text += line("Command line", joined({host.kernel.command_line}));
  return text;
}

std::string ec2_lines(const std::optional<Ec2Instance>& found) {
  if (!found) return {};
  const Ec2Instance& instance = *found;
  if (instance.instance_id.empty()) return line("EC2", joined({instance.unknown}));
  std::string text = line(
      "EC2", joined({instance.instance_type, instance.instance_id, instance.availability_zone,
                     instance.availability_zone_id, instance.region, instance.life_cycle,
                     instance.ami_id, with_prefix("account ", instance.account_id.value_or(""))}));
  if (!instance.unknown.empty()) text += line("", "more is unknown: " + instance.unknown);
  for (const InstanceTag& tag : instance.tags) {
    text += line("", fmt::format("tag {} = {}", tag.key, tag.value));
  }
  return text;
}

std::string cpu_lines(const Cpu& cpu) {
  std::string text =
      line("CPU", joined({cpu.model, counted(cpu.packages, "package"), counted(cpu.cores, "core"),
                          counted(cpu.threads, "thread")}));
  if (cpu.model.empty()) return text;
  text += line("", joined({cpu.instruction_sets.empty()
                               ? std::string("none of avx2, avx512f, neon")
                               : fmt::format("{}", fmt::join(cpu.instruction_sets, " ")),
                           with_prefix("microcode ", cpu.microcode),
                           cpu.governor.empty() ? std::string("no frequency governor")
                                                : "governor " + cpu.governor}));
  return text;
}

std::string topology_lines(const Host& host) {
  std::string text;
  for (const Cache& cache : host.caches) {
    text += line(&cache == &host.caches.front() ? "Caches" : "",
                 fmt::format("{:<4}{:>4} x {:>8}, lines of {} B, each for {}", cache.name,
                             cache.count, bytes(cache.size_bytes), cache.line_bytes,
                             counted(cache.threads_each, "thread")));
  }
  if (host.caches.empty()) text += line("Caches", "unknown");
  for (const NumaNode& node : host.numa_nodes) {
    text += line(&node == &host.numa_nodes.front() ? "NUMA nodes" : "",
                 fmt::format("{}: {}, CPUs {}", node.index,
                             node.memory_bytes == 0 ? "no memory" : bytes(node.memory_bytes),
                             node.cpus.empty() ? "none" : node.cpus));
  }
  if (host.numa_nodes.empty()) text += line("NUMA nodes", "unknown");
  return text;
}

std::string memory_lines(const Memory& memory) {
  std::string text =
      line("Memory", joined({bytes(memory.total_bytes),
                             with_prefix("available ", bytes(memory.available_bytes))}));
  const std::string pages = memory.huge_page_bytes == 0
                                ? std::string()
                                : fmt::format("{} huge pages of {} free", memory.huge_pages_free,
                                              bytes(memory.huge_page_bytes));
  text += line(
      "", joined({with_prefix("transparent huge pages: ", memory.transparent_huge_pages), pages}));
  return text;
}

std::string io_uring_line(const IoUring& io_uring) {
  if (io_uring.state == IoUringState::available) return line("io_uring", "available");
  const bool known = io_uring.reason != io_uring_not_probed;
  return line("io_uring", (known ? "not available: " : "") + io_uring.reason);
}

std::string gpu_lines(const GpuInventory& inventory) {
  const std::string none = inventory.pci_devices.empty() ? "none: " : "none usable: ";
  if (inventory.devices.empty()) return line("GPUs", none + inventory.none_reason);
  std::string text =
      line("GPUs", joined({counted(inventory.devices.size(), "GPU"),
                           with_prefix("driver for CUDA ", inventory.driver_version),
                           with_prefix("CUDA runtime ", inventory.runtime_version)}));
  std::vector<std::vector<std::string>> rows;
  for (const Gpu& gpu : inventory.devices) {
    rows.push_back({fmt::format("gpu{}", gpu.index), gpu.name, bytes(gpu.memory_bytes),
                    fmt::format("{} bit", gpu.memory_bus_bits),
                    fmt::format("{:.0f} MHz", static_cast<double>(gpu.memory_clock_hz) / 1e6),
                    gpu.compute_capability, gpu.numa_node ? std::to_string(*gpu.numa_node) : "",
                    gpu.pci_address});
  }
  return text + text_table({{"name"},
                            {"model"},
                            {"memory", Align::right},
                            {"bus", Align::right},
                            {"clock", Align::right},
                            {"compute", Align::right},
                            {"NUMA", Align::right},
                            {"PCI"}},
                           rows, "  ");
}

}  // namespace

std::string describe_host(const Host& host) {
  return machine_lines(host) + ec2_lines(host.ec2) + cpu_lines(host.cpu) + topology_lines(host) +
         memory_lines(host.memory) + io_uring_line(host.io_uring) + gpu_lines(host.gpu) + '\n' +
         describe_block_devices(host) + '\n' + describe_file_systems(host);
}

}  // namespace assay
