#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "reports/html/axis.hpp"
#include "reports/html/svg.hpp"

namespace assay::html {

/// How a series looks: index into the palette and the dash patterns of style.css.
struct SeriesStyle {
  unsigned colour = 0;
  unsigned dash = 0;
  Marker marker = Marker::circle;
};

struct Series {
  std::string label;
  SeriesStyle style;
  std::vector<Point> points;          // in the axes' units, x ascending
  std::size_t marker_every = 1;       // a marker on every n-th point
  std::optional<std::size_t> ringed;  // the point with a ring around it: the knee
};

/// A labelled vertical line at an x value.
struct ChartMark {
  double x = 0;
  std::string label;
};

enum class LabelPlacement { line_ends, beside_curves };

struct LineChart {
  std::string id;
  std::string title;
  std::string desc;
  Axis x;
  Axis y;
  std::vector<Series> series;
  std::vector<ChartMark> marks;
  LabelPlacement labels = LabelPlacement::line_ends;
};

/// The chart as SVG. Every series is labelled in the picture with its marker, not in a legend.
std::string render_line_chart(const LineChart& chart);

}  // namespace assay::html
