#pragma once

#include <vector>

#include "reports/model/host.hpp"
#include "reports/model/plan.hpp"
#include "runners/plan/suite.hpp"

namespace assay {

/// A case with what every family has: workload, target, times, priority, and why it is skipped.
Case case_for(const SuiteRow& row, const Suite& suite, const Workload& workload,
              const Target& target);

/// The GPUs of a host, or one target that stands for none with the reason; and, where a row of the
/// suite wants that, all of them at once.
std::vector<Target> gpu_targets(const Host& host, const Suite& suite);

/// Appends the cases of a [[gpu]] row for one target, where the row is for it.
void add_gpu_cases(Plan& plan, const Host& host, const Suite& suite, const SuiteRow& row,
                   const Target& target);

}  // namespace assay
