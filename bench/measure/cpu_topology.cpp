#include "bench/measure/cpu_topology.hpp"

#include <fmt/format.h>
#include <hwloc.h>

#include <algorithm>
#include <map>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace assay {

namespace {

struct FreeBitmap {
  void operator()(hwloc_bitmap_t bitmap) const { hwloc_bitmap_free(bitmap); }
};
using Bitmap = std::unique_ptr<hwloc_bitmap_s, FreeBitmap>;

Bitmap bitmap_of(std::span<const std::uint32_t> cpus) {
  Bitmap bitmap(hwloc_bitmap_alloc());
  for (const std::uint32_t cpu : cpus) hwloc_bitmap_set(bitmap.get(), cpu);
  return bitmap;
}

std::vector<std::uint32_t> those_in(std::span<const std::uint32_t> cpus, hwloc_const_bitmap_t set) {
  std::vector<std::uint32_t> inside;
  for (const std::uint32_t cpu : cpus) {
    if (hwloc_bitmap_isset(set, cpu) != 0) inside.push_back(cpu);
  }
  return inside;
}

}  // namespace

void CpuTopology::Destroy::operator()(hwloc_topology* topology) const {
  hwloc_topology_destroy(topology);
}

CpuTopology::CpuTopology(const std::string& xml) {
  hwloc_topology_t raw = nullptr;
  if (hwloc_topology_init(&raw) != 0) throw std::runtime_error("hwloc cannot be initialised");
  topology_.reset(raw);
  if (!xml.empty() && hwloc_topology_set_xml(raw, xml.c_str()) != 0) {
    throw std::runtime_error(fmt::format("hwloc cannot read {}", xml));
  }
  // hwloc's own choice of types: I/O devices would make loading slow, and without packages and
  // groups a NUMA node smaller than a package would be given all CPUs of the machine.
  if (hwloc_topology_load(raw) != 0) {
    throw std::runtime_error("hwloc cannot read the CPU topology of this machine");
  }
}

std::vector<std::uint32_t> CpuTopology::allowed_cpus() const {
  const Bitmap allowed(hwloc_bitmap_alloc());
  if (hwloc_get_cpubind(topology_.get(), allowed.get(), HWLOC_CPUBIND_THREAD) != 0) {
    hwloc_bitmap_copy(allowed.get(), hwloc_topology_get_allowed_cpuset(topology_.get()));
  }
  // CPUs that are in the mask but offline cannot be run on.
  hwloc_bitmap_and(allowed.get(), allowed.get(),
                   hwloc_topology_get_topology_cpuset(topology_.get()));
  std::vector<std::uint32_t> cpus;
  for (int cpu = hwloc_bitmap_first(allowed.get()); cpu >= 0;
       cpu = hwloc_bitmap_next(allowed.get(), cpu)) {
    cpus.push_back(static_cast<std::uint32_t>(cpu));
  }
  if (cpus.empty()) throw std::runtime_error("the affinity mask of this process holds no CPU");
  return cpus;
}

std::uint64_t CpuTopology::cache_bytes(std::span<const std::uint32_t> cpus) const {
  const Bitmap used = bitmap_of(cpus);
  std::uint64_t bytes = 0;
  // hwloc has one object for each cache, however many CPUs share it.
  for (const hwloc_obj_type_t level : {HWLOC_OBJ_L2CACHE, HWLOC_OBJ_L3CACHE}) {
    for (hwloc_obj_t cache = hwloc_get_next_obj_by_type(topology_.get(), level, nullptr);
         cache != nullptr; cache = hwloc_get_next_obj_by_type(topology_.get(), level, cache)) {
      if (hwloc_bitmap_intersects(cache->cpuset, used.get()) != 0) bytes += cache->attr->cache.size;
    }
  }
  return bytes;
}

std::vector<std::uint32_t> CpuTopology::cpus_on_node(std::span<const std::uint32_t> cpus,
                                                     std::uint32_t node) const {
  const hwloc_obj_t object = hwloc_get_numanode_obj_by_os_index(topology_.get(), node);
  return object == nullptr ? std::vector<std::uint32_t>() : those_in(cpus, object->cpuset);
}

