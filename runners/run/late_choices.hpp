#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/model/result.hpp"

namespace assay {

/// What a Plan leaves to the run, because it follows from what was measured before.

/// The member of a set that was slowest, with the reason in words.
struct SlowestMember {
  std::string target;
  std::string reason;
};

/// Compares the members by the storage cases that all of them ran with the same parameters: the one
/// with the lowest mean of rate over mean rate of all. Without such a case, the first member.
/// `measured` may hold parts of cases.
SlowestMember slowest_member(const Plan& plan, const Target& set,
                             const std::vector<CaseResult>& measured);

/// The highest rate in I/Os a second that closed loops with the same I/Os (workload, block size or
/// mix, share of reads, range, alignment, skew) reached on this target, as one of several targets
/// or as the slowest of them; 0 when none ended well. Precondition: item.storage.
double highest_rate(const Plan& plan, const Case& item, const std::string& target,
                    const std::vector<CaseResult>& measured);

/// A rate of an adaptive grid, in percent of the highest, with the reason in words.
struct RefinedRate {
  double percent = 0;
  std::string reason;
};

/// The middle of the two neighbouring rates of the same open loop, measured before and at least
/// `refined_width_percent_min` apart, between which p99 (of a mix, that of its reads) changes by
/// the largest factor: where latency bends there are most points. Parts of a case count with their
/// mean. Empty when fewer than two rates have a p99, or all are closer.
std::optional<RefinedRate> refined_rate(const Plan& plan, const Case& item,
                                        const std::vector<CaseResult>& measured);
constexpr double refined_width_percent_min = 2;

}  // namespace assay
