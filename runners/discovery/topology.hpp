#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "reports/model/host.hpp"
#include "runners/discovery/discovery.hpp"

namespace assay {

/// How CPUs, caches and memory hang together. Counts are 0 where nothing was found out.
struct Topology {
  std::uint32_t packages = 0;
  std::uint32_t cores = 0;
  std::uint32_t threads = 0;
  std::vector<Cache> caches;  // L1d, L1i, L2, L3
  std::vector<NumaNode> numa_nodes;
};

/// The whole machine, also CPUs this process may not use. By hwloc for this machine and for a tree
/// with hwloc.xml (`lstopo hwloc.xml`); otherwise, or where hwloc fails, from
/// /sys/devices/system/{cpu,node}.
Topology discover_topology(const SystemRoot& root);

/// By hwloc: this machine when `xml` is empty, else that file. Empty when hwloc cannot.
std::optional<Topology> topology_from_hwloc(const std::filesystem::path& xml);

/// From <root>/sys/devices/system/{cpu,node}.
Topology topology_from_sysfs(const SystemRoot& root);

/// Counts one more cache of this kind: caches that agree in everything share one entry.
void add_cache(std::vector<Cache>& caches, const Cache& one);

}  // namespace assay
