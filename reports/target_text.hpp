#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "reports/model/result.hpp"

namespace assay {

/// The method entry in which a case on the slowest member of a set names it: "ebs-2: 91.0 % of the
/// mean rate of 4 targets over 3 cases".
constexpr const char* slowest_entry = "slowest target";

/// Ids of the targets that really ran the cases of a "slowest of set" target, each once, in the
/// order of the Result; empty for other targets.
std::vector<std::string> measured_on(const Result& result, const Target& target);

/// Id of the target that ran the case: its own, or the member that was the slowest of the set.
std::string ran_on(const Plan& plan, const Case& item, const CaseResult& measured);
std::string ran_on(const Result& result, const Case& item, const CaseResult& measured);

/// The disks that a target stands on: those of all members of a set, those beneath a stripe.
struct TargetDisks {
  std::uint32_t count = 1;  // a target whose device is not known counts as one
  /// Of these, EBS volumes of which the launcher's note does not speak: see told_volumes.
  std::uint32_t untold = 0;
};
TargetDisks disks_of(const Result& result, const Target& target);

/// EBS volumes that were measured and that the launcher's note speaks of (`volume_note`, which is
/// on each of them): the volumes that were attached to be measured. Not the one that the machine
/// boots from, which comes with the image, unless it is the only one.
std::set<std::string> told_volumes(const Result& result);

/// "measured on ebs-2 (91.0 % of the mean rate of 4 targets over 3 cases)"; empty where
/// measured_on is.
std::string measured_on_text(const Result& result, const Target& target);

/// Whether the target is a member of a set of which a case ended ok: pictures then show the set and
/// its slowest member, and each member's numbers stand in tables.
bool in_measured_set(const Result& result, const Target& target);

/// Whether a case of the target ended ok.
bool has_measured_case(const Result& result, const Target& target);

}  // namespace assay
