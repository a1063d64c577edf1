#pragma once

#include <string>
#include <vector>

#include "reports/model/plan.hpp"
#include "runners/plan/options.hpp"
#include "runners/plan/suite.hpp"

namespace assay {

/// The suite with what the options override: every duration.
Suite apply_options(Suite suite, const RunOptions& options);

/// Orders the suite's cases over the resolved storage targets, host memory and the Host's GPUs. A
/// case that cannot run stays in the Plan with its reason. Pure. `seed` is the run's.
/// Throws UsageError when options.only matches no case.
Plan make_plan(const Host& host, const Suite& suite, std::vector<Target> storage_targets,
               const RunOptions& options, std::uint64_t seed);

/// The Plan as text: targets with reasons, cases with their times, the time in all.
std::string describe_plan(const Plan& plan);

}  // namespace assay
