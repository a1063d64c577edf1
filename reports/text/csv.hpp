#pragma once

#include <string>
#include <string_view>

namespace assay {

/// A text cell by RFC 4180: quoted where it holds a comma, a quote or a line break. Text that a
/// spreadsheet would take for a formula (it starts with = + - @, tab or return) gets an apostrophe.
std::string csv_text(std::string_view text);

/// A number with the fewest digits that read back as the same double; empty when not finite.
std::string csv_number(double value);

}  // namespace assay
