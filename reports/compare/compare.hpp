#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/compare/rank_test.hpp"
#include "reports/compare/shift.hpp"
#include "reports/compare/variance_split.hpp"
#include "reports/fleet/run_summary.hpp"

namespace assay {

/// What was shown of a primary metric: b is better or worse than a, or no more than the margin
/// apart from it, or none of these.
enum class Judgement { better, worse, equivalent, not_shown };

/// What the number of instances allows: below 3 nothing, below 6 a hint, from 6 on a claim.
enum class Standing { none, indicative, claim };

constexpr std::size_t instances_to_indicate = 3;
constexpr std::size_t instances_to_claim = 6;

/// What `n` instances on each side allow to say.
Standing standing_of(std::size_t n);

/// Whether the runs of one machine are averaged into one value, or each counts as a machine.
enum class Unit { instance, result };

struct CompareOptions {
  double margin = 0.05;  // between 1 / (1 + margin) and 1 + margin, two values are equivalent
  Unit unit = Unit::instance;
  std::size_t resamples = 2000;
};

/// One side of a comparison: the runs with one value of the field that is compared.
struct Group {
  std::string value;
  std::vector<const RunSummary*> runs;
};

/// One metric of both groups. Ratios are b over a; the sample is the instances' mean values.
struct MetricComparison {
  std::string cases;  // case id, or of a primary metric its glob
  std::string metric;
  std::string unit;
  Direction direction = Direction::informative;
  std::size_t n_a = 0;  // instances with a value
  std::size_t n_b = 0;
  std::size_t missing_a = 0;  // runs without one
  std::size_t missing_b = 0;
  std::size_t bursts_a = 0;  // runs whose value is that of an EBS burst, which does not last
  std::size_t bursts_b = 0;
  double median_a = 0;  // of the instances
  double median_b = 0;
  double shift = 0;  // Hodges-Lehmann, b - a, in `unit`
  std::optional<double>
      ratio;  // exp of the Hodges-Lehmann shift of the logarithms; values > 0 only
  std::optional<Interval> ratio_95;
  std::optional<Interval> ratio_90;
  RankTest test;
  VarianceSplit noise_a;
  VarianceSplit noise_b;
  // Of primary metrics only.
  double p_adjusted = 1;  // Holm, over the primary metrics of the pair
  Judgement judgement = Judgement::not_shown;
  Standing standing = Standing::none;
  bool burst_withheld = false;             // a burst would have held its own against what lasts
  std::optional<double> detectable_ratio;  // smallest that this n would have found in 4 of 5 times
  std::optional<std::size_t> needed_each;  // instances a side to find a ratio of 1 + margin
};

/// How many times better b is than a: above 1 is better, whatever the metric's direction.
double improvement(const MetricComparison& one);

struct GroupFacts {
  std::string value;
  std::size_t runs = 0;
  std::size_t instances = 0;
};

/// Two groups compared. What was declared before measuring gets a judgement; the rest is listed
/// unadjusted, to find questions with, not answers.
struct Comparison {
  std::string by;
  std::string suite;
  CompareOptions options;
  GroupFacts a;
  GroupFacts b;
  std::vector<MetricComparison> primary;
  std::vector<MetricComparison> exploratory;
  std::vector<std::string> without_data;  // primary metrics that one side or both did not measure
  std::vector<std::string> banners;       // why this comparison would have been refused
  bool synthetic = false;                 // some of the runs were made up by a generator
  bool forced = false;                    // it would have been refused
  std::vector<std::string> notes;         // what else differs, and what a reader must know
};

/// The primary metrics that the runs' suite declares. A judgement needs standing and, of better and
/// worse, an adjusted p of at most 5 %; equivalent means that the 90 % interval of the ratio lies
/// within the margin (two one-sided tests at 5 % each), which comes first: a difference smaller
/// than what matters is none. A rate of which one side has bursts and the other what lasts is shown
/// only where the burst is worse all the same. `without_data` gets those without a value on both
/// sides.
std::vector<MetricComparison> compare_primary(const Group& a, const Group& b,
                                              const CompareOptions& options,
                                              std::vector<std::string>& without_data);

/// Both kinds of metrics, with the fields in which the runs differ: those that forbid a comparison
/// as banners, the others as notes. Precondition: no group is empty.
Comparison compare(const std::string& by, const Group& a, const Group& b,
                   const CompareOptions& options);

/// "better", "worse", "equivalent", "not shown"
std::string_view judgement_word(Judgement judgement);

}  // namespace assay
