#pragma once

#include <string>
#include <vector>

namespace assay::html {

/// A bar from 0 to `value`, with the raw samples behind it as dots.
struct Bar {
  std::string label;
  double value = 0;
  std::vector<double> samples;
};

struct BarChart {
  std::string id;
  std::string title;
  std::string desc;
  std::string unit;  // of values and samples, as in Metric
  std::string axis_title;
  std::vector<Bar> bars;
};

/// Level bars under one another, each with its value in words at its end.
std::string render_bar_chart(const BarChart& chart);

}  // namespace assay::html
