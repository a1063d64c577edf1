#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "reports/model/plan.hpp"

namespace assay {

/// One step of a run: a case of the Plan, or one part of it.
struct Step {
  std::size_t case_index = 0;
  std::uint32_t round = 0;  // from 1; 0: the case is measured in one part
};

/// What depends on what: preconditioning goes before all else, cases on the slowest target after
/// those that tell which it is, and rates that are a share of the highest after those that find it;
/// rates that refine a grid go last of them, each after the one before. Cases that verify go
/// through these stages by themselves, after the others.
enum class Stage { precondition, first, slowest, rates, refined, pipelines, other };
Stage stage_of(const Plan& plan, const Case& item);

/// The order in which a run goes through its Plan: stage by stage; within a stage storage cases in
/// rounds, each in an order drawn from the seed where the suite asks for it, so that a drift of the
/// machine meets all cases alike. Cases in steady state, and those of memory and GPUs, have one
/// part.
std::vector<Step> execution_order(const Plan& plan);

}  // namespace assay
