#pragma once

#include "reports/html/axis.hpp"
#include "reports/html/svg.hpp"

namespace assay::html {

/// The plotting area of a chart: its place in the picture and its two axes.
struct Frame {
  Box plot;
  Axis x;
  Axis y;

  Point at(double x_value, double y_value) const {
    return {plot.x + x.position(x_value) * plot.width,
            plot.y + (1 - y.position(y_value)) * plot.height};
  }
};

/// Room the labels of an axis need at its left.
double label_room(const Axis& axis);

/// Grid lines, tick labels (those that would touch their neighbour are left out) and axis titles:
/// that of y stands above the axis, level, so that nobody has to turn their head.
void draw_frame(Svg& svg, const Frame& frame);

}  // namespace assay::html
