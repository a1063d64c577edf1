#pragma once

#include <toml++/toml.h>

#include <string_view>
#include <vector>

#include "runners/plan/suite.hpp"
#include "runners/plan/suite_reader.hpp"

namespace assay {

/// The keys that a [[storage]] table may have beside those of every table.
const std::vector<std::string_view>& storage_keys();

/// Reads them into the row, whose workloads are known, and refuses what does not go together.
void read_storage_row(const SuiteReader& reader, const toml::table& table, SuiteRow& row);

}  // namespace assay
