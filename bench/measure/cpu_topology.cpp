#include "bench/measure/cpu_topology.hpp"

#include <fmt/format.h>
#include <hwloc.h>

#include <stdexcept>

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

}  // namespace

void CpuTopology::Destroy::operator()(hwloc_topology* topology) const {
  hwloc_topology_destroy(topology);
}

CpuTopology::CpuTopology() {
  hwloc_topology_t raw = nullptr;
  if (hwloc_topology_init(&raw) != 0) throw std::runtime_error("hwloc cannot be initialised");
  topology_.reset(raw);
  // Caches and CPUs are all that is asked for; I/O devices would make loading slow.
  hwloc_topology_set_all_types_filter(raw, HWLOC_TYPE_FILTER_KEEP_NONE);
  hwloc_topology_set_cache_types_filter(raw, HWLOC_TYPE_FILTER_KEEP_ALL);
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

std::uint64_t CpuTopology::last_level_cache_bytes(std::span<const std::uint32_t> cpus) const {
  const Bitmap used = bitmap_of(cpus);
  for (const hwloc_obj_type_t level : {HWLOC_OBJ_L3CACHE, HWLOC_OBJ_L2CACHE}) {
    std::uint64_t bytes = 0;
    for (hwloc_obj_t cache = hwloc_get_next_obj_by_type(topology_.get(), level, nullptr);
         cache != nullptr; cache = hwloc_get_next_obj_by_type(topology_.get(), level, cache)) {
      if (hwloc_bitmap_intersects(cache->cpuset, used.get()) != 0) bytes += cache->attr->cache.size;
    }
    if (bytes > 0) return bytes;
  }
  return 0;
}

std::vector<std::uint32_t> CpuTopology::cpus_on_node(std::span<const std::uint32_t> cpus,
                                                     std::uint32_t node) const {
  std::vector<std::uint32_t> near;
  const hwloc_obj_t object = hwloc_get_numanode_obj_by_os_index(topology_.get(), node);
  if (object == nullptr) return near;
  for (const std::uint32_t cpu : cpus) {
    if (hwloc_bitmap_isset(object->cpuset, cpu) != 0) near.push_back(cpu);
  }
  return near;
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

std::vector<std::uint32_t> chosen_cpus(const CpuTopology& topology, std::uint32_t threads) {
  std::vector<std::uint32_t> cpus = topology.allowed_cpus();
  if (threads > cpus.size()) {
    throw std::runtime_error(
        fmt::format("{} threads were asked for, but this process may run on {} CPUs ({}) only",
                    threads, cpus.size(), format_cpu_list(cpus)));
  }
  if (threads > 0) cpus.resize(threads);
  return cpus;
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
