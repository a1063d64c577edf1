#include "reports/compare/compare_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/model/units.hpp"

namespace assay {

namespace {

std::string group_text(const GroupFacts& group) {
  return fmt::format("{} ({} instance{}, {} run{})", group.value, group.instances,
                     group.instances == 1 ? "" : "s", group.runs, group.runs == 1 ? "" : "s");
}

std::string percent_text(const std::optional<double>& percent) {
  return percent ? fmt::format("{:.1f} %", *percent) : "-";
}

std::string noise_text(const VarianceSplit& noise) {
  return fmt::format("{} / {} / {}", percent_text(noise.within_run_percent),
                     percent_text(noise.between_runs_percent),
                     percent_text(noise.between_instances_percent));
}

std::string p_text(double p) { return p < 0.0001 ? "< 0.0001" : fmt::format("{:.4f}", p); }

std::string n_text(const MetricComparison& one) {
  std::string text = fmt::format("{} / {}", one.n_a, one.n_b);
  if (one.missing_a + one.missing_b > 0) text += " *";
  return text;
}

std::string name_text(const MetricComparison& one) { return one.cases + " " + one.metric; }

/// "1 of 6 runs of i4i.large and 0 of 6 of i3en.large"
std::string runs_text(const Comparison& comparison, std::size_t a, std::size_t b) {
  return fmt::format("{} of {} runs of {} and {} of {} of {}", a, comparison.a.runs,
                     comparison.a.value, b, comparison.b.runs, comparison.b.value);
}

std::string burst_text(const Comparison& comparison, const MetricComparison& one) {
  return fmt::format(
      "burst: {}: {} gave an EBS burst: measured for less than 31 minutes at a stretch on a type "
      "whose baseline is below its maximum, it does not last; measure longer (--suite sustained)",
      name_text(one), runs_text(comparison, one.bursts_a, one.bursts_b));
}

}  // namespace

std::string groups_text(const Comparison& comparison) {
  return fmt::format("{} against {} as baseline", group_text(comparison.b),
                     group_text(comparison.a));
}

std::string rule_text(const Comparison& comparison) {
  return fmt::format(
      "Suite {}, compared by {}. A verdict takes {} instances on each side and, of better and "
      "worse, a Mann-Whitney p of at most 0.05 after Holm's adjustment for the {} primary metrics "
      "that were measured; equivalent: the 90 % interval of the ratio lies between 1/{:.4g} and "
      "{:.4g}. Change: Hodges-Lehmann ratio with its 95 % bootstrap interval. Instances are the "
      "sample; runs of one are averaged.",
      comparison.suite, comparison.by, instances_to_claim, comparison.primary.size(),
      1 + comparison.options.margin, 1 + comparison.options.margin);
}

std::string counts_text(const Comparison& comparison) {
  std::string text;
  const auto add = [&](std::size_t count, std::string_view word) {
    if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, word);
  };
  const auto count = [&](Standing standing, Judgement judgement) {
    return static_cast<std::size_t>(std::count_if(
        comparison.primary.begin(), comparison.primary.end(),
        [&](const auto& one) { return one.standing == standing && one.judgement == judgement; }));
  };
  for (const Judgement judgement :
       {Judgement::better, Judgement::worse, Judgement::equivalent, Judgement::not_shown}) {
    add(count(Standing::claim, judgement), judgement_word(judgement));
  }
  std::size_t hints = 0;
  for (const Judgement judgement :
       {Judgement::better, Judgement::worse, Judgement::equivalent, Judgement::not_shown}) {
    hints += count(Standing::indicative, judgement);
  }
  add(hints, "only indicative (fewer than 6 instances)");
  add(count(Standing::none, Judgement::not_shown), "without a claim (fewer than 3 instances)");
  return text.empty() ? "no primary metric was measured on both sides" : text;
}

