#pragma once

#include <string>

#include "reports/fleet/run_summary.hpp"

/// Tidy rows of a fleet: one a metric a run. COLUMNS.md describes them.
namespace assay {

/// The header line of fleet_csv, with its line end.
std::string fleet_csv_header();

/// The rows of one run (RFC 4180).
std::string fleet_csv(const RunSummary& run);

/// The same rows as flat JSON objects, one a line; what is not known is null.
std::string fleet_ndjson(const RunSummary& run);

}  // namespace assay
