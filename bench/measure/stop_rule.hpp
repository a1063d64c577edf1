#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/model/plan.hpp"

namespace assay {

/// Decides after each tick whether a case has been measured enough. Two verbs: add a measurement,
/// ask whether it is finished. Pure.
class StopRule {
 public:
  StopRule() = default;
  virtual ~StopRule() = default;
  StopRule(const StopRule&) = delete;
  StopRule& operator=(const StopRule&) = delete;
  StopRule(StopRule&&) = delete;
  StopRule& operator=(StopRule&&) = delete;

  /// A tick of `length_s` in which `ops` I/Os completed.
  virtual void add(double length_s, double ops) = 0;
  virtual bool finished() const = 0;

  /// Ticks form rounds; only the last `rounds_kept` rounds count in the result, all ticks for 0.
  virtual std::size_t rounds_kept() const { return 0; }
  virtual double round_s() const { return 0; }

  /// What was found, for the Result: (name, text), and a warning or nothing.
  virtual std::string method() const = 0;
  virtual std::string warning() const { return {}; }
};

/// The interval that holds the median of the population with at least 95 % confidence, from order
/// statistics (binomial, no assumption on the distribution), for sorted values. Empty below six
/// values: no such interval exists.
struct MedianInterval {
  double low = 0;
  double median = 0;
  double high = 0;
};
std::optional<MedianInterval> median_interval(std::vector<double> values);

/// Finished when the interval of the median rate is narrow enough, after the minimum time.
class ConfidenceStop : public StopRule {
 public:
  explicit ConfidenceStop(const ConfidenceRule& rule) : rule_(rule) {}
  void add(double length_s, double ops) override;
  bool finished() const override;
  std::string method() const override;
  std::string warning() const override;

 private:
  /// Width of the interval in percent of the median.
  std::optional<double> width_percent() const;

  ConfidenceRule rule_;
  double measured_s_ = 0;
  std::vector<double> rates_;
};

/// What SNIA's criterion says of the rates of five rounds.
struct SteadyCheck {
  double range_percent = 0;  // largest minus smallest, of the mean
  double slope_percent = 0;  // rise or fall of the least-squares line over the five, of the mean
  bool steady = false;
};
constexpr std::size_t steady_rounds = 5;
/// Precondition: steady_rounds values with a mean above 0.
SteadyCheck check_steady(const std::deque<double>& rates);

/// How the warning of a case begins that did not get there.
constexpr std::string_view not_steady = "not steady";

/// Finished when the last five rounds are steady, or after rounds_max rounds.
class SteadyStateStop : public StopRule {
 public:
  explicit SteadyStateStop(const SteadyStateRule& rule) : rule_(rule) {}
  void add(double length_s, double ops) override;
  bool finished() const override;
  std::size_t rounds_kept() const override { return steady_rounds; }
  double round_s() const override { return rule_.round_s; }
  std::string method() const override;
  std::string warning() const override;

 private:
  std::string words() const;
  bool moving() const;

  SteadyStateRule rule_;
  double round_length_s_ = 0;
  double round_ops_ = 0;
  std::uint32_t rounds_ = 0;
  std::deque<double> rates_;  // of the last five rounds
};

/// The rule of a case; null for a fixed time.
std::unique_ptr<StopRule> stop_rule_of(const Case& item);

}  // namespace assay
