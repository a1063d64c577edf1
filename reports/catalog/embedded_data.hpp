#pragma once

#include <string_view>

#include "reports/catalog/catalog.hpp"

namespace assay {

/// A Catalog from the files in reports/catalog/data: the table of instance types (tab separated,
/// first line names the columns), the prices, and the sources of the table. Throws
/// std::runtime_error with file, line and column of what is wrong.
Catalog read_embedded_data(std::string_view instance_types_tsv, std::string_view prices_json,
                           std::string_view sources_json);

}  // namespace assay
