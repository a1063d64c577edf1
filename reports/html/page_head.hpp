#pragma once

#include <string>

namespace assay::html {

/// From the doctype to </head> of a page without scripts: the one style sheet and a policy that
/// lets nothing else in, not even inline styles. `title` and `generator` are plain text.
std::string page_head(const std::string& title, const std::string& generator);

}  // namespace assay::html
