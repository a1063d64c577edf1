#include "runners/discovery/topology.hpp"

#include <hwloc.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <tuple>

namespace assay {

namespace {

struct TopologyDeleter {
  void operator()(hwloc_topology* topology) const { hwloc_topology_destroy(topology); }
};
using TopologyHandle = std::unique_ptr<hwloc_topology, TopologyDeleter>;

struct CacheKind {
  hwloc_obj_type_t type;
  const char* name;
};
constexpr std::array<CacheKind, 6> cache_kinds{{{HWLOC_OBJ_L1CACHE, "L1d"},
                                                {HWLOC_OBJ_L1ICACHE, "L1i"},
                                                {HWLOC_OBJ_L2CACHE, "L2"},
                                                {HWLOC_OBJ_L2ICACHE, "L2i"},
                                                {HWLOC_OBJ_L3CACHE, "L3"},
                                                {HWLOC_OBJ_L4CACHE, "L4"}}};

std::uint32_t count_of(hwloc_topology_t topology, hwloc_obj_type_t type) {
  return static_cast<std::uint32_t>(std::max(hwloc_get_nbobjs_by_type(topology, type), 0));
}

std::uint32_t weight_of(hwloc_const_bitmap_t set) {
  return static_cast<std::uint32_t>(std::max(hwloc_bitmap_weight(set), 0));
}

std::string list_of(hwloc_const_bitmap_t set) {
  const int length = hwloc_bitmap_list_snprintf(nullptr, 0, set);
  if (length <= 0) return {};
  std::string text(static_cast<std::size_t>(length) + 1, '\0');
  hwloc_bitmap_list_snprintf(text.data(), text.size(), set);
  text.pop_back();
  return text;
}

TopologyHandle load(const std::filesystem::path& xml) {
  hwloc_topology_t raw = nullptr;
  if (hwloc_topology_init(&raw) != 0) return nullptr;
  TopologyHandle topology(raw);
  if (!xml.empty() && hwloc_topology_set_xml(raw, xml.c_str()) != 0) return nullptr;
  // The Host is the machine, not the share of it that a cgroup leaves to this process.
  hwloc_topology_set_flags(raw, HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED);
  hwloc_topology_set_cache_types_filter(raw, HWLOC_TYPE_FILTER_KEEP_ALL);
  hwloc_topology_set_icache_types_filter(raw, HWLOC_TYPE_FILTER_KEEP_ALL);
  if (hwloc_topology_load(raw) != 0) return nullptr;
  return topology;
}

}  // namespace

std::optional<Topology> topology_from_hwloc(const std::filesystem::path& xml) {
  const TopologyHandle handle = load(xml);
  if (!handle) return std::nullopt;
  hwloc_topology_t machine = handle.get();
  Topology topology;
  topology.packages = count_of(machine, HWLOC_OBJ_PACKAGE);
  topology.cores = count_of(machine, HWLOC_OBJ_CORE);
  topology.threads = count_of(machine, HWLOC_OBJ_PU);
  for (const CacheKind& kind : cache_kinds) {
    hwloc_obj_t cache = nullptr;
    while ((cache = hwloc_get_next_obj_by_type(machine, kind.type, cache)) != nullptr) {
      add_cache(topology.caches, {kind.name, cache->attr->cache.size, cache->attr->cache.linesize,
                                  1, weight_of(cache->cpuset)});
    }
  }
  hwloc_obj_t node = nullptr;
  while ((node = hwloc_get_next_obj_by_type(machine, HWLOC_OBJ_NUMANODE, node)) != nullptr) {
    topology.numa_nodes.push_back(
        {node->os_index, node->attr->numanode.local_memory, list_of(node->cpuset)});
  }
  return topology;
}

void add_cache(std::vector<Cache>& caches, const Cache& one) {
  const auto kind_of = [](const Cache& cache) {
    return std::tie(cache.name, cache.size_bytes, cache.line_bytes, cache.threads_each);
  };
  const auto same = std::find_if(caches.begin(), caches.end(), [&](const Cache& cache) {
    return kind_of(cache) == kind_of(one);
  });
  if (same == caches.end()) {
    caches.push_back(one);
  } else {
    same->count += one.count;
  }
}

Topology discover_topology(const SystemRoot& root) {
  const std::filesystem::path xml = root.path / "hwloc.xml";
  std::error_code error;
  if (root.is_live()) {
    if (const auto topology = topology_from_hwloc({})) return *topology;
  } else if (std::filesystem::is_regular_file(xml, error)) {
    if (const auto topology = topology_from_hwloc(xml)) return *topology;
  }
  return topology_from_sysfs(root);
}

}  // namespace assay
