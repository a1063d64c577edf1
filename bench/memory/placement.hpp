#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/measure/cpu_topology.hpp"
#include "bench/memory/memory_region.hpp"
#include "reports/model/result.hpp"

namespace assay {

/// Where the threads of a case run and where its memory lies.
struct Placement {
  std::vector<std::uint32_t> cpus;           // one a thread, in the order of CpuTopology::spread
  std::optional<std::uint32_t> memory_node;  // bound to it; empty: first touch decides
  std::uint64_t available_bytes = 0;         // there, without swapping
};

/// Throws NotApplicable, in words, when the machine has no such node, L3 cache or number of CPUs,
/// or the process may not use them.
Placement place(const CpuTopology& topology, const MemoryParameters& parameters);

/// Binds an untouched region to the placement's node, if it names one; throws NotApplicable when
/// the system refuses.
void bind_region(const CpuTopology& topology, const Placement& placement, MemoryRegion& region);

/// Says in the method on which CPUs the threads run.
void describe_threads(const CpuTopology& topology, const Placement& placement, CaseResult& result);

/// Says in the method which pages the touched region has and where they lie, and flags what is not
/// as it was asked for; `what` is the quantity that then suffers.
void describe_region(const CpuTopology& topology, const Placement& placement, MemoryPages pages,
                     const MemoryRegion& region, const std::string& what, CaseResult& result);

/// Where the pages of a touched region really are, "node 1 (512 of 512 sampled pages)", and the
/// warning when a bound region has pages elsewhere.
struct PlacementReport {
  std::string nodes;  // empty when the kernel does not say
  std::string flag;
};
PlacementReport report_placement(const CpuTopology& topology, const Placement& placement,
                                 const MemoryRegion& region);

}  // namespace assay
