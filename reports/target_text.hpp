#pragma once

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

/// "measured on ebs-2 (91.0 % of the mean rate of 4 targets over 3 cases)"; empty where
/// measured_on is.
std::string measured_on_text(const Result& result, const Target& target);

/// Whether the target is a member of a set of which a case ended ok: pictures then show the set and
/// its slowest member, and each member's numbers stand in tables.
bool in_measured_set(const Result& result, const Target& target);

/// Whether a case of the target ended ok.
bool has_measured_case(const Result& result, const Target& target);

}  // namespace assay
