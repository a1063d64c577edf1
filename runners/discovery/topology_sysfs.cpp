#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "runners/discovery/sysfs.hpp"
#include "runners/discovery/topology.hpp"

namespace assay {

namespace {

/// The number of "cpu12" or "node3"; empty for "cpufreq" and the like.
std::optional<std::uint64_t> number_after(const std::string& name, std::string_view prefix) {
  if (name.rfind(prefix, 0) != 0) return std::nullopt;
  return to_number(std::string_view(name).substr(prefix.size()));
}

std::string cache_name(const std::string& level, const std::string& type) {
  if (type == "Instruction") return "L" + level + "i";
  return type == "Data" ? "L" + level + "d" : "L" + level;
}

/// "48K" in the kernel's cache/index*/size, always in KiB.
std::uint64_t cache_size_bytes(const std::string& text) {
  if (text.empty() || text.back() != 'K') return 0;
  const std::uint64_t kib =
      to_number(std::string_view(text).substr(0, text.size() - 1)).value_or(0);
  return kib > (UINT64_MAX >> 10) ? 0 : kib << 10;
}

/// "Node 0 MemTotal:  1234 kB"
std::uint64_t node_memory_bytes(const std::string& meminfo) {
  for (const std::string& line : split_lines(meminfo)) {
    const std::vector<std::string> words = split_words(line);
    if (words.size() < 4 || words[2] != "MemTotal:") continue;
    const std::uint64_t kib = to_number(words[3]).value_or(0);
    return kib > (UINT64_MAX >> 10) ? 0 : kib << 10;
  }
  return 0;
}

}  // namespace

Topology topology_from_sysfs(const SystemRoot& root) {
  Topology topology;
  const std::filesystem::path system = root.path / "sys/devices/system";
  std::set<std::string> packages;
  std::set<std::pair<std::string, std::string>> cores;
  // Each CPU lists the caches it can reach; one that several share is told by its list of CPUs.
  std::set<std::tuple<std::string, std::string>> caches_seen;
  for (const std::string& name : list_names(system / "cpu")) {
    if (!number_after(name, "cpu")) continue;
    const std::filesystem::path cpu = system / "cpu" / name;
    const std::string package = read_attribute(cpu / "topology/physical_package_id");
    const std::string core = read_attribute(cpu / "topology/core_id");
    if (core.empty()) continue;  // offline
    ++topology.threads;
    packages.insert(package);
    cores.emplace(package, core);
    for (const std::string& index : list_names(cpu / "cache")) {
      const std::filesystem::path cache = cpu / "cache" / index;
      const std::string level = read_attribute(cache / "level");
      const std::string shared = read_attribute(cache / "shared_cpu_list");
      const std::string kind = cache_name(level, read_attribute(cache / "type"));
      if (level.empty() || !caches_seen.emplace(kind, shared).second) continue;
      add_cache(topology.caches,
                {kind, cache_size_bytes(read_attribute(cache / "size")),
                 read_number_32(cache / "coherency_line_size"), 1, count_cpu_list(shared)});
    }
  }
  topology.packages = static_cast<std::uint32_t>(packages.size());
  topology.cores = static_cast<std::uint32_t>(cores.size());
  std::stable_sort(topology.caches.begin(), topology.caches.end(),
                   [](const Cache& a, const Cache& b) { return a.name < b.name; });
  for (const std::string& name : list_names(system / "node")) {
    const auto index = number_after(name, "node");
    if (!index) continue;
    const std::filesystem::path node = system / "node" / name;
    topology.numa_nodes.push_back({static_cast<std::uint32_t>(*index),
                                   node_memory_bytes(read_file(node / "meminfo")),
                                   read_attribute(node / "cpulist")});
  }
  return topology;
}

}  // namespace assay
