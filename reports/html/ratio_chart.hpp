#pragma once

#include <optional>
#include <string>
#include <vector>

namespace assay::html {

/// One line of marks; a ratio that is not known has none. Ratios are > 0.
struct RatioRow {
  std::string label;
  std::vector<std::optional<double>> ratios;  // one for each name of the chart
};

struct RatioChart {
  std::string id;
  std::string title;
  std::string desc;
  std::string axis_title;
  std::vector<std::string> names;  // at most four; each has its colour and its marker
  std::vector<RatioRow> rows;
};

/// Ratios on a log scale around 1, which an upright line marks. Empty without any ratio.
std::string render_ratio_chart(const RatioChart& chart);

}  // namespace assay::html
