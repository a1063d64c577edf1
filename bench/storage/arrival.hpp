#pragma once

#include <cmath>
#include <cstdint>

#include "bench/measure/random.hpp"
#include "bench/measure/uint128.hpp"
#include "reports/model/plan.hpp"

namespace assay {

/// Owns an absolute schedule of intended start times in ns, kept with 20 fractional bits so that
/// intervals that are no whole number of ns do not add up to a wrong rate.
class ArrivalSchedule {
 public:
  /// `rate_per_s` > 0. Constant: equal intervals, of which the first lasts the share
  /// `first_interval`, in (0, 1]. Poisson: exponential intervals of that mean.
  ArrivalSchedule(Arrival arrival, double rate_per_s, std::uint64_t start_ns, std::uint64_t seed,
                  double first_interval = 1)
      : arrival_(arrival),
        mean_(1e9 / rate_per_s * scale),
        next_(static_cast<Uint128>(start_ns) << fraction_bits),
        random_(seed) {
    add_interval(mean_ * first_interval);
  }

  /// The next intended start.
  std::uint64_t due_ns() const { return static_cast<std::uint64_t>(next_ >> fraction_bits); }

  void advance() { add_interval(mean_); }

  /// I/Os due by now, as many as the mean interval lets expect.
  std::uint64_t backlog(std::uint64_t now_ns) const {
    if (now_ns < due_ns()) return 0;
    return static_cast<std::uint64_t>(static_cast<double>(now_ns - due_ns()) / interval_ns()) + 1;
  }

  double interval_ns() const { return mean_ / scale; }

 private:
  void add_interval(double constant) {
    double interval = constant + rest_;
    if (arrival_ == Arrival::poisson) {
      // Uniform in (0, 1], so that the logarithm is finite.
      const double uniform = static_cast<double>((random_.next() >> 11) + 1) * 0x1p-53;
      interval = -std::log(uniform) * mean_;
    }
    const double whole = std::floor(interval);
    if (arrival_ == Arrival::constant) rest_ = interval - whole;
    next_ += static_cast<Uint128>(whole);
  }

  static constexpr int fraction_bits = 20;
  static constexpr double scale = 1 << fraction_bits;

  Arrival arrival_;
  double mean_;      // of an interval, in 1/scale ns
  double rest_ = 0;  // of the last constant interval, below 1/scale ns
  Uint128 next_;     // in 1/scale ns
  Random random_;
};

}  // namespace assay