std::vector<std::uint32_t> CpuTopology::spread(std::span<const std::uint32_t> cpus) const {
  hwloc_topology* machine = topology_.get();
  struct Place {
    std::uint32_t turn = 0;   // on its core: 0 for the first CPU of `cpus`
    std::uint32_t core = 0;   // in its L3 domain: 0 for the first core
    std::uint32_t cache = 0;  // which L3 domain
    std::uint32_t cpu = 0;
  };
  std::map<unsigned, std::uint32_t> turns;                          // by core
  std::map<std::pair<unsigned, unsigned>, std::uint32_t> numbered;  // by L3 domain and core
  std::map<unsigned, std::uint32_t> cores;                          // by L3 domain
  std::vector<Place> places;
  for (const std::uint32_t cpu : cpus) {
    hwloc_obj_t unit = hwloc_get_pu_obj_by_os_index(machine, cpu);
    const auto above = [&](hwloc_obj_type_t type) {
      const hwloc_obj_t object =
          unit == nullptr ? nullptr : hwloc_get_ancestor_obj_by_type(machine, type, unit);
      return object == nullptr ? 0U : object->logical_index;
    };
    const bool has_core =
        unit != nullptr && hwloc_get_ancestor_obj_by_type(machine, HWLOC_OBJ_CORE, unit) != nullptr;
    // Without cores every CPU counts as one.
    const unsigned core = has_core ? above(HWLOC_OBJ_CORE) : cpu;
    const unsigned cache = above(HWLOC_OBJ_L3CACHE);
    const auto [place, fresh] = numbered.try_emplace({cache, core}, cores[cache]);
    if (fresh) ++cores[cache];
    places.push_back({turns[core]++, place->second, cache, cpu});
  }
  std::stable_sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
    return std::tie(a.turn, a.core, a.cache) < std::tie(b.turn, b.core, b.cache);
  });
  std::vector<std::uint32_t> ordered;
  ordered.reserve(places.size());
  for (const Place& place : places) ordered.push_back(place.cpu);
  return ordered;
}

std::vector<std::uint32_t> CpuTopology::cpus_in_l3(std::span<const std::uint32_t> cpus,
                                                   std::uint32_t domain) const {
  const hwloc_obj_t cache = hwloc_get_obj_by_type(topology_.get(), HWLOC_OBJ_L3CACHE, domain);
  return cache == nullptr ? std::vector<std::uint32_t>() : those_in(cpus, cache->cpuset);
}

std::vector<std::uint32_t> CpuTopology::nodes() const {
  std::vector<std::uint32_t> found;
  hwloc_obj_t node = nullptr;
  while ((node = hwloc_get_next_obj_by_type(topology_.get(), HWLOC_OBJ_NUMANODE, node)) !=
         nullptr) {
    if (node->attr->numanode.local_memory > 0) found.push_back(node->os_index);
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::optional<std::uint32_t> CpuTopology::node_of(std::uint32_t cpu) const {
  for (const std::uint32_t node : nodes()) {
    if (!cpus_on_node({&cpu, 1}, node).empty()) return node;
  }
  return std::nullopt;
}

bool CpuTopology::bind_memory(std::byte* data, std::size_t bytes, std::uint32_t node) const {
  const Bitmap set = bitmap_of({&node, 1});
  return hwloc_set_area_membind(topology_.get(), data, bytes, set.get(), HWLOC_MEMBIND_BIND,
                                HWLOC_MEMBIND_BYNODESET | HWLOC_MEMBIND_STRICT) == 0;
}

std::vector<std::uint32_t> CpuTopology::sample_nodes(const std::byte* data, std::size_t bytes,
                                                     std::size_t samples) const {
  std::vector<std::uint32_t> found;
  const Bitmap set(hwloc_bitmap_alloc());
  samples = std::min(samples, bytes);
  for (std::size_t i = 0; i < samples; ++i) {
    // hwloc asks the kernel with move_pages(2) without moving anything.
    if (hwloc_get_area_memlocation(topology_.get(), data + bytes / samples * i, 1, set.get(),
                                   HWLOC_MEMBIND_BYNODESET) != 0) {
      return {};
    }
    const int node = hwloc_bitmap_first(set.get());
    if (node >= 0) found.push_back(static_cast<std::uint32_t>(node));
  }
  return found;
}

bool CpuTopology::pin(std::span<const std::uint32_t> cpus) const {
  const Bitmap bitmap = bitmap_of(cpus);
  return hwloc_set_cpubind(topology_.get(), bitmap.get(), HWLOC_CPUBIND_THREAD) == 0;
}

AffinityGuard::AffinityGuard(const CpuTopology& topology)
    : topology_(topology), before_(hwloc_bitmap_alloc()) {
  if (hwloc_get_cpubind(topology_.topology_.get(), before_, HWLOC_CPUBIND_THREAD) != 0) {
    hwloc_bitmap_zero(before_);
  }
}

AffinityGuard::~AffinityGuard() {
  if (hwloc_bitmap_iszero(before_) == 0) {
    hwloc_set_cpubind(topology_.topology_.get(), before_, HWLOC_CPUBIND_THREAD);
  }
  hwloc_bitmap_free(before_);
}

std::string format_cpu_list(std::span<const std::uint32_t> cpus) {
  std::string text;
  for (std::size_t i = 0; i < cpus.size();) {
    std::size_t last = i;
    while (last + 1 < cpus.size() && cpus[last + 1] == cpus[last] + 1) ++last;
    text += text.empty() ? "" : ",";
    text += last == i ? fmt::format("{}", cpus[i]) : fmt::format("{}-{}", cpus[i], cpus[last]);
    i = last + 1;
  }
  return text;
}

}  // namespace assay
