#pragma once

#include <string>
#include <vector>

#include "reports/catalog/catalog.hpp"

namespace assay {

/// One type for people: every field, every price with region, source and date, and who says so.
std::string describe_type(const Catalog& catalog, const InstanceType& type,
                          const std::string& today);

/// Several types as a table, one line each. Prices that are old on the day `today` have an
/// asterisk.
std::string describe_types(const Catalog& catalog, const std::vector<const InstanceType*>& types,
                           const std::string& today);

/// The sources of the catalog, one a line.
std::string describe_sources(const Catalog& catalog);

}  // namespace assay
