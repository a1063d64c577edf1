#include "bench/measure/stop_rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace assay {

namespace {

/// A tick may end a rounding error before the round does.
constexpr double time_tolerance_s = 1e-9;

constexpr double range_percent_max = 20;
constexpr double slope_percent_max = 10;
constexpr double tail_probability_max = 0.025;

}  // namespace

std::optional<MedianInterval> median_interval(std::vector<double> values) {
  const std::size_t n = values.size();
  // The k-th smallest value lies above the median with the chance of fewer than k of n coin throws.
  double tail = 0;
  std::size_t k = 0;
  const double log_half = std::log(0.5) * static_cast<double>(n);
  for (; k < n; ++k) {
    const double log_choose = std::lgamma(static_cast<double>(n) + 1) -
                              std::lgamma(static_cast<double>(k) + 1) -
                              std::lgamma(static_cast<double>(n - k) + 1);
    tail += std::exp(log_choose + log_half);
    if (tail > tail_probability_max) break;
  }
  if (k == 0 || n < 2) return std::nullopt;
  std::sort(values.begin(), values.end());
  const double median = (values[(n - 1) / 2] + values[n / 2]) / 2;
  return MedianInterval{values[k - 1], median, values[n - k]};
}

void ConfidenceStop::add(double length_s, double ops) {
  measured_s_ += length_s;
  if (length_s > 0) rates_.push_back(ops / length_s);
}

std::optional<double> ConfidenceStop::width_percent() const {
  const auto interval = median_interval(rates_);
  if (!interval || !(interval->median > 0)) return std::nullopt;
  return (interval->high - interval->low) / interval->median * 100;
}

bool ConfidenceStop::finished() const {
  if (measured_s_ + time_tolerance_s < rule_.minimum_s) return false;
  const auto width = width_percent();
  return width && *width <= rule_.width_percent;
}

std::string ConfidenceStop::method() const {
  const auto width = width_percent();
  return fmt::format(
      "95 % confidence interval of the median rate {} wide after {:.1f} s; wanted: {:g} %",
      width ? fmt::format("{:.1f} %", *width) : std::string("of unknown width"), measured_s_,
      rule_.width_percent);
}

std::string ConfidenceStop::warning() const {
  const auto width = width_percent();
  if (width && *width <= rule_.width_percent) return {};
  return fmt::format(
      "the median rate is known to {} only, not to the wanted {:g} %, after {:.1f} s",
      width ? fmt::format("{:.1f} %", *width) : std::string("an unknown width"),
      rule_.width_percent, measured_s_);
}

SteadyCheck check_steady(const std::deque<double>& rates) {
  const auto n = static_cast<double>(rates.size());
  const double mean = std::accumulate(rates.begin(), rates.end(), 0.0) / n;
  const auto [low, high] = std::minmax_element(rates.begin(), rates.end());
  double sum_xy = 0;
  double sum_xx = 0;
  for (std::size_t i = 0; i < rates.size(); ++i) {
    const double x = static_cast<double>(i) - (n - 1) / 2;
    sum_xy += x * (rates[i] - mean);
    sum_xx += x * x;
  }
  SteadyCheck check;
  check.range_percent = (*high - *low) / mean * 100;
  check.slope_percent = std::abs(sum_xy / sum_xx) * (n - 1) / mean * 100;
  check.steady =
      check.range_percent <= range_percent_max && check.slope_percent <= slope_percent_max;
  return check;
}

void SteadyStateStop::add(double length_s, double ops) {
  round_length_s_ += length_s;
  round_ops_ += ops;
  if (round_length_s_ + time_tolerance_s < rule_.round_s) return;
  rates_.push_back(round_ops_ / round_length_s_);
  if (rates_.size() > steady_rounds) rates_.pop_front();
  ++rounds_;
  round_length_s_ = 0;
  round_ops_ = 0;
}

bool SteadyStateStop::finished() const {
  if (rounds_ >= rule_.rounds_max) return true;
  return warning().empty();
}

/// The last rounds against the criterion, in words.
std::string SteadyStateStop::words() const {
  if (rates_.size() < steady_rounds) return fmt::format("at least {} are needed", steady_rounds);
  if (!moving()) return "nothing completed in the last five";
  const SteadyCheck check = check_steady(rates_);
  return fmt::format(
      "the last {} range over {:.1f} % of their mean (at most {:g} %) and slope by {:.1f} % of it "
      "(at most {:g} %)",
      steady_rounds, check.range_percent, range_percent_max, check.slope_percent,
      slope_percent_max);
}

std::string SteadyStateStop::method() const {
  return fmt::format("SNIA steady state: {} rounds of {:g} s; {}", rounds_, rule_.round_s, words());
}

std::string SteadyStateStop::warning() const {
  if (rates_.size() == steady_rounds && moving() && check_steady(rates_).steady) return {};
  return fmt::format("{} after {} rounds of {:g} s: {}", not_steady, rounds_, rule_.round_s,
                     words());
}

bool SteadyStateStop::moving() const {
  return std::any_of(rates_.begin(), rates_.end(), [](double rate) { return rate > 0; });
}

std::unique_ptr<StopRule> stop_rule_of(const Case& item) {
  if (item.steady_state) return std::make_unique<SteadyStateStop>(*item.steady_state);
  if (item.confidence) return std::make_unique<ConfidenceStop>(*item.confidence);
  return nullptr;
}

}  // namespace assay
