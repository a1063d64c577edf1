#include "reports/compare/power.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "reports/compare/rank_test.hpp"

namespace assay {

namespace {

constexpr double power = 0.8;
constexpr std::size_t needed_max = 10'000;

double squares_around_mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  const double mean = values.empty() ? 0 : sum / static_cast<double>(values.size());
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return squares;
}

}  // namespace

double normal_quantile(double p) {
  // Newton's method on the distribution function, from the middle; erfc keeps the far tails exact.
  if (p > 0.5) return -normal_quantile(1 - p);
  double z = 0;
  for (int step = 0; step < 100; ++step) {
    const double below = std::erfc(-z / std::numbers::sqrt2) / 2;
    const double density = std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
    // On the logarithm, which is nearly a parabola, so that the steps do not overshoot.
    const double change = std::log(p / below) * below / density;
    z += change;
    if (std::abs(change) < 1e-12) break;
  }
  return z;
}

double student_quantile(double p, double degrees) {
  const double z = normal_quantile(p);
  const double z2 = z * z;
  const double g1 = z * (z2 + 1) / 4;
  const double g2 = z * ((5 * z2 + 16) * z2 + 3) / 96;
  const double g3 = z * (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
  const double g4 = z * ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / 92160;
  return z + g1 / degrees + g2 / std::pow(degrees, 2) + g3 / std::pow(degrees, 3) +
         g4 / std::pow(degrees, 4);
}

double pooled_deviation(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.empty() || b.empty() || a.size() + b.size() < 3) return 0;
  const auto degrees = static_cast<double>(a.size() + b.size() - 2);
  return std::sqrt((squares_around_mean(a) + squares_around_mean(b)) / degrees);
}

std::optional<double> detectable_shift(double deviation, std::size_t n_a, std::size_t n_b,
                                       double alpha) {
  if (n_a == 0 || n_b == 0 || smallest_p(n_a, n_b) > alpha) return std::nullopt;
  const auto degrees = static_cast<double>(n_a + n_b - 2);
  const double multiple =
      student_quantile(1 - alpha / 2, degrees) + student_quantile(power, degrees);
  const double error = std::sqrt(1 / static_cast<double>(n_a) + 1 / static_cast<double>(n_b));
  return multiple * deviation * error * std::sqrt(std::numbers::pi / 3);
}

std::optional<std::size_t> values_needed(double deviation, double shift, double alpha) {
  const auto finds = [&](std::size_t n) {
    const std::optional<double> found = detectable_shift(deviation, n, n, alpha);
    return found && *found <= shift;
  };
  if (!finds(needed_max)) return std::nullopt;
  std::size_t too_few = 1;
  std::size_t enough = needed_max;
  while (enough - too_few > 1) {  // what n finds, n + 1 finds too
    const std::size_t middle = (too_few + enough) / 2;
    (finds(middle) ? enough : too_few) = middle;
  }
  return enough;
}

}  // namespace assay
