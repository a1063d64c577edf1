#pragma once

#include <cstdint>
#include <memory>
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
  /// Throws std::runtime_error when hwloc cannot read the machine.
  CpuTopology();

  /// The CPUs the calling thread may run on, ascending; never empty.
  std::vector<std::uint32_t> allowed_cpus() const;

  /// Those of `cpus` that are on the NUMA node; empty when it has none of them, or does not exist.
  std::vector<std::uint32_t> cpus_on_node(std::span<const std::uint32_t> cpus,
                                          std::uint32_t node) const;

  /// Bytes of all last-level caches (L3, or L2 where there is none) that these CPUs can fill; 0
  /// when the machine does not say.
  std::uint64_t last_level_cache_bytes(std::span<const std::uint32_t> cpus) const;

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

/// The first `threads` of the allowed CPUs, all of them for 0. Throws std::runtime_error when there
/// are fewer.
std::vector<std::uint32_t> chosen_cpus(const CpuTopology& topology, std::uint32_t threads);

/// "0-3,8" for ascending CPU numbers.
std::string format_cpu_list(std::span<const std::uint32_t> cpus);

}  // namespace assay
