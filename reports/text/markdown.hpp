#pragma once

#include <string>
#include <string_view>

#include "reports/html/table.hpp"

namespace assay {

/// Text that Markdown (and the HTML in it) shows as it is, on one line, also inside a table cell.
std::string markdown_text(std::string_view text);

/// Text as a code span on one line, fenced by more backquotes than it holds in a row.
std::string markdown_code(std::string_view text);

/// A table, header and rows, each on a line; cells that a row lacks are empty.
std::string markdown_table(const html::Table& table);

}  // namespace assay
