#pragma once

#include <optional>
#include <string_view>

#include "reports/model/result.hpp"

namespace assay {

/// A Result without its histograms, those of its ticks too, which are passed over unread: none of a
/// fleet's tables is made from them. The ticks' rates stay, which tell an EBS burst from what
/// lasts. Reads straight into the structs, which takes a tenth of the time of read_result. Empty
/// for everything out of the ordinary (an error, a text that is not ASCII, an escape): read_result
/// then has the answer, and the words for it.
std::optional<Result> read_quickly(std::string_view text);

/// read_quickly, or else read_result: throws as that does. What is passed over is not checked.
Result read_without_histograms(std::string_view text);

}  // namespace assay
