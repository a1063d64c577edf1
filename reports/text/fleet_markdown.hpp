#pragma once

#include <string>

#include "reports/fleet/fleet_tables.hpp"

namespace assay {

/// A fleet for pull requests: best types, overview, cost, measured against advertised, families.
std::string render_fleet_markdown(const FleetReport& report);

}  // namespace assay
