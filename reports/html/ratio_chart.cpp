#include "reports/html/ratio_chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "reports/html/frame.hpp"

namespace assay::html {

namespace {

constexpr double ratio_width = 480;
constexpr double ratio_row_height = 25;
constexpr double ratio_top = 34;
constexpr std::array<Marker, 4> ratio_markers = {Marker::circle, Marker::square, Marker::triangle,
                                                 Marker::diamond};

/// From a power of two at or below the least ratio to one at or above the greatest, 1 between them.
Axis ratio_axis(const RatioChart& chart) {
  double low = -1;  // log2
  double high = 1;
  for (const RatioRow& row : chart.rows) {
    for (const std::optional<double>& ratio : row.ratios) {
      if (!ratio || !(*ratio > 0)) continue;
      low = std::min(low, std::floor(std::log2(*ratio)));
      high = std::max(high, std::ceil(std::log2(*ratio)));
    }
  }
  Axis axis{ScaleKind::log, std::exp2(low), std::exp2(high), chart.axis_title, {}};
  const double step = high - low > 8 ? 2 : 1;
  for (double power = std::ceil(low / step) * step; power <= high; power += step) {
    const double value = std::exp2(power);
    axis.ticks.push_back(
        {value, value >= 1 ? fmt::format("{:.0f}", value) : fmt::format("1/{:.0f}", 1 / value)});
  }
  return axis;
}

void draw_names(Svg& svg, const RatioChart& chart) {
  double x = 8;
  for (std::size_t i = 0; i < chart.names.size(); ++i) {
    svg.marker(ratio_markers[i % ratio_markers.size()], {x, 14}, fmt::format("mk c{}", i));
    svg.text({x + 10, 14 + text_baseline}, Anchor::start, "label", chart.names[i]);
    x += 30 + text_width(chart.names[i]);
  }
}

}  // namespace

std::string render_ratio_chart(const RatioChart& chart) {
  const auto known = [](const RatioRow& row) {
    return std::any_of(row.ratios.begin(), row.ratios.end(),
                       [](const std::optional<double>& one) { return one && *one > 0; });
  };
  if (std::none_of(chart.rows.begin(), chart.rows.end(), known)) return {};
  double label_width = 0;
  for (const RatioRow& row : chart.rows) label_width = std::max(label_width, text_width(row.label));
  const double rows_height = ratio_row_height * static_cast<double>(chart.rows.size());
  const double left = label_width + 12;
  const Frame frame{{left, ratio_top, ratio_width - left - 16, rows_height},
                    ratio_axis(chart),
                    {ScaleKind::linear, 0, 1, "", {}}};
  Svg svg(ratio_width, ratio_top + rows_height + 46);
  draw_frame(svg, frame);
  draw_names(svg, chart);
  const double one = frame.at(1, 0).x;
  svg.line({one, ratio_top}, {one, ratio_top + rows_height}, "axis");
  for (std::size_t i = 0; i < chart.rows.size(); ++i) {
    const RatioRow& row = chart.rows[i];
    const double middle = ratio_top + ratio_row_height * (static_cast<double>(i) + 0.5);
    svg.text({left - 8, middle + text_baseline}, Anchor::end, "label", row.label);
    for (std::size_t k = 0; k < row.ratios.size(); ++k) {
      if (!row.ratios[k] || !(*row.ratios[k] > 0)) continue;
      svg.marker(ratio_markers[k % ratio_markers.size()], {frame.at(*row.ratios[k], 0).x, middle},
                 fmt::format("mk c{}", k));
    }
  }
  return svg.finish(chart.id, chart.title, chart.desc);
}

}  // namespace assay::html
