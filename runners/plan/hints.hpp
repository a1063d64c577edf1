#pragma once

#include <string>
#include <vector>

#include "reports/catalog/catalog.hpp"
#include "reports/model/result.hpp"

namespace assay {

/// What a user would want to know of a planned run before it begins, a sentence each:
/// instance-store disks that no target stands on, EBS volumes sold with less than the instance.
/// Pure.
std::vector<std::string> plan_hints(const Result& planned, const Catalog& catalog);

}  // namespace assay
