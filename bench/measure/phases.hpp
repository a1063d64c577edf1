#pragma once

#include <cstdint>

namespace assay {

/// How a case is divided in time, in ns.
struct PhaseTimes {
  std::uint64_t warm_up_ns = 0;
  std::uint64_t measure_ns = 0;
  std::uint64_t tick_ns = 1'000'000'000;
};

enum class PhaseEvent { none, measure_begins, tick_ends, measure_ends };

/// Owns the boundaries of a case: warm-up, then a measured window made of ticks of exact length
/// (the last may be shorter). Pure: it is told the time. In the hot loop one comparison is enough:
/// `now >= next_ns()`.
class Phases {
 public:
  Phases(std::uint64_t start_ns, const PhaseTimes& times)
      : measure_start_ns_(start_ns + times.warm_up_ns),
        measure_end_ns_(measure_start_ns_ + times.measure_ns),
        tick_ns_(times.tick_ns),
        next_ns_(measure_start_ns_) {}

  std::uint64_t next_ns() const { return next_ns_; }
  std::uint64_t measure_start_ns() const { return measure_start_ns_; }
  std::uint64_t tick_start_ns() const { return tick_start_ns_; }
  bool measuring() const { return measuring_; }

  /// The event of the boundary at next_ns(), which moves on to the following one. To be called
  /// until it gives `none`: a stall may span several boundaries, and each tick in it is a result
  /// (of zero). `tick_ends` and `measure_ends` both end the tick that began at tick_start_ns() as
  /// it was before the call.
  PhaseEvent pass(std::uint64_t now_ns) {
    if (now_ns < next_ns_ || done_) return PhaseEvent::none;
    const std::uint64_t boundary_ns = next_ns_;
    if (!measuring_) {
      measuring_ = true;
      set_tick(boundary_ns);
      return PhaseEvent::measure_begins;
    }
    if (boundary_ns >= measure_end_ns_) {
      measuring_ = false;
      done_ = true;
      next_ns_ = ~std::uint64_t{0};
      return PhaseEvent::measure_ends;
    }
    set_tick(boundary_ns);
    return PhaseEvent::tick_ends;
  }

 private:
  void set_tick(std::uint64_t start_ns) {
    tick_start_ns_ = start_ns;
    const std::uint64_t end_ns = start_ns + tick_ns_;
    // A last tick below half the length would be noise: it is joined to the one before it.
    next_ns_ = end_ns + tick_ns_ / 2 > measure_end_ns_ ? measure_end_ns_ : end_ns;
  }

  std::uint64_t measure_start_ns_;
  std::uint64_t measure_end_ns_;
  std::uint64_t tick_ns_;
  std::uint64_t next_ns_;
  std::uint64_t tick_start_ns_ = 0;
  bool measuring_ = false;
  bool done_ = false;
};

}  // namespace assay
