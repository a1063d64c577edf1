#include "bench/storage/case_range.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "bench/measure/not_applicable.hpp"
#include "reports/model/units.hpp"

namespace assay {

namespace {

/// Places that the offset sequences need: one at least, one a stream where each goes its own way,
/// and one for each I/O in flight where no two may be at one place.
std::uint64_t places_needed(const StorageParameters& parameters) {
  if (parameters.verify) return std::max(1U, parameters.queue_depth);
  if (parameters.pattern != Pattern::sequential) return 1;
  return std::max({1U, parameters.streams, std::min(parameters.threads, parameters.queue_depth)});
}

}  // namespace

OffsetRange range_of(const StorageParameters& parameters, std::uint64_t span_bytes) {
  const OffsetRange range = rounded_range(parameters, span_bytes);
  const std::uint64_t places = range.places(parameters.block_size_bytes);
  const std::uint64_t needed = places_needed(parameters);
  if (places < needed) {
    throw NotApplicable(fmt::format(
        "{:g} to {:g} % of {} have room for {} I/Os of {} aligned to {}, not for {}: give a larger "
        "--size, a wider range or a smaller alignment",
        parameters.range_begin_percent, parameters.range_end_percent,
        format_bytes(static_cast<double>(span_bytes)), places,
        short_size(parameters.block_size_bytes), short_size(range.alignment), needed));
  }
  return range;
}

}  // namespace assay
