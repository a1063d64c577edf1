#include "bench/memory/placement.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "bench/measure/huge_pages.hpp"
#include "bench/measure/not_applicable.hpp"
#include "bench/memory/sizing.hpp"

namespace assay {

namespace {

constexpr std::size_t sampled_pages = 512;

std::vector<std::uint32_t> candidates(const CpuTopology& topology,
                                      const MemoryParameters& parameters) {
  std::vector<std::uint32_t> allowed = topology.allowed_cpus();
  if (parameters.l3_domain) {
    std::vector<std::uint32_t> cpus = topology.cpus_in_l3(allowed, *parameters.l3_domain);
    if (!cpus.empty()) return cpus;
    throw NotApplicable(
        fmt::format("this process may use no CPU of L3 cache {} (it may run on CPUs {})",
                    *parameters.l3_domain, format_cpu_list(allowed)));
  }
  if (!parameters.cpu_node) return allowed;
  std::vector<std::uint32_t> cpus = topology.cpus_on_node(allowed, *parameters.cpu_node);
  if (!cpus.empty()) return cpus;
  throw NotApplicable(
      fmt::format("this process may use no CPU of NUMA node {} (it may run on "
                  "CPUs {})",
                  *parameters.cpu_node, format_cpu_list(allowed)));
}

}  // namespace

Placement place(const CpuTopology& topology, const MemoryParameters& parameters) {
  Placement placement;
  placement.cpus = topology.spread(candidates(topology, parameters));
  const std::size_t most = placement.cpus.size();
  if (parameters.threads > most) {
    std::sort(placement.cpus.begin(), placement.cpus.end());
    throw NotApplicable(
        fmt::format("{} threads were asked for, but only {} CPUs ({}) may be used here",
                    parameters.threads, most, format_cpu_list(placement.cpus)));
  }
  if (parameters.threads > 0) placement.cpus.resize(parameters.threads);
  placement.available_bytes = available_memory_bytes();
  if (!parameters.memory_node) return placement;
  const std::vector<std::uint32_t> nodes = topology.nodes();
  if (std::find(nodes.begin(), nodes.end(), *parameters.memory_node) == nodes.end()) {
    throw NotApplicable(fmt::format("this machine has no memory on NUMA node {} (it has nodes {})",
                                    *parameters.memory_node, fmt::join(nodes, ", ")));
  }
  placement.memory_node = parameters.memory_node;
  // Strict binding never falls back to another node: what is not free there is out of reach.
  placement.available_bytes =
      std::min(placement.available_bytes, free_node_bytes(*parameters.memory_node));
  return placement;
}

void bind_region(const CpuTopology& topology, const Placement& placement, MemoryRegion& region) {
  if (!placement.memory_node) return;
  if (topology.bind_memory(region.data(), region.size_bytes(), *placement.memory_node)) return;
  throw NotApplicable(
      fmt::format("the system does not let this process bind memory to NUMA node {} (control "
                  "group cpuset.mems, or a kernel without NUMA)",
                  *placement.memory_node));
}

void describe_threads(const CpuTopology& topology, const Placement& placement, CaseResult& result) {
  std::vector<std::uint32_t> cpus = placement.cpus;
  std::sort(cpus.begin(), cpus.end());
  std::string text = fmt::format("{}, on CPUs {}", cpus.size(), format_cpu_list(cpus));
  std::set<std::uint32_t> nodes;
  for (const std::uint32_t cpu : cpus) {
    if (const auto node = topology.node_of(cpu)) nodes.insert(*node);
  }
  if (!nodes.empty()) {
    text += fmt::format(" of NUMA node{} {}", nodes.size() == 1 ? "" : "s", fmt::join(nodes, ", "));
  }
  result.method.emplace_back("threads", text);
}

void describe_region(const CpuTopology& topology, const Placement& placement, MemoryPages pages,
                     const MemoryRegion& region, const std::string& what, CaseResult& result) {
  const HugePageReport obtained = report_huge_pages(pages, region.huge_page_bytes(),
                                                    region.size_bytes(), page_size_bytes(), what);
  const PlacementReport placed = report_placement(topology, placement, region);
  result.method.emplace_back("page size", obtained.page_size);
  result.method.emplace_back("huge pages", obtained.obtained);
  if (!placed.nodes.empty()) result.method.emplace_back("memory on", placed.nodes);
  for (const std::string& flag : {obtained.flag, placed.flag}) {
    if (!flag.empty()) result.flags.push_back(flag);
  }
}

PlacementReport report_placement(const CpuTopology& topology, const Placement& placement,
                                 const MemoryRegion& region) {
  const std::vector<std::uint32_t> nodes =
      topology.sample_nodes(region.data(), region.size_bytes(), sampled_pages);
  std::map<std::uint32_t, std::size_t> pages;
  for (const std::uint32_t node : nodes) ++pages[node];
  PlacementReport report;
  for (const auto& [node, count] : pages) {
    report.nodes += fmt::format("{}node {} ({} of {} sampled pages)",
                                report.nodes.empty() ? "" : ", ", node, count, nodes.size());
  }
  if (placement.memory_node && !nodes.empty() && pages[*placement.memory_node] < nodes.size()) {
    report.flag = fmt::format("memory was bound to node {}, but lies on {}", *placement.memory_node,
                              report.nodes);
  }
  return report;
}

}  // namespace assay
