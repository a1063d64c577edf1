#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// What is not well-formed in a piece of XML without DOCTYPE, comments and processing instructions:
/// unbalanced elements, unquoted or repeated attributes, unknown references. Empty when it is fine.
std::string xml_error(std::string_view xml);

/// Every <svg ...>...</svg> of a page.
std::vector<std::string> svgs_of(std::string_view page);

}  // namespace assay
