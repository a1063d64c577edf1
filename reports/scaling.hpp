#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/model/result.hpp"

namespace assay {

/// What one member of a set did in a case on all of them, and in the same case alone.
struct MemberRate {
  const Target* target = nullptr;
  double iops = 0;
  std::optional<double> alone_iops;
};

/// Members whose devices are attached to one NUMA node.
struct NodeRate {
  std::uint32_t node = 0;
  std::size_t members = 0;
  double iops_mean = 0;  // of a member, in the case on all
};

/// One case on a set of targets at once. All rates in I/Os a second; the block size makes bytes of
/// them.
struct SetScaling {
  const Target* set = nullptr;
  const Case* item = nullptr;
  const CaseResult* measured = nullptr;
  double iops = 0;
  std::optional<double> bandwidth;
  std::vector<MemberRate> members;   // in the set's order; only those that did I/O
  std::optional<double> alone_iops;  // sum over members, where every one ran the case alone
  std::optional<double> efficiency;  // iops / alone_iops
  std::vector<NodeRate> nodes;       // ascending; empty unless members sit on several nodes
  std::size_t slowest = 0;           // indices into members, which is not empty
  std::size_t fastest = 0;
};

/// Every case on a set that ended ok, in the Plan's order. A member ran the same case alone when
/// its own target, or the slowest of a set that it was, has one with equal parameters but for the
/// number of threads.
std::vector<SetScaling> scaling_of(const Result& result);

/// The formula of the efficiency in words, for captions.
extern const char* const scaling_formula;

/// How much slower the mean member of the slowest node is than that of the fastest, in percent;
/// empty with fewer than two nodes.
std::optional<double> numa_effect_percent(const SetScaling& scaling);

}  // namespace assay
