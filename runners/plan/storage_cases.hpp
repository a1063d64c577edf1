#pragma once

#include "reports/model/plan.hpp"
#include "runners/plan/suite.hpp"

namespace assay {

/// Appends every combination of a storage row's lists as a case on one target; those that cannot
/// run carry the reason. Pure.
void add_storage_cases(Plan& plan, const Host& host, const Suite& suite, const SuiteRow& row,
                       const Target& target);

/// Why I/O of that kind cannot run on a target, or on one of a set's members; empty when it can.
std::string storage_skip_reason(const Plan& plan, const Host& host, const Target& target,
                                const StorageParameters& parameters);

/// The targets that a row with such a use of devices is measured on, of those resolved and of the
/// sets made of them: each, all at once (none where a class has one member), or the slowest (the
/// only one then).
std::vector<const Target*> targets_of(DeviceUse devices, const std::vector<Target>& storage);

/// Sets for each class with several chosen targets of one kind: all of them, and their slowest.
/// Precondition: ids are numbered.
std::vector<Target> target_sets(const std::vector<Target>& targets);

}  // namespace assay
