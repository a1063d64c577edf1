#pragma once

#include <string>

#include "reports/fleet/fleet.hpp"

namespace assay::html {

/// The figures of a family, two for each headline that is charted: values over sizes with what is
/// advertised as open marks, and each instance's deviation from its type's median, coloured by
/// availability zone where known. Empty where no headline was measured.
std::string family_figures(const Fleet& fleet, const FleetFamily& family);

}  // namespace assay::html
