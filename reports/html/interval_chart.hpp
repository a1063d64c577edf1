#pragma once

#include <string>
#include <vector>

namespace assay::html {

/// A ratio with its interval; low <= ratio <= high, all > 0.
struct IntervalRow {
  std::string label;
  double low = 1;
  double ratio = 1;
  double high = 1;
};

struct IntervalChart {
  std::string id;
  std::string title;
  std::string desc;
  std::string axis_title;
  double margin = 0;  // a band from 1 / (1 + margin) to 1 + margin
  std::vector<IntervalRow> rows;
};

/// Ratios as dots with their intervals on a log scale in percent around 1. Empty without rows.
std::string render_interval_chart(const IntervalChart& chart);

}  // namespace assay::html
