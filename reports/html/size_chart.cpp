#include "reports/html/size_chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "reports/html/frame.hpp"

namespace assay::html {

namespace {

constexpr double size_width = 480;
constexpr double size_row_height = 26;
constexpr double dot_size = 6;

/// The value below which a share of the ascending values lies, by linear interpolation.
double quantile(const std::vector<double>& ascending, double share) {
  const double place = share * static_cast<double>(ascending.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, ascending.size() - 1);
  return ascending[below] +
         (place - static_cast<double>(below)) * (ascending[above] - ascending[below]);
}

/// One path for all dots of a colour: strokes of no length with round ends.
void draw_dots(Svg& svg, const Frame& frame, const SizeRow& row, double middle) {
  std::array<std::string, 4> paths;
  for (std::size_t i = 0; i < row.dots.size(); ++i) {
    const double shift = static_cast<double>(i % 3) * 5 - 5;  // neighbours do not hide each other
    paths.at(row.dots[i].group % 4) += fmt::format(
        "M{} {}h0", svg_number(frame.at(row.dots[i].value, 0).x), svg_number(middle + shift));
  }
  for (std::size_t group = 0; group < paths.size(); ++group) {
    if (paths.at(group).empty()) continue;
    svg.stroke(paths.at(group), dot_size, fmt::format("dots c{}", group));
  }
}

void draw_range(Svg& svg, const Frame& frame, const std::vector<double>& ascending, double middle) {
  const auto x = [&](double value) { return svg_number(frame.at(value, 0).x); };
  const auto path = [&](double from, double to) {
    return fmt::format("M{} {}H{}", x(from), svg_number(middle), x(to));
  };
  svg.stroke(path(ascending.front(), ascending.back()), 1.5, "ln c0");
  svg.stroke(path(quantile(ascending, 0.25), quantile(ascending, 0.75)), 7, "range c0");
}

void draw_row(Svg& svg, const Frame& frame, const SizeRow& row, double middle) {
  if (row.open_mark) svg.circle({frame.at(*row.open_mark, 0).x, middle}, 6.5, "ring c1");
  if (row.dots.empty()) return;
  std::vector<double> values;
  for (const SizeDot& dot : row.dots) values.push_back(dot.value);
  std::sort(values.begin(), values.end());
  if (row.dots.size() > dots_max) {
    draw_range(svg, frame, values, middle);
  } else {
    draw_dots(svg, frame, row, middle);
  }
  const double x = frame.at(quantile(values, 0.5), 0).x;
  svg.line({x, middle - 10}, {x, middle + 10}, "median");
}

void draw_groups(Svg& svg, const SizeChart& chart) {
  if (chart.groups.size() < 2) return;
  double x = 8;
  for (std::size_t i = 0; i < chart.groups.size(); ++i) {
    svg.stroke(fmt::format("M{} 12h0", svg_number(x)), dot_size, fmt::format("dots c{}", i));
    svg.text({x + 8, 12 + text_baseline}, Anchor::start, "label", chart.groups[i]);
    x += 26 + text_width(chart.groups[i]);
  }
}

}  // namespace

std::string render_size_chart(const SizeChart& chart) {
  double label_width = 0;
  double note_width = 0;
  for (const SizeRow& row : chart.rows) {
    label_width = std::max(label_width, text_width(row.label));
    note_width = std::max(note_width, text_width(row.note));
  }
  // Half of the last tick's label stands beyond the axis, whether or not rows have notes.
  double beyond = note_width + 18;
  for (const AxisTick& tick : chart.x.ticks) {
    beyond = std::max(beyond, text_width(tick.label) / 2 + 4);
  }
  const double rows_height = size_row_height * static_cast<double>(chart.rows.size());
  const double top = chart.groups.size() < 2 ? 6 : 28;
  const double left = label_width + 12;
  const double plot_width = size_width - left - beyond;
  const Frame frame{
      {left, top, plot_width, rows_height}, chart.x, {ScaleKind::linear, 0, 1, "", {}}};
  Svg svg(size_width, top + rows_height + 26);
  draw_frame(svg, frame);
  draw_groups(svg, chart);
  for (std::size_t i = 0; i < chart.rows.size(); ++i) {
    const SizeRow& row = chart.rows[i];
    const double middle = top + size_row_height * (static_cast<double>(i) + 0.5);
    svg.text({left - 8, middle + text_baseline}, Anchor::end, "label", row.label);
    draw_row(svg, frame, row, middle);
    if (!row.note.empty()) {
      svg.text({size_width - 2, middle + text_baseline}, Anchor::end, "tick", row.note);
    }
  }
  return svg.finish(chart.id, chart.title, chart.desc);
}

}  // namespace assay::html
