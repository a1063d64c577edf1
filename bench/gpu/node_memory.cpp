#include "bench/gpu/node_memory.hpp"

#include <fmt/format.h>
#include <hwloc.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>

namespace assay {
namespace {

struct Destroy {
  void operator()(hwloc_topology* topology) const { hwloc_topology_destroy(topology); }
  void operator()(hwloc_bitmap_s* bitmap) const { hwloc_bitmap_free(bitmap); }
};
using Topology = std::unique_ptr<hwloc_topology, Destroy>;
using Bitmap = std::unique_ptr<hwloc_bitmap_s, Destroy>;

Topology load_topology() {
  hwloc_topology_t raw = nullptr;
  if (hwloc_topology_init(&raw) != 0) throw std::runtime_error("hwloc cannot be initialised");
  Topology topology(raw);
  if (hwloc_topology_load(raw) != 0) throw std::runtime_error("hwloc cannot read the topology");
  return topology;
}

/// Binds the range to the node, touches it and looks where its pages are.
void place(void* data, std::uint64_t bytes, std::uint32_t numa_node) {
  const Topology topology = load_topology();
  hwloc_obj_t node = hwloc_get_numanode_obj_by_os_index(topology.get(), numa_node);
  if (node == nullptr) throw std::runtime_error(fmt::format("there is no NUMA node {}", numa_node));
  constexpr int flags = HWLOC_MEMBIND_BYNODESET;
  if (hwloc_set_area_membind(topology.get(), data, bytes, node->nodeset, HWLOC_MEMBIND_BIND,
                             flags | HWLOC_MEMBIND_STRICT) != 0) {
    throw std::runtime_error(fmt::format("bind {} bytes of host memory to NUMA node {}: {}", bytes,
                                         numa_node, std::strerror(errno)));
  }
  std::memset(data, 1, bytes);
  const Bitmap found(hwloc_bitmap_alloc());
  if (hwloc_get_area_memlocation(topology.get(), data, bytes, found.get(), flags) == 0 &&
      hwloc_bitmap_isequal(found.get(), node->nodeset) == 0) {
    throw std::runtime_error(fmt::format(
        "host memory bound to NUMA node {} came to lie elsewhere too: its memory is full",
        numa_node));
  }
}

}  // namespace

NodeMemory::NodeMemory(std::uint64_t bytes, std::uint32_t numa_node)
    : bytes_(bytes),
      data_(mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {
  if (data_ == MAP_FAILED) {
    throw std::runtime_error(
        fmt::format("allocate {} bytes of host memory: {}", bytes, std::strerror(errno)));
  }
  try {
    place(data_, bytes_, numa_node);
  } catch (...) {
    munmap(data_, bytes_);
    throw;
  }
}

NodeMemory::~NodeMemory() { munmap(data_, bytes_); }

}  // namespace assay
