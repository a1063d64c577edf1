#pragma once

#include <string>
#include <string_view>

#include "reports/catalog/catalog.hpp"
#include "reports/model/result.hpp"

namespace assay {

/// One self-contained HTML page: static SVG, no scripts needed, no external request. `result_json`
/// is the exact text of result.json, embedded compressed so that reports can be made from the page.
/// `catalog` is what is advertised.
std::string render_html(const Result& result, std::string_view result_json,
                        const CatalogView& catalog = {});

/// The result.json text embedded in a page made by render_html. Throws std::runtime_error in words
/// when there is none.
std::string extract_embedded_result(std::string_view html);

/// The Result document of a file that is one or that embeds one. Throws std::runtime_error in words
/// when it is a page without, such as one on a fleet.
std::string result_text(std::string file_text);

}  // namespace assay
