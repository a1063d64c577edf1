#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

struct hwloc_topology;
struct hwloc_bitmap_s;

namespace assay {

/// Owns what hwloc knows about CPUs and caches. CPUs are numbered as the system does. `pin` may be
/// called from several threads at once.
class CpuTopology {
 public:
  /// This machine, or the one of an hwloc XML file, whose CPUs cannot be bound to. Throws
  /// std::runtime_error when hwloc cannot read it.
  explicit CpuTopology(const std::string& xml = {});

  /// The CPUs the calling thread may run on, ascending; never empty.
  std::vector<std::uint32_t> allowed_cpus() const;

  /// Those of `cpus` that are on the NUMA node; empty when it has none of them, or does not exist.
  std::vector<std::uint32_t> cpus_on_node(std::span<const std::uint32_t> cpus,
                                          std::uint32_t node) const;

  /// The same CPUs in the order in which n threads reach the most memory: one a core before any
  /// core twice, and in turn over the L3 domains.
  std::vector<std::uint32_t> spread(std::span<const std::uint32_t> cpus) const;

  /// Those of `cpus` that share the L3 cache with that number (in the order of its CPUs, from 0);
  /// empty when there is no such cache or none of them is in it.
  std::vector<std::uint32_t> cpus_in_l3(std::span<const std::uint32_t> cpus,
                                        std::uint32_t domain) const;

  /// NUMA nodes with memory, ascending; node_of is that of a CPU, empty when the machine has none.
  std::vector<std::uint32_t> nodes() const;
  std::optional<std::uint32_t> node_of(std::uint32_t cpu) const;

  /// Binds pages that were not touched yet to a node, strictly; false when the system refuses.
  bool bind_memory(std::byte* data, std::size_t bytes, std::uint32_t node) const;

  /// The node of each of at most `samples` pages spread over touched memory, as the kernel says
  /// (move_pages); empty when it does not.
  std::vector<std::uint32_t> sample_nodes(const std::byte* data, std::size_t bytes,
                                          std::size_t samples) const;

  /// Bytes of all L2 and L3 caches that these CPUs can fill, those that several share once: where
  /// each core has an L2 of its own they may hold more than the L3 together, and what lies in one
  /// need not lie in the other. 0 when the machine does not say.
  std::uint64_t cache_bytes(std::span<const std::uint32_t> cpus) const;

  /// Binds the calling thread to these CPUs, at least one; false when the system refuses.
  bool pin(std::span<const std::uint32_t> cpus) const;
  bool pin(std::uint32_t cpu) const { return pin({&cpu, 1}); }

 private:
  friend class AffinityGuard;
  struct Destroy {
    void operator()(hwloc_topology* topology) const;
  };
  std::unique_ptr<hwloc_topology, Destroy> topology_;
};

/// Restores, when it is destroyed, the CPUs that the calling thread could run on before.
class AffinityGuard {
 public:
  explicit AffinityGuard(const CpuTopology& topology);
  ~AffinityGuard();
  AffinityGuard(const AffinityGuard&) = delete;
  AffinityGuard& operator=(const AffinityGuard&) = delete;
  AffinityGuard(AffinityGuard&&) = delete;
  AffinityGuard& operator=(AffinityGuard&&) = delete;

 private:
  const CpuTopology& topology_;
  hwloc_bitmap_s* before_;
};

/// "0-3,8" for ascending CPU numbers.
std::string format_cpu_list(std::span<const std::uint32_t> cpus);

}  // namespace assay