std::string missing_text(const Comparison& comparison, const MetricComparison& one) {
  return fmt::format(
      "{}: {} have no value (a case failed, was skipped or not reached, or its latencies are those "
      "of an EBS burst and of what came after it)",
      name_text(one), runs_text(comparison, one.missing_a, one.missing_b));
}

std::string verdict_text(const MetricComparison& one) {
  if (one.standing == Standing::none) {
    return fmt::format("no claim (n = {})", std::min(one.n_a, one.n_b));
  }
  if (!one.ratio) return "not shown (no ratio to zero)";
  if (one.burst_withheld) return "not shown (a burst does not last)";
  if (one.standing == Standing::claim) return std::string(judgement_word(one.judgement));
  return one.judgement == Judgement::not_shown
             ? "indicates nothing"
             : fmt::format("indicates {}", judgement_word(one.judgement));
}

std::string ratio_text(double ratio) {
  if (ratio < 2 && ratio > 0.5) return fmt::format("{:+.1f} %", 100 * (ratio - 1));
  return fmt::format("x {:.3g}", ratio);
}

std::string change_text(const MetricComparison& one) {
  if (!one.ratio) return "-";
  std::string text = ratio_text(*one.ratio);
  if (!one.ratio_95) return text;
  return text +
         fmt::format(" ({} to {})", ratio_text(one.ratio_95->low), ratio_text(one.ratio_95->high));
}

std::vector<std::string> primary_headings(const Comparison& comparison) {
  return {"primary metric",   comparison.a.value,
          comparison.b.value, "change (95 % interval)",
          "p (Holm)",         "n",
          "verdict"};
}

std::vector<std::string> primary_cells(const MetricComparison& one) {
  return {name_text(one),
          format_value(one.median_a, one.unit),
          format_value(one.median_b, one.unit),
          change_text(one),
          p_text(one.p_adjusted),
          n_text(one),
          verdict_text(one)};
}

std::vector<std::string> power_headings(const Comparison& comparison) {
  return {"primary metric", "would have found",
          fmt::format("finds {:.3g} % with", 100 * comparison.options.margin),
          "noise of " + comparison.a.value, "noise of " + comparison.b.value};
}

std::vector<std::string> power_cells(const MetricComparison& one) {
  std::string found = "nothing: no result of so few is significant";
  if (one.detectable_ratio) found = fmt::format("{} or more", ratio_text(*one.detectable_ratio));
  std::string needed = "-";
  if (one.needed_each) {
    const std::size_t n = std::min(one.n_a, one.n_b);
    needed = fmt::format("{} each", *one.needed_each);
    if (*one.needed_each > n) needed += fmt::format(" ({} more)", *one.needed_each - n);
  }
  return {name_text(one), found, needed, noise_text(one.noise_a), noise_text(one.noise_b)};
}

std::vector<std::string> exploratory_headings(const Comparison& comparison) {
  return {"metric",           comparison.a.value,
          comparison.b.value, "change (95 % interval)",
          "p (not adjusted)", "n"};
}

std::vector<std::string> exploratory_cells(const MetricComparison& one) {
  return {name_text(one),
          format_value(one.median_a, one.unit),
          format_value(one.median_b, one.unit),
          change_text(one),
          p_text(one.test.p),
          n_text(one)};
}

std::vector<std::string> note_lines(const Comparison& comparison) {
  std::vector<std::string> lines = comparison.notes;
  for (const MetricComparison& one : comparison.primary) {
    if (one.missing_a + one.missing_b > 0) lines.push_back("* " + missing_text(comparison, one));
    if (one.bursts_a + one.bursts_b > 0) lines.push_back(burst_text(comparison, one));
  }
  for (const std::string& name : comparison.without_data) {
    lines.push_back(fmt::format("not measured on both sides: {}", name));
  }
  if (!comparison.primary.empty()) {
    lines.emplace_back(
        "would have found: the smallest change that this many instances with this noise show in 4 "
        "of 5 times; noise: standard deviation within a run / between runs of an instance / "
        "between "
        "instances, in percent of the mean");
  }
  return lines;
}

}  // namespace assay
