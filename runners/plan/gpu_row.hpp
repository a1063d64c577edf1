#pragma once

#include <string_view>
#include <vector>

#include "runners/plan/suite.hpp"
#include "runners/plan/suite_reader.hpp"

namespace assay {

/// Keys of a [[gpu]] table beyond those of every table.
const std::vector<std::string_view>& gpu_keys();

/// Reads them into row.gpu; row.workloads are set. Throws UsageError with the place.
void read_gpu_row(const SuiteReader& reader, const toml::table& table, SuiteRow& row);

}  // namespace assay
