#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "reports/model/result.hpp"

namespace assay {

/// I/Os a second of each whole tick of a case; slivers (below half of the first tick) are left out.
struct RateSeries {
  std::vector<double> start_s;  // since the measured start
  std::vector<double> rates;
};

RateSeries tick_rates(const CaseResult& measured);

/// When and how the rate of a case changed abruptly.
struct RateChange {
  double after_s = 0;
  double before_per_s = 0;
  double after_per_s = 0;
};

/// Change points of the rate (change_points.hpp) of a case that ran for at least a minute and
/// without a break; others have none.
std::vector<RateChange> rate_changes(const CaseResult& measured);
constexpr double changes_looked_for_s = 60;

/// "IOPS fell from 40.0 k to 10.0 k after 1803 s, rose to 20.0 k after 2403 s"; of many the six
/// largest, in their order, "and 5 more changes, none larger"; empty for none.
std::string changes_text(const std::vector<RateChange>& changes);

/// The seconds whose ticks count, where those are not all: a case with a steady state.
std::optional<std::pair<double, double>> counted_window_s(const CaseResult& measured);

}  // namespace assay
