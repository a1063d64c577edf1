#pragma once

#include <string_view>
#include <vector>

#include "runners/plan/suite.hpp"
#include "runners/plan/suite_reader.hpp"

namespace assay {

/// The keys of a [[pipeline]] table, beyond those of every table.
const std::vector<std::string_view>& pipeline_keys();

/// Reads what a [[pipeline]] table alone says. Throws UsageError with the place.
void read_pipeline_row(const SuiteReader& reader, const toml::table& table, SuiteRow& row);

}  // namespace assay
