#include "reports/over_time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "reports/case_text.hpp"
#include "reports/change_points.hpp"
#include "reports/model/units.hpp"

namespace assay {

namespace {

/// More than these nobody reads.
constexpr std::size_t changes_told_max = 6;

/// Indices of the changes to be told, ascending.
std::vector<std::size_t> largest_changes(const std::vector<RateChange>& changes) {
  const auto size_of = [&](std::size_t i) {
    return std::abs(changes[i].after_per_s - changes[i].before_per_s);
  };
  std::vector<std::size_t> told(changes.size());
  std::iota(told.begin(), told.end(), 0);
  std::stable_sort(told.begin(), told.end(),
                   [&](std::size_t a, std::size_t b) { return size_of(a) > size_of(b); });
  told.resize(std::min(told.size(), changes_told_max));
  std::sort(told.begin(), told.end());
  return told;
}

double measured_s(const CaseResult& measured) {
  if (measured.ticks.empty()) return 0;
  return measured.ticks.back().start_s + measured.ticks.back().length_s;
}

}  // namespace

RateSeries tick_rates(const CaseResult& measured) {
  RateSeries series;
  for (const Tick& tick : measured.ticks) {
    if (tick.length_s <= 0 || tick.length_s < 0.5 * measured.ticks.front().length_s) continue;
    series.start_s.push_back(tick.start_s);
    series.rates.push_back(static_cast<double>(tick.ops) / tick.length_s);
  }
  return series;
}

std::vector<RateChange> rate_changes(const CaseResult& measured) {
  std::vector<RateChange> changes;
  if (is_in_parts(measured)) return changes;  // other cases ran between its ticks
  // The sum of many ticks' lengths is not exact.
  if (measured_s(measured) < 0.999 * changes_looked_for_s) return changes;
  const RateSeries series = tick_rates(measured);
  for (const ChangePoint& change : change_points(series.rates)) {
    changes.push_back({series.start_s[change.index], change.mean_before, change.mean_after});
  }
  return changes;
}

std::string changes_text(const std::vector<RateChange>& changes) {
  std::string text;
  std::size_t next = 0;  // that would go on from the one told before
  for (const std::size_t i : largest_changes(changes)) {
    const RateChange& change = changes[i];
    const char* verb = change.after_per_s < change.before_per_s ? "fell" : "rose";
    const bool goes_on = !text.empty() && i == next;
    const std::string from =
        goes_on ? "" : fmt::format(" from {}", format_count(change.before_per_s));
    text += fmt::format("{}{}{} to {} after {:.0f} s", text.empty() ? "IOPS " : ", ", verb, from,
                        format_count(change.after_per_s), change.after_s);
    next = i + 1;
  }
  if (changes.size() > changes_told_max) {
    text += fmt::format(", and {} more changes, none larger", changes.size() - changes_told_max);
  }
  return text;
}

std::optional<std::pair<double, double>> counted_window_s(const CaseResult& measured) {
  if (measured.ticks.empty() || !(measured.window_end_s > measured.window_start_s)) return {};
  const double tick_s = measured.ticks.front().length_s;
  const bool all = measured.window_start_s < 0.5 * tick_s &&
                   measured.window_end_s > measured_s(measured) - 0.5 * tick_s;
  if (all) return {};
  return std::pair(measured.window_start_s, measured.window_end_s);
}

}  // namespace assay
