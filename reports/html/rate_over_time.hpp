#pragma once

#include <string>

#include "reports/model/result.hpp"

namespace assay::html {

/// IOPS over time of a case of at least a minute with its change points and, where not all of it
/// counts, the part that does. Empty for shorter cases. `number` makes its id unique on a target.
std::string rate_over_time_figure(const Case& item, const CaseResult& measured, std::size_t number);

}  // namespace assay::html
