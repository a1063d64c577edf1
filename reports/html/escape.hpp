#pragma once

#include <string>
#include <string_view>

namespace assay::html {

/// Text for element content and quoted attribute values of HTML and SVG: & < > " ' become
/// references; control characters that XML forbids and bytes that are no UTF-8 become U+FFFD.
std::string escape(std::string_view text);

}  // namespace assay::html
