#include "reports/compare/shift.hpp"

#include <algorithm>
#include <cmath>

namespace assay {

namespace {

constexpr std::size_t values_min = 3;  // a group of two has almost no resamples that differ
constexpr std::size_t bootstrap_pairs_max = 900;
constexpr std::uint64_t bootstrap_seed = 0x5DEECE66DULL;
constexpr double z_975 = 1.959963984540054;
constexpr double z_950 = 1.644853626951473;

/// splitmix64: a stream of well mixed 64-bit numbers from any seed.
class Stream {
 public:
  std::size_t below(std::size_t bound) {
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return static_cast<std::size_t>((((z ^ (z >> 31)) >> 32) * bound) >> 32);
  }

 private:
  std::uint64_t state_ = bootstrap_seed;
};

double middle_of(std::vector<double>& values) {
  const std::size_t half = values.size() / 2;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(half);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

void set_differences(const std::vector<double>& a, const std::vector<double>& b,
                     std::vector<double>& differences) {
  differences.clear();
  for (const double from : a) {
    for (const double to : b) differences.push_back(to - from);
  }
}

/// Square of the standard error of the mean.
double squared_error(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  double sum = 0;
  for (const double value : values) sum += value;
  double squares = 0;
  for (const double value : values) squares += (value - sum / n) * (value - sum / n);
  return squares / (n - 1) / n;
}

void resample(const std::vector<double>& from, Stream& stream, std::vector<double>& into) {
  for (double& value : into) value = from[stream.below(from.size())];
}

/// The value below which a share q of ascending `sorted` lies, between two neighbours by weight.
double quantile_of(const std::vector<double>& sorted, double q) {
  const double at = q * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

void bootstrap(const std::vector<double>& a, const std::vector<double>& b, std::size_t resamples,
               ShiftEstimate& estimate) {
  const double error = std::sqrt(squared_error(a) + squared_error(b));
  if (error <= 0) {  // no noise at all: nothing to resample
    estimate.confidence_95 = estimate.confidence_90 = Interval{estimate.shift, estimate.shift};
    return;
  }
  Stream stream;
  std::vector<double> drawn_a(a.size());
  std::vector<double> drawn_b(b.size());
  std::vector<double> differences;
  differences.reserve(a.size() * b.size());
  std::vector<double> studentised;
  for (std::size_t i = 0; i < resamples; ++i) {
    resample(a, stream, drawn_a);
    resample(b, stream, drawn_b);
    const double drawn_error = std::sqrt(squared_error(drawn_a) + squared_error(drawn_b));
    // One value drawn for every place has no error; at n = 3 that is 1 resample in 81.
    if (drawn_error <= error * 1e-9) continue;
    set_differences(drawn_a, drawn_b, differences);
    studentised.push_back((middle_of(differences) - estimate.shift) / drawn_error);
  }
  if (studentised.size() < resamples / 2 || studentised.empty()) return;
  std::sort(studentised.begin(), studentised.end());
  const auto between = [&](double q) {
    return Interval{estimate.shift - quantile_of(studentised, 1 - q) * error,
                    estimate.shift - quantile_of(studentised, q) * error};
  };
  estimate.confidence_95 = between(0.025);
  estimate.confidence_90 = between(0.05);
}

/// Moses' interval: the differences at the ranks that U would need to be rejected.
Interval of_ranks(std::vector<double>& differences, double n_a, double n_b, double z) {
  const double pairs = n_a * n_b;
  const double away = z * std::sqrt(pairs * (n_a + n_b + 1) / 12);
  const double first = std::clamp(std::floor(pairs / 2 - away), 0.0, pairs - 1);
  const auto low = static_cast<std::ptrdiff_t>(first);
  const std::ptrdiff_t high = static_cast<std::ptrdiff_t>(differences.size()) - 1 - low;
  std::nth_element(differences.begin(), differences.begin() + low, differences.end());
  const double at_low = differences[static_cast<std::size_t>(low)];
  std::nth_element(differences.begin(), differences.begin() + high, differences.end());
  return {at_low, differences[static_cast<std::size_t>(high)]};
}

}  // namespace

double median_of(std::vector<double> values) { return values.empty() ? 0 : middle_of(values); }

double hodges_lehmann(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> differences;
  set_differences(a, b, differences);
  return differences.empty() ? 0 : middle_of(differences);
}

ShiftEstimate estimate_shift(const std::vector<double>& a, const std::vector<double>& b,
                             std::size_t resamples) {
  ShiftEstimate estimate;
  std::vector<double> differences;
  set_differences(a, b, differences);
  if (differences.empty()) return estimate;
  estimate.shift = middle_of(differences);
  if (a.size() < values_min || b.size() < values_min) return estimate;
  if (differences.size() <= bootstrap_pairs_max) {
    bootstrap(a, b, resamples, estimate);
    return estimate;
  }
  const auto n_a = static_cast<double>(a.size());
  const auto n_b = static_cast<double>(b.size());
  estimate.confidence_95 = of_ranks(differences, n_a, n_b, z_975);
  estimate.confidence_90 = of_ranks(differences, n_a, n_b, z_950);
  return estimate;
}

}  // namespace assay
