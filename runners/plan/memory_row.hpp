#pragma once

#include "runners/plan/suite.hpp"
#include "runners/plan/suite_reader.hpp"

namespace assay {

/// The keys that a [[memory]] table may have beyond those of every table.
const std::vector<std::string_view>& memory_keys();

/// Reads them into row.memory; row.workloads is read already. Throws UsageError with the place.
void read_memory_row(const SuiteReader& reader, const toml::table& table, SuiteRow& row);

}  // namespace assay
