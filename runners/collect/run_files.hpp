#pragma once

#include <string_view>

namespace assay {

/// What of a run may lie beside its Result, in a bucket and in a directory.
constexpr std::string_view result_name = "result.json";
constexpr std::string_view partial_name = "result-partial.json";
constexpr std::string_view journal_name = "journal.ndjson";
constexpr std::string_view log_name = "assay.log";

}  // namespace assay
