#pragma once

#include <string>
#include <vector>

#include "reports/html/table.hpp"
#include "reports/pick/pick.hpp"

namespace assay {

/// One table of a pick as plain text, for text, Markdown and HTML alike.
struct PickTable {
  std::string heading;
  html::Table table;
};

/// Candidates first, also without rows; then those excluded and those only advertised, where there
/// are any.
std::vector<PickTable> pick_tables(const Pick& pick);

/// The requirements, the price and the budget that it was asked with, in one line.
std::string need_text(const Pick& pick);

/// The sentence that stands for a table of candidates without rows.
constexpr const char* no_candidate_words = "No measured type meets the need.";

/// How an instance counts, and where each price comes from; one sentence a line.
std::vector<std::string> pick_notes(const Pick& pick);

/// "left out: FILE: why", a line for each run that does not count.
std::vector<std::string> left_out_lines(const Pick& pick);

}  // namespace assay
