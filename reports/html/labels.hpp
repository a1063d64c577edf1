#pragma once

#include <vector>

#include "reports/html/svg.hpp"

namespace assay::html {

/// A label on a line: where its middle should be, and how much room it takes there.
struct SpreadLabel {
  double wanted = 0;
  double size = 0;
};

/// Middles of labels moved as little as needed so that none overlap and all lie within [low, high],
/// in the order of the input. When they do not all fit they are packed from `low` on.
std::vector<double> spread_labels(const std::vector<SpreadLabel>& labels, double low, double high);

/// A curve in picture units and the size of its label.
struct LabelledCurve {
  std::vector<Point> points;
  double label_width = 0;
  double label_height = 0;
};

/// Where a label goes and the point of its curve that it belongs to.
struct PlacedLabel {
  Box box;
  Point anchor;
};

/// Places for labels beside their curves inside `bounds`, near the curve's end where there is room:
/// never on another label while any tried place is free of them, seldom on a curve.
std::vector<PlacedLabel> place_beside_curves(const std::vector<LabelledCurve>& curves,
                                             const Box& bounds);

/// The point of the box that is nearest to `point`: where a leader ends.
Point nearest_in(const Box& box, Point point);

bool overlaps(const Box& a, const Box& b);

}  // namespace assay::html
