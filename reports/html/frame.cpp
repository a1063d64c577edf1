#include "reports/html/frame.hpp"

#include <algorithm>
#include <limits>

namespace assay::html {

namespace {

constexpr double baseline_shift = font_size * 0.35;  // from a text's middle to its baseline
constexpr double label_gap_min = 5;

void draw_x_ticks(Svg& svg, const Frame& frame) {
  const double bottom = frame.plot.y + frame.plot.height;
  double taken_until = -std::numeric_limits<double>::infinity();
  for (const AxisTick& tick : frame.x.ticks) {
    const double x = frame.at(tick.value, 0).x;
    svg.line({x, frame.plot.y}, {x, bottom}, tick.label.empty() ? "minor" : "grid");
    const double half = text_width(tick.label) / 2;
    if (tick.label.empty() || x - half < taken_until + label_gap_min) continue;
    svg.text({x, bottom + font_size + 5}, Anchor::middle, "tick", tick.label);
    taken_until = x + half;
  }
}

void draw_y_ticks(Svg& svg, const Frame& frame) {
  double taken_from = std::numeric_limits<double>::infinity();
  for (const AxisTick& tick : frame.y.ticks) {
    const double y = frame.plot.y + (1 - frame.y.position(tick.value)) * frame.plot.height;
    svg.line({frame.plot.x, y}, {frame.plot.x + frame.plot.width, y},
             tick.label.empty() ? "minor" : "grid");
    if (tick.label.empty() || y + font_size > taken_from) continue;
    svg.text({frame.plot.x - 7, y + baseline_shift}, Anchor::end, "tick", tick.label);
    taken_from = y;
  }
}

}  // namespace

double label_room(const Axis& axis) {
  double widest = 0;
  for (const AxisTick& tick : axis.ticks) widest = std::max(widest, text_width(tick.label));
  return widest + 9;
}

void draw_frame(Svg& svg, const Frame& frame) {
  const double bottom = frame.plot.y + frame.plot.height;
  draw_y_ticks(svg, frame);
  draw_x_ticks(svg, frame);
  svg.line({frame.plot.x, bottom}, {frame.plot.x + frame.plot.width, bottom}, "axis");
  if (!frame.y.title.empty()) {
    svg.text({2, font_size + 1}, Anchor::start, "axis-title", frame.y.title);
  }
  if (frame.x.title.empty()) return;
  svg.text({frame.plot.x + frame.plot.width / 2, bottom + 2 * font_size + 12}, Anchor::middle,
           "axis-title", frame.x.title);
}

}  // namespace assay::html
