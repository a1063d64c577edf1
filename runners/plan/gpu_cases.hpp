#pragma once

#include <vector>

#include "reports/model/host.hpp"
#include "reports/model/plan.hpp"
#include "runners/plan/suite.hpp"

namespace assay {

/// A case with what every family has: workload, target, times, priority, and why it is skipped.
Case case_for(const SuiteRow& row, const Suite& suite, const Workload& workload,
              const Target& target);

/// The GPUs of a host, or one target that stands for none with the reason.
std::vector<Target> gpu_targets(const Host& host);

/// Appends the cases of a [[gpu]] row for one GPU.
void add_gpu_cases(Plan& plan, const Suite& suite, const SuiteRow& row, const Target& target);

}  // namespace assay
