#pragma once

#include <string>

namespace assay::html {

/// From the doctype to </head> of a page without scripts: the one style sheet and a policy that
/// lets nothing else in, not even inline styles. `title` and `generator` are plain text.
std::string page_head(const std::string& title, const std::string& generator);

/// What must be seen on every page, also of the print: that its numbers were made up, and that it
/// shows runs together which must not be.
struct PageMarks {
  bool synthetic = false;
  bool forced = false;
};

/// <body> and what shows its marks.
std::string body_start(const PageMarks& marks);

}  // namespace assay::html
