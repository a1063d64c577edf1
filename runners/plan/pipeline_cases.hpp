#pragma once

#include "reports/model/host.hpp"
#include "reports/model/plan.hpp"
#include "runners/plan/suite.hpp"

namespace assay {

/// The GPU that each drive feeds: in turn those on its NUMA node, or in turn all where none is, or
/// where its node is not known. CUDA indices, one for each drive; empty without GPUs.
std::vector<std::uint32_t> near_gpus(const Host& host, const std::vector<const Target*>& drives);

/// Appends every combination of a [[pipeline]] row's lists as a case on one storage target, or on
/// a set; those that cannot run carry the reason. Pure.
void add_pipeline_cases(Plan& plan, const Host& host, const Suite& suite, const SuiteRow& row,
                        const Target& target);

}  // namespace assay
