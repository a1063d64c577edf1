#include "reports/html/interval_chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "reports/html/frame.hpp"

namespace assay::html {

namespace {

constexpr double interval_width = 860;
constexpr double interval_row_height = 27;
constexpr double interval_top = 8;
constexpr double label_width_max = 470;
constexpr double ratio_max = 64;  // beyond this, marks stand at the edge
constexpr std::array<double, 12> interval_steps = {1.01, 1.02, 1.05, 1.1, 1.2, 1.5,
                                                   2,    4,    8,    16,  32,  64};

std::string percent_label(double ratio) {
  if (ratio >= 2) return fmt::format("x {:.0f}", ratio);
  if (ratio <= 0.51) return fmt::format("x 1/{:.0f}", 1 / ratio);
  return fmt::format("{:+.0f} %", 100 * (ratio - 1));
}

/// As far as the intervals reach on either side, in at most three labelled steps each.
Axis ratio_axis(const IntervalChart& chart) {
  double reach = 1 + chart.margin * 1.5;
  for (const IntervalRow& row : chart.rows) {
    reach = std::max({reach, row.high, 1 / row.low});
  }
  reach = std::min(reach * 1.02, ratio_max);
  Axis axis{ScaleKind::log, 1 / reach, reach, chart.axis_title, {{1, "0 %"}}};
  std::size_t last = 0;
  while (last + 1 < interval_steps.size() && interval_steps[last + 1] <= reach) ++last;
  for (std::size_t i = last; i + 3 > last; i = i > 0 ? i - 1 : i) {
    axis.ticks.push_back({interval_steps[i], percent_label(interval_steps[i])});
    axis.ticks.push_back({1 / interval_steps[i], percent_label(1 / interval_steps[i])});
    if (i == 0) break;
  }
  std::sort(axis.ticks.begin(), axis.ticks.end(),
            [](const AxisTick& one, const AxisTick& other) { return one.value < other.value; });
  return axis;
}

}  // namespace

std::string render_interval_chart(const IntervalChart& chart) {
  if (chart.rows.empty()) return {};
  double label_width = 0;
  for (const IntervalRow& row : chart.rows) {
    label_width = std::max(label_width, text_width(row.label));
  }
  const double left = std::min(label_width, label_width_max) + 12;
  const double rows_height = interval_row_height * static_cast<double>(chart.rows.size());
  const Frame frame{{left, interval_top, interval_width - left - 16, rows_height},
                    ratio_axis(chart),
                    {ScaleKind::linear, 0, 1, "", {}}};
  Svg svg(interval_width, interval_top + rows_height + 46);
  const double band_left = frame.at(1 / (1 + chart.margin), 0).x;
  const double band_right = frame.at(1 + chart.margin, 0).x;
  svg.rect({band_left, interval_top, band_right - band_left, rows_height}, "band");
  draw_frame(svg, frame);
  const double one = frame.at(1, 0).x;
  svg.line({one, interval_top}, {one, interval_top + rows_height}, "axis");
  for (std::size_t i = 0; i < chart.rows.size(); ++i) {
    const IntervalRow& row = chart.rows[i];
    const double middle = interval_top + interval_row_height * (static_cast<double>(i) + 0.5);
    svg.text({left - 8, middle + font_size * 0.35}, Anchor::end, "label", row.label);
    svg.line({frame.at(row.low, 0).x, middle}, {frame.at(row.high, 0).x, middle}, "ln c0");
    svg.marker(Marker::circle, {frame.at(row.ratio, 0).x, middle}, "mk c0");
  }
  return svg.finish(chart.id, chart.title, chart.desc);
}

}  // namespace assay::html
