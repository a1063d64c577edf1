#include "reports/html/line_chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/html/frame.hpp"
#include "reports/html/labels.hpp"

namespace assay::html {

namespace {

constexpr double line_width = 480;
constexpr double line_height = 330;
constexpr double label_height = font_size + 4;
constexpr double swatch_width = 26;
constexpr double leader_length = 14;

Frame make_frame(const LineChart& chart) {
  double right = chart.x.ticks.empty() ? 0 : text_width(chart.x.ticks.back().label) / 2 + 4;
  if (chart.labels == LabelPlacement::line_ends) {
    for (const Series& series : chart.series) {
      right = std::max(right, leader_length + swatch_width + text_width(series.label));
    }
  }
  const double left = std::max(label_room(chart.y), 30.0);
  const double top = chart.marks.empty() ? 30 : 46;
  return {{left, top, line_width - left - right, line_height - top - 46}, chart.x, chart.y};
}

std::vector<Point> to_picture(const Frame& frame, const std::vector<Point>& points) {
  std::vector<Point> picture;
  picture.reserve(points.size());
  for (const Point& point : points) picture.push_back(frame.at(point.x, point.y));
  return picture;
}

std::string styled(const char* kind, const SeriesStyle& style) {
  return fmt::format("{} c{} d{}", kind, style.colour, style.dash);
}

void draw_series(Svg& svg, const Frame& frame, const Series& series) {
  const std::vector<Point> points = to_picture(frame, series.points);
  if (points.size() > 1) svg.polyline(points, styled("ln", series.style));
  const std::string marker_class = fmt::format("mk c{}", series.style.colour);
  for (std::size_t i = 0; i < points.size(); i += std::max<std::size_t>(series.marker_every, 1)) {
    svg.marker(series.style.marker, points[i], marker_class);
  }
  if (series.ringed && *series.ringed < points.size()) {
    svg.circle(points[*series.ringed], 7.5, fmt::format("ring c{}", series.style.colour));
  }
}

/// The label of a series: a piece of its line with its marker, then its name.
void draw_label(Svg& svg, const Series& series, Point left_middle) {
  const Point end{left_middle.x + swatch_width - 6, left_middle.y};
  svg.line(left_middle, end, styled("ln", series.style));
  svg.marker(series.style.marker, {(left_middle.x + end.x) / 2, left_middle.y},
             fmt::format("mk c{}", series.style.colour));
  svg.text({left_middle.x + swatch_width, left_middle.y + text_baseline}, Anchor::start, "label",
           series.label);
}

void label_line_ends(Svg& svg, const Frame& frame, const std::vector<Series>& all) {
  std::vector<SpreadLabel> wanted;
  for (const Series& series : all) {
    const double y =
        series.points.empty() ? 0 : frame.at(series.points.back().x, series.points.back().y).y;
    wanted.push_back({y, label_height});
  }
  const std::vector<double> middles =
      spread_labels(wanted, frame.plot.y - 6, frame.plot.y + frame.plot.height + 6);
  const double x = frame.plot.x + frame.plot.width + leader_length;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].points.empty()) continue;
    const Point end = frame.at(all[i].points.back().x, all[i].points.back().y);
    svg.line({end.x + 4, end.y}, {x - 1, middles[i]},
             fmt::format("leader c{}", all[i].style.colour));
    draw_label(svg, all[i], {x, middles[i]});
  }
}

void label_beside_curves(Svg& svg, const Frame& frame, const std::vector<Series>& all) {
  std::vector<LabelledCurve> curves;
  curves.reserve(all.size());
  for (const Series& series : all) {
    curves.push_back({to_picture(frame, series.points), swatch_width + text_width(series.label) + 3,
                      label_height});
  }
  const std::vector<PlacedLabel> places = place_beside_curves(curves, frame.plot);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].points.empty()) continue;
    const Box& box = places[i].box;
    const Point anchor = places[i].anchor;
    svg.line(anchor, nearest_in(box, anchor), fmt::format("leader c{}", all[i].style.colour));
    svg.rect(box, "halo");
    draw_label(svg, all[i], {box.x, box.y + box.height / 2});
  }
}

void draw_marks(Svg& svg, const Frame& frame, const std::vector<ChartMark>& marks) {
  std::vector<SpreadLabel> wanted;
  wanted.reserve(marks.size());
  for (const ChartMark& mark : marks) {
    wanted.push_back({frame.at(mark.x, 0).x, text_width(mark.label) + 8});
  }
  const std::vector<double> middles = spread_labels(wanted, 0, line_width);
  for (std::size_t i = 0; i < marks.size(); ++i) {
    const double x = frame.at(marks[i].x, 0).x;
    svg.line({x, frame.plot.y}, {x, frame.plot.y + frame.plot.height}, "mark");
    svg.line({x, frame.plot.y}, {middles[i], frame.plot.y - 5}, "mark");
    svg.text({middles[i], frame.plot.y - 8}, Anchor::middle, "label", marks[i].label);
  }
}

}  // namespace

std::string render_line_chart(const LineChart& chart) {
  Svg svg(line_width, line_height);
  const Frame frame = make_frame(chart);
  draw_frame(svg, frame);
  draw_marks(svg, frame, chart.marks);
  for (const Series& series : chart.series) draw_series(svg, frame, series);
  if (chart.labels == LabelPlacement::line_ends) label_line_ends(svg, frame, chart.series);
  if (chart.labels == LabelPlacement::beside_curves) label_beside_curves(svg, frame, chart.series);
  return svg.finish(chart.id, chart.title, chart.desc);
}

}  // namespace assay::html
