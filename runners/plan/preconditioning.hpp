#pragma once

#include <string>
#include <vector>

#include "reports/model/host.hpp"
#include "reports/model/plan.hpp"
#include "reports/model/result.hpp"

namespace assay {

/// "sequential fill, then random-write to steady state": how the storage targets of a Plan are
/// prepared, by the cases that will run. What --only, the cap on time or a target leaves out is not
/// told; targets are named where others are measured without. With the results of the Plan's cases
/// it is what was done: without cases that did not end well, and "not steady" where that is so.
std::string preconditioning_text(const Plan& plan,
                                 const std::vector<CaseResult>* measured_cases = nullptr);

/// Adds to what a preconditioning case found how much of its targets it overwrote. Flags a rate of
/// local disks that got steady on less than half of their span: until its spare blocks are used up
/// a drive need not collect any, and may slow down later.
/// `ran_on`: ids of the targets that it wrote to. What a mix reads is not counted.
void describe_overwritten(const Plan& plan, const Host& host, const Case& item,
                          const std::vector<std::string>& ran_on, CaseResult& measured);

}  // namespace assay
