#include "bench/storage/case_times.hpp"

#include <algorithm>
#include <cmath>

namespace assay {

namespace {

/// Short enough for the interval of a median to exist (six ticks) at the shortest time allowed.
constexpr double ticks_before_minimum = 10;
constexpr double tick_s = 1;
constexpr double tick_s_min = 0.1;

std::uint64_t to_ns(double seconds) {
  return static_cast<std::uint64_t>(std::llround(seconds * 1e9));
}

double tick_length_s(const Case& item) {
  if (!item.confidence) return tick_s;
  return std::clamp(item.confidence->minimum_s / ticks_before_minimum, tick_s_min, tick_s);
}

/// A round is a whole number of ticks, of one length, or it would end a part of a tick late: a
/// rounded-up number of nanoseconds each, so that none is cut short of its round, and the window as
/// long as all rounds are then.
PhaseTimes times_in_rounds(const Case& item) {
  const double round_s = item.steady_state->round_s;
  const auto ticks = static_cast<std::uint64_t>(std::ceil(round_s / tick_s));
  const std::uint64_t tick_ns = (to_ns(round_s) + ticks - 1) / ticks;
  const std::uint64_t all_ticks = (to_ns(item.duration_s) + tick_ns / 2) / tick_ns;
  return {to_ns(item.warm_up_s), all_ticks * tick_ns, tick_ns};
}

}  // namespace

PhaseTimes phase_times_of(const Case& item) {
  if (item.steady_state) return times_in_rounds(item);
  return {to_ns(item.warm_up_s), to_ns(item.duration_s), to_ns(tick_length_s(item))};
}

}  // namespace assay
