#pragma once

#include "reports/model/plan.hpp"
#include "runners/plan/suite.hpp"

namespace assay {

/// Appends every combination of a storage row's lists as a case on one target; those that cannot
/// run carry the reason. Pure.
void add_storage_cases(Plan& plan, const Host& host, const Suite& suite, const SuiteRow& row,
                       const Target& target);

/// The targets that a storage row is measured on, of those resolved and of the sets made of them:
/// each, all at once (none where a class has one member), or the slowest (the only one then).
std::vector<const Target*> targets_of(const StorageRow& row, const std::vector<Target>& storage);

/// Sets for each class with several chosen targets of one kind: all of them, and their slowest.
/// Precondition: ids are numbered.
std::vector<Target> target_sets(const std::vector<Target>& targets);

}  // namespace assay
