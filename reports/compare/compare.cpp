#include "reports/compare/compare.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "reports/compare/comparability.hpp"
#include "reports/compare/group_values.hpp"
#include "reports/compare/power.hpp"
#include "reports/trust/redaction.hpp"

namespace assay {

namespace {

constexpr double alpha = 0.05;

std::optional<std::vector<double>> logarithms(const std::vector<double>& values) {
  std::vector<double> logs;
  for (const double value : values) {
    if (!(value > 0)) return std::nullopt;
    logs.push_back(std::log(value));
  }
  return logs;
}

std::optional<Interval> exponential(const std::optional<Interval>& interval) {
  if (!interval) return std::nullopt;
  return Interval{std::exp(interval->low), std::exp(interval->high)};
}

MetricComparison compare_values(const GroupValues& a, const GroupValues& b,
                                const CompareOptions& options) {
  MetricComparison one;
  one.unit = a.unit;
  one.direction = a.direction;
  one.missing_a = a.missing;
  one.missing_b = b.missing;
  one.bursts_a = a.bursts;
  one.bursts_b = b.bursts;
  one.noise_a = noise_of(a);
  one.noise_b = noise_of(b);
  const std::vector<double> means_a = means_of(a);
  const std::vector<double> means_b = means_of(b);
  one.n_a = means_a.size();
  one.n_b = means_b.size();
  one.median_a = median_of(means_a);
  one.median_b = median_of(means_b);
  one.shift = hodges_lehmann(means_a, means_b);
  one.test = rank_test(means_a, means_b);
  const auto logs_a = logarithms(means_a);
  const auto logs_b = logarithms(means_b);
  if (!logs_a || !logs_b) return one;
  const ShiftEstimate estimate = estimate_shift(*logs_a, *logs_b, options.resamples);
  one.ratio = std::exp(estimate.shift);
  one.ratio_95 = exponential(estimate.confidence_95);
  one.ratio_90 = exponential(estimate.confidence_90);
  return one;
}

/// What can be planned from the noise that was seen; `family` metrics share the chance of error.
void plan(MetricComparison& one, const GroupValues& a, const GroupValues& b,
          const CompareOptions& options, std::size_t family) {
  const auto logs_a = logarithms(means_of(a));
  const auto logs_b = logarithms(means_of(b));
  if (!logs_a || !logs_b || std::min(one.n_a, one.n_b) < 2) return;
  const double deviation = pooled_deviation(*logs_a, *logs_b);
  const double alpha_each = alpha / static_cast<double>(family);
  if (const auto shift = detectable_shift(deviation, one.n_a, one.n_b, alpha_each)) {
    one.detectable_ratio = std::exp(*shift);
  }
  one.needed_each = values_needed(deviation, std::log1p(options.margin), alpha_each);
  if (one.needed_each) one.needed_each = std::max(*one.needed_each, instances_to_claim);
}

/// What only a burst gave is not shown to be as good as what lasts. Latencies are another matter:
/// those of a burst are kept where they are no others after it.
bool burst_holds_its_own(const MetricComparison& one) {
  const bool one_sided = (one.bursts_a > 0) != (one.bursts_b > 0);
  if (!one_sided || one.direction != Direction::higher_is_better) return false;
  return one.judgement != (one.bursts_a > 0 ? Judgement::better : Judgement::worse) &&
         one.judgement != Judgement::not_shown;
}

void judge_by_numbers(MetricComparison& one, const CompareOptions& options) {
  one.standing = standing_of(std::min(one.n_a, one.n_b));
  if (one.standing == Standing::none || !one.ratio || !one.ratio_90 || !one.ratio_95) return;
  if (one.ratio_90->low >= 1 / (1 + options.margin) && one.ratio_90->high <= 1 + options.margin) {
    one.judgement = Judgement::equivalent;
    return;
  }
  // With so few that no rank test could be significant, a hint rests on the interval alone.
  const bool different = one.standing == Standing::claim
                             ? one.p_adjusted <= alpha
                             : one.ratio_95->low > 1 || one.ratio_95->high < 1;
  // Ranks may differ where the shift is none, among many equal values: no side is the better one.
  if (!different || improvement(one) == 1) return;
  one.judgement = improvement(one) > 1 ? Judgement::better : Judgement::worse;
}

void judge(MetricComparison& one, const CompareOptions& options) {
  judge_by_numbers(one, options);
  one.burst_withheld = burst_holds_its_own(one);
  if (one.burst_withheld) one.judgement = Judgement::not_shown;
}

std::set<std::string> units_of(const Group& group, Unit unit) {
  std::set<std::string> units;
  for (const RunSummary* run : group.runs) units.insert(unit_key(*run, unit));
  return units;
}

void add_exploratory(Comparison& comparison, const Group& a, const Group& b) {
  const std::vector<PrimaryMetric>& declared = a.runs.front()->primary;
  std::map<MetricKey, GroupValues> values_b = all_values(b, comparison.options.unit);
  for (const auto& [key, values_a] : all_values(a, comparison.options.unit)) {
    const auto found = values_b.find(key);
    const bool primary = std::any_of(declared.begin(), declared.end(), [&key = key](auto& one) {
      return one.metric == key.second && fnmatch(one.cases.c_str(), key.first.c_str(), 0) == 0;
    });
    if (found == values_b.end() || primary) continue;
    MetricComparison one = compare_values(values_a, found->second, comparison.options);
    one.cases = key.first;
    one.metric = key.second;
    comparison.exploratory.push_back(std::move(one));
  }
}

std::string difference_text(const FieldDifference& difference) {
  std::string text = fmt::format("{} differs: ", difference.field->name);
  for (std::size_t i = 0; i < difference.values.size() && i < 4; ++i) {
    const std::string& value = difference.values[i].first;
    text += fmt::format("{}{}", i == 0 ? "" : ", ", value.empty() ? "not told" : value);
  }
  if (difference.values.size() > 4) text += fmt::format(", {} more", difference.values.size() - 4);
  return text;
}

void add_import_notes(Comparison& comparison, const std::vector<const RunSummary*>& runs) {
  std::set<std::string> tools;
  for (const RunSummary* run : runs) {
    if (run->measured_by != "assay") tools.insert(run->measured_by);
  }
  for (const std::string& tool : tools) {
    comparison.banners.push_back(fmt::format("Imported: measured by {}, not by assay", tool));
  }
  if (tools.empty() || comparison.options.unit == Unit::result) return;
  comparison.notes.emplace_back(
      "imported files do not say which machine they come from: all of one instance type count as "
      "one instance; --unit result counts each of them");
}

void add_notes(Comparison& comparison, const Group& a, const Group& b) {
  std::vector<const RunSummary*> runs = a.runs;
  runs.insert(runs.end(), b.runs.begin(), b.runs.end());
  if (std::any_of(runs.begin(), runs.end(), [](const RunSummary* run) { return run->synthetic; })) {
    comparison.synthetic = true;
    comparison.banners.emplace_back("SYNTHETIC: made up by a generator, not measured");
  }
  add_import_notes(comparison, runs);
  for (const FieldDifference& difference : differences(runs, comparison.by)) {
    if (difference.field->when_different == WhenDifferent::refuse) {
      comparison.forced = true;
      comparison.banners.push_back("not comparable, forced. " +
                                   without_ids(refusal_text(difference)));
    } else {
      comparison.notes.push_back(difference_text(difference));
    }
  }
  const std::set<std::string> units_a = units_of(a, comparison.options.unit);
  const std::set<std::string> units_b = units_of(b, comparison.options.unit);
  comparison.a.instances = units_a.size();
  comparison.b.instances = units_b.size();
  std::vector<std::string> both;
  std::set_intersection(units_a.begin(), units_a.end(), units_b.begin(), units_b.end(),
                        std::back_inserter(both));
  std::erase_if(both,
                [](const std::string& unit) { return unit.starts_with(unknown_machine_start); });
  if (!both.empty()) {
    comparison.notes.push_back(
        fmt::format("{} instance{} measured on both sides; the test takes the sides as "
                    "independent, which makes "
                    "a difference harder to show",
                    both.size(), both.size() == 1 ? " was" : "s were"));
  }
}

}  // namespace

double improvement(const MetricComparison& one) {
  if (!one.ratio || *one.ratio <= 0) return 1;
  return one.direction == Direction::lower_is_better ? 1 / *one.ratio : *one.ratio;
}

Standing standing_of(std::size_t n) {
  if (n >= instances_to_claim) return Standing::claim;
  return n >= instances_to_indicate ? Standing::indicative : Standing::none;
}

std::string_view judgement_word(Judgement judgement) {
  switch (judgement) {
    case Judgement::better:
      return "better";
    case Judgement::worse:
      return "worse";
    case Judgement::equivalent:
      return "equivalent";
    case Judgement::not_shown:
      break;
  }
  return "not shown";
}

std::vector<MetricComparison> compare_primary(const Group& a, const Group& b,
                                              const CompareOptions& options,
                                              std::vector<std::string>& without_data) {
  struct Pair {
    GroupValues a;
    GroupValues b;
  };
  std::vector<Pair> pairs;
  std::vector<MetricComparison> compared;
  std::vector<double> p;
  for (const PrimaryMetric& primary : a.runs.front()->primary) {
    Pair pair{values_of(a, primary, options.unit), values_of(b, primary, options.unit)};
    if (pair.a.runs_of_machines.empty() || pair.b.runs_of_machines.empty()) {
      without_data.push_back(primary.cases + " " + primary.metric);
      continue;
    }
    MetricComparison& one = compared.emplace_back(compare_values(pair.a, pair.b, options));
    one.cases = primary.cases;
    one.metric = primary.metric;
    p.push_back(one.test.p);
    pairs.push_back(std::move(pair));
  }
  const std::vector<double> adjusted = holm(p);
  for (std::size_t i = 0; i < compared.size(); ++i) {
    compared[i].p_adjusted = adjusted[i];
    plan(compared[i], pairs[i].a, pairs[i].b, options, compared.size());
    judge(compared[i], options);
  }
  return compared;
}

Comparison compare(const std::string& by, const Group& a, const Group& b,
                   const CompareOptions& options) {
  Comparison comparison;
  comparison.by = by;
  comparison.suite = a.runs.front()->suite;
  comparison.options = options;
  comparison.a = {without_ids(a.value), a.runs.size(), 0};
  comparison.b = {without_ids(b.value), b.runs.size(), 0};
  add_notes(comparison, a, b);
  comparison.primary = compare_primary(a, b, options, comparison.without_data);
  if (a.runs.front()->primary.empty()) {
    comparison.notes.emplace_back(
        "the suite declares no primary metrics (its list `primary`): nothing gets a verdict");
  }
  add_exploratory(comparison, a, b);
  return comparison;
}

}  // namespace assay
