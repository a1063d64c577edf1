#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/catalog/price.hpp"
#include "reports/trust/redaction.hpp"
#include "runners/cli/need_arguments.hpp"

namespace assay {

enum class FleetFormat { html, markdown, csv, ndjson };
enum class WhenMixed { refuse, banner };

struct FleetOptions {
  std::vector<std::string> files;  // as find_results gives them
  std::vector<std::string> named;  // files that the user named: each must be read
  std::string output;
  FleetFormat format = FleetFormat::html;
  PurchaseOption option = PurchaseOption::on_demand;
  std::string region;
  WhenMixed when_mixed = WhenMixed::refuse;
  std::optional<Need> need;  // adds a section, of .html and .md
  Identities identities = Identities::removed;
};

/// Writes a report on many Results; what cannot be read is told on stderr. Throws UsageError when
/// nothing can be read, when a named file cannot, or when runs are mixed that must not be.
void write_fleet_report(const FleetOptions& options);

}  // namespace assay
