#include "reports/change_points.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

namespace assay {

namespace {

constexpr double false_alarm_share = 0.01;
constexpr std::size_t stretch_min = 5;
constexpr double outlier_sigmas = 4;
constexpr double change_share_min = 0.05;

double median_of(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Of the noise, from neighbours' differences.
double sigma_of(const std::vector<double>& values) {
  constexpr double normal_median = 0.6745;  // of |Z|
  std::vector<double> steps;
  for (std::size_t i = 1; i < values.size(); ++i) {
    steps.push_back(std::abs(values[i] - values[i - 1]));
  }
  return median_of(std::move(steps)) / (std::sqrt(2.0) * normal_median);
}

std::vector<double> without_outliers(const std::vector<double>& values, double sigma) {
  std::vector<double> kept = values;
  for (std::size_t i = 2; i + 2 < values.size(); ++i) {
    const auto first = values.begin() + static_cast<std::ptrdiff_t>(i - 2);
    const double middle = median_of({first, first + 5});
    if (std::abs(values[i] - middle) > outlier_sigmas * sigma) kept[i] = middle;
  }
  return kept;
}

/// Sums over stretches [first, last) of a series in constant time.
class Sums {
 public:
  explicit Sums(const std::vector<double>& values) : sums_(values.size() + 1) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      const auto x = static_cast<double>(i);
      sums_[i + 1] = {sums_[i][0] + values[i], sums_[i][1] + values[i] * values[i],
                      sums_[i][2] + x * values[i]};
    }
  }

  double mean(std::size_t first, std::size_t last) const {
    return of(0, first, last) / static_cast<double>(last - first);
  }
  /// Sum of squares around the mean.
  double squares(std::size_t first, std::size_t last) const {
    return of(1, first, last) - of(0, first, last) * mean(first, last);
  }
  /// Sum of (x - mean x)(y - mean y), and of (x - mean x)^2.
  double cross(std::size_t first, std::size_t last) const {
    const double middle = (static_cast<double>(first) + static_cast<double>(last) - 1) / 2;
    return of(2, first, last) - middle * of(0, first, last);
  }
  static double spread(std::size_t first, std::size_t last) {
    const auto n = static_cast<double>(last - first);
    return n * (n * n - 1) / 12;
  }

 private:
  double of(std::size_t kind, std::size_t first, std::size_t last) const {
    return sums_[last][kind] - sums_[first][kind];
  }
  std::vector<std::array<double, 3>> sums_;
};

/// Splits [first, last) wherever that pays; ends of stretches go to `cuts`, ascending. Bounded:
/// each split leaves two stretches of at least stretch_min.
void split(const Sums& sums, std::size_t length, double bound, std::vector<std::size_t>& cuts) {
  std::vector<std::pair<std::size_t, std::size_t>> stretches = {{0, length}};
  while (!stretches.empty()) {
    const auto [first, last] = stretches.back();
    stretches.pop_back();
    if (last - first < 2 * stretch_min) continue;
    const double whole = sums.squares(first, last);
    double best_gain = bound;
    std::size_t best = 0;
    for (std::size_t cut = first + stretch_min; cut + stretch_min <= last; ++cut) {
      const double gain = whole - sums.squares(first, cut) - sums.squares(cut, last);
      if (gain <= best_gain) continue;
      best_gain = gain;
      best = cut;
    }
    if (best == 0) continue;
    cuts.push_back(best);
    stretches.emplace_back(first, best);
    stretches.emplace_back(best, last);
  }
  std::sort(cuts.begin(), cuts.end());
}

/// How much a jump at `cut` lowers the sum of squares around one straight line: both sides share
/// the slope.
double jump_gain(const Sums& sums, std::size_t first, std::size_t cut, std::size_t last) {
  const double cross = sums.cross(first, last);
  const double line = sums.squares(first, last) - cross * cross / Sums::spread(first, last);
  const double cross_apart = sums.cross(first, cut) + sums.cross(cut, last);
  const double spread_apart = Sums::spread(first, cut) + Sums::spread(cut, last);
  const double jump =
      sums.squares(first, cut) + sums.squares(cut, last) - cross_apart * cross_apart / spread_apart;
  return line - jump;
}

void remove_drift(const Sums& sums, std::size_t length, double bound,
                  std::vector<std::size_t>& cuts) {
  while (!cuts.empty()) {
    std::size_t worst = 0;
    double worst_gain = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < cuts.size(); ++i) {
      const std::size_t first = i == 0 ? 0 : cuts[i - 1];
      const std::size_t last = i + 1 == cuts.size() ? length : cuts[i + 1];
      const double gain = jump_gain(sums, first, cuts[i], last);
      if (gain >= worst_gain) continue;
      worst_gain = gain;
      worst = i;
    }
    if (worst_gain > bound) return;
    cuts.erase(cuts.begin() + static_cast<std::ptrdiff_t>(worst));
  }
}

ChangePoint change_at(const Sums& sums, std::size_t length, const std::vector<std::size_t>& cuts,
                      std::size_t i) {
  const std::size_t first = i == 0 ? 0 : cuts[i - 1];
  const std::size_t last = i + 1 == cuts.size() ? length : cuts[i + 1];
  return {cuts[i], sums.mean(first, cuts[i]), sums.mean(cuts[i], last)};
}

/// Of the larger mean; 0 where both are 0.
double share_of(const ChangePoint& change) {
  const double larger = std::max(std::abs(change.mean_before), std::abs(change.mean_after));
  return larger > 0 ? std::abs(change.mean_after - change.mean_before) / larger : 0;
}

/// The smallest first: without it the stretches at its sides are one, with another mean.
void remove_small(const Sums& sums, std::size_t length, std::vector<std::size_t>& cuts) {
  while (!cuts.empty()) {
    std::size_t smallest = 0;
    for (std::size_t i = 1; i < cuts.size(); ++i) {
      if (share_of(change_at(sums, length, cuts, i)) <
          share_of(change_at(sums, length, cuts, smallest))) {
        smallest = i;
      }
    }
    if (share_of(change_at(sums, length, cuts, smallest)) >= change_share_min) return;
    cuts.erase(cuts.begin() + static_cast<std::ptrdiff_t>(smallest));
  }
}

}  // namespace

std::vector<ChangePoint> change_points(const std::vector<double>& values) {
  const std::size_t length = values.size();
  if (length < 2 * stretch_min) return {};
  const double sigma = sigma_of(values);
  const std::vector<double> kept = without_outliers(values, sigma);
  const Sums sums(kept);
  // Without any noise sums of squares are rounding errors of the values' squares.
  const double rounding = 1e-9 * sums.mean(0, length) * sums.mean(0, length);
  const double bound =
      2 * std::log(static_cast<double>(length) / false_alarm_share) * sigma * sigma + rounding;
  std::vector<std::size_t> cuts;
  split(sums, length, bound, cuts);
  remove_drift(sums, length, bound, cuts);
  remove_small(sums, length, cuts);
  std::vector<ChangePoint> found;
  for (std::size_t i = 0; i < cuts.size(); ++i) found.push_back(change_at(sums, length, cuts, i));
  return found;
}

}  // namespace assay
