#pragma once

#include <string>

#include "reports/model/result.hpp"

namespace assay {

/// Markdown for pull requests: verdict lines, table of key metrics, what was skipped, method.
std::string render_markdown(const Result& result);

/// Tidy CSV (RFC 4180): one row a metric, with a header row; values in base units, unscaled.
std::string render_csv(const Result& result);

}  // namespace assay
