#pragma once

#include <vector>

#include "reports/model/plan.hpp"
#include "runners/plan/suite_reader.hpp"

namespace assay {

/// The value of a suite's `primary`: at most primary_metrics_max texts, each a glob on case ids, a
/// space and the name of a metric with a better direction. Throws UsageError with place and what is
/// allowed.
std::vector<PrimaryMetric> read_primary(const SuiteReader& reader, const toml::node& node);

}  // namespace assay
