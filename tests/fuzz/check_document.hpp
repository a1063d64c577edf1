#pragma once

#include <string>
#include <string_view>

namespace assay {

/// What is wrong with what assay does with a text that claims to be a Result, in words; empty when
/// nothing is. Either both readers refuse it in words (that of fleets only where the fault is not
/// in a time series), or both accept it and everything that is made of it is harmless: it is read
/// again as it was written, no text of it becomes markup, its rows are whole, its redacted copy
/// verifies. Any other exception than std::runtime_error leaves.
std::string defect_in_handling(std::string_view text);

}  // namespace assay
