#pragma once

#include <cmath>
#include <cstdint>

#include "bench/measure/random.hpp"

namespace assay {

/// Ranks from Zipf's law: rank k of 1 ... size has a probability proportional to k^-theta. By
/// rejection-inversion (Hörmann and Derflinger 1996): no table, whatever the size.
class ZipfRanks {
 public:
  /// Precondition: size > 0, theta > 0 (1 is allowed).
  ZipfRanks(std::uint64_t size, double theta)
      : size_(size),
        theta_(theta),
        integral_first_(integral(1.5) - 1),
        integral_last_(integral(static_cast<double>(size) + 0.5)),
        always_(2 - inverse(integral(2.5) - std::exp(-theta * std::log(2.0)))) {}

  /// 0 is the rank that is drawn most often.
  std::uint64_t next(Random& random) const {
    for (;;) {
      const double uniform = static_cast<double>(random.next() >> 11) * 0x1p-53;
      const double at = integral_last_ + uniform * (integral_first_ - integral_last_);
      const double x = inverse(at);
      const double nearest = std::floor(x + 0.5);
      auto rank = static_cast<std::uint64_t>(nearest);
      if (rank < 1) rank = 1;
      if (rank > size_) rank = size_;
      const auto k = static_cast<double>(rank);
      if (k - x <= always_ || at >= integral(k + 0.5) - std::exp(-theta_ * std::log(k))) {
        return rank - 1;
      }
    }
  }

 private:
  /// Integral of t^-theta from 1 to x.
  double integral(double x) const {
    const double log_x = std::log(x);
    return expm1_over((1 - theta_) * log_x) * log_x;
  }
  double inverse(double y) const {
    double t = y * (1 - theta_);
    if (t < -1) t = -1;  // rounding at the far end
    return std::exp(log1p_over(t) * y);
  }
  static double expm1_over(double x) { return std::abs(x) > 1e-8 ? std::expm1(x) / x : 1 + x / 2; }
  static double log1p_over(double x) { return std::abs(x) > 1e-8 ? std::log1p(x) / x : 1 - x / 2; }

  std::uint64_t size_;
  double theta_;
  double integral_first_;
  double integral_last_;
  double always_;
};

}  // namespace assay
