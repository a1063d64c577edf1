#include "reports/html/bar_chart.hpp"

#include <algorithm>
#include <cmath>

#include "reports/html/frame.hpp"
#include "reports/model/units.hpp"

namespace assay::html {

namespace {

constexpr double width = 480;
constexpr double row_height = 27;
constexpr double bar_height = 16;

/// Dots of equal values would hide each other: neighbours take one of three heights in turn.
void draw_samples(Svg& svg, const Frame& frame, const Bar& bar, double middle) {
  for (std::size_t i = 0; i < bar.samples.size(); ++i) {
    const double shift = static_cast<double>(i % 3) * 4 - 4;
    svg.circle({frame.at(bar.samples[i], 0).x, middle + shift}, 2, "dot");
  }
}

double largest(const Bar& bar) {
  double max = bar.value;
  for (const double sample : bar.samples) max = std::max(max, sample);
  return max;
}

}  // namespace

std::string render_bar_chart(const BarChart& chart) {
  double max = 0;
  double label_width = 0;
  double value_width = 0;
  for (const Bar& bar : chart.bars) {
    max = std::max(max, largest(bar));
    label_width = std::max(label_width, text_width(bar.label));
    value_width = std::max(value_width, text_width(format_value(bar.value, chart.unit)));
  }
  const double rows_height = row_height * static_cast<double>(chart.bars.size());
  const double left = label_width + 10;
  Frame frame{{left, 8, width - left - value_width - 14, rows_height},
              linear_axis(max > 0 ? max : 1, chart.unit, chart.axis_title, 3),
              {ScaleKind::linear, 0, 1, "", {}}};
  Svg svg(width, rows_height + 54);
  draw_frame(svg, frame);
  for (std::size_t i = 0; i < chart.bars.size(); ++i) {
    const Bar& bar = chart.bars[i];
    const double middle = frame.plot.y + row_height * (static_cast<double>(i) + 0.5);
    const double end = frame.at(bar.value, 0).x;
    svg.text({left - 8, middle + text_baseline}, Anchor::end, "label", bar.label);
    svg.rect({left, middle - bar_height / 2, end - left, bar_height}, "bar");
    draw_samples(svg, frame, bar, middle);
    const double beyond = std::max(end, frame.at(largest(bar), 0).x);
    svg.text({beyond + 8, middle + text_baseline}, Anchor::start, "label value",
             format_value(bar.value, chart.unit));
  }
  return svg.finish(chart.id, chart.title, chart.desc);
}

}  // namespace assay::html
