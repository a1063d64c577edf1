#pragma once

#include <algorithm>
#include <cstdint>

#include "bench/storage/offsets.hpp"
#include "reports/model/plan.hpp"

namespace assay {

/// Where the offsets of a case lie on a target of that many bytes: the ends of a range are rounded
/// down to the alignment, so that none may be left.
inline OffsetRange rounded_range(const StorageParameters& parameters, std::uint64_t span_bytes) {
  OffsetRange range;
  range.alignment =
      parameters.alignment_bytes > 0 ? parameters.alignment_bytes : parameters.block_size_bytes;
  const auto at = [&](double percent) {
    const double bytes = static_cast<double>(span_bytes) * (percent / 100);
    return std::min(span_bytes, static_cast<std::uint64_t>(bytes)) / range.alignment *
           range.alignment;
  };
  range.begin = at(parameters.range_begin_percent);
  range.end = parameters.range_end_percent >= 100 ? span_bytes : at(parameters.range_end_percent);
  return range;
}

/// The same. Throws NotApplicable, saying
/// what to change, where the range is too small.
OffsetRange range_of(const StorageParameters& parameters, std::uint64_t span_bytes);

}  // namespace assay
