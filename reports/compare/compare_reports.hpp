#pragma once

#include <string>
#include <vector>

#include "reports/compare/compare.hpp"

namespace assay {

/// Comparisons of one baseline with others as a document. HTML is a page without scripts; JSON has
/// the numbers of every metric, its layout is told by its members' names.
std::string render_compare_markdown(const std::vector<Comparison>& comparisons);
std::string render_compare_json(const std::vector<Comparison>& comparisons);
std::string render_compare_html(const std::vector<Comparison>& comparisons);

}  // namespace assay
