#include "reports/html/svg.hpp"

#include <fmt/format.h>

#include <cmath>

#include "reports/html/escape.hpp"

namespace assay::html {

namespace {

constexpr double marker_radius = 3.4;

const char* anchor_attribute(Anchor anchor) {
  if (anchor == Anchor::middle) return " text-anchor=\"middle\"";
  return anchor == Anchor::end ? " text-anchor=\"end\"" : "";
}

std::string closed_path(const std::vector<Point>& corners) {
  std::string data;
  for (const Point& corner : corners) {
    data += fmt::format("{}{} {}", data.empty() ? "M" : "L", svg_number(corner.x),
                        svg_number(corner.y));
  }
  return data + "z";
}

}  // namespace

std::string svg_number(double value) {
  if (!std::isfinite(value)) return "0";
  const double rounded = std::round(value * 10) / 10;
  return fmt::format("{}", rounded == 0 ? 0 : rounded);
}

double text_width(std::string_view text) {
  double ems = 0;
  for (const char c : text) {
    const bool continuation = (static_cast<unsigned char>(c) & 0xC0) == 0x80;
    if (continuation) continue;
    const bool narrow = std::string_view(" ,.;:/()'ijlt").find(c) != std::string_view::npos;
    const bool wide =
        (c >= 'A' && c <= 'Z') || std::string_view("mw%").find(c) != std::string_view::npos;
    ems += narrow ? 0.4 : wide ? 0.82 : 0.64;
  }
  return ems * font_size;
}

void Svg::line(Point from, Point to, std::string_view css_class) {
  body_ += fmt::format("<path class=\"{}\" d=\"M{} {}L{} {}\"/>\n", css_class, svg_number(from.x),
                       svg_number(from.y), svg_number(to.x), svg_number(to.y));
}

void Svg::polyline(const std::vector<Point>& points, std::string_view css_class) {
  std::string data;
  for (const Point& point : points) {
    data +=
        fmt::format("{}{},{}", data.empty() ? "" : " ", svg_number(point.x), svg_number(point.y));
  }
  body_ += fmt::format("<polyline class=\"{}\" points=\"{}\"/>\n", css_class, data);
}

void Svg::path(std::string_view data, std::string_view css_class) {
  body_ += fmt::format("<path class=\"{}\" d=\"{}\"/>\n", css_class, data);
}

void Svg::stroke(std::string_view data, double stroke_width, std::string_view css_class) {
  body_ += fmt::format("<path class=\"{}\" stroke-width=\"{}\" d=\"{}\"/>\n", css_class,
                       svg_number(stroke_width), data);
}

void Svg::rect(const Box& box, std::string_view css_class) {
  body_ += fmt::format("<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>\n",
                       css_class, svg_number(box.x), svg_number(box.y), svg_number(box.width),
                       svg_number(box.height));
}

void Svg::circle(Point center, double radius, std::string_view css_class) {
  body_ += fmt::format("<circle class=\"{}\" cx=\"{}\" cy=\"{}\" r=\"{}\"/>\n", css_class,
                       svg_number(center.x), svg_number(center.y), svg_number(radius));
}

void Svg::marker(Marker marker, Point center, std::string_view css_class) {
  const double r = marker_radius;
  const auto at = [&](double dx, double dy) { return Point{center.x + dx, center.y + dy}; };
  switch (marker) {
    case Marker::circle:
      return circle(center, r, css_class);
    case Marker::square:
      return rect({center.x - 3, center.y - 3, 6, 6}, css_class);
    case Marker::triangle:
      return path(closed_path({at(0, -r - 0.6), at(r + 0.4, r - 0.4), at(-r - 0.4, r - 0.4)}),
                  css_class);
    case Marker::diamond:
      return path(closed_path({at(0, -r - 1), at(r + 1, 0), at(0, r + 1), at(-r - 1, 0)}),
                  css_class);
    case Marker::cross: {
      const double arm = 1.1;
      return path(closed_path({at(-r, -arm), at(-arm, -arm), at(-arm, -r), at(arm, -r),
                               at(arm, -arm), at(r, -arm), at(r, arm), at(arm, arm), at(arm, r),
                               at(-arm, r), at(-arm, arm), at(-r, arm)}),
                  css_class);
    }
    case Marker::none:
      return;
  }
}

void Svg::text(Point at, Anchor anchor, std::string_view css_class, std::string_view text) {
  body_ += fmt::format("<text class=\"{}\" x=\"{}\" y=\"{}\"{}>{}</text>\n", css_class,
                       svg_number(at.x), svg_number(at.y), anchor_attribute(anchor), escape(text));
}

std::string Svg::finish(std::string_view id, std::string_view title, std::string_view desc) const {
  const std::string name = escape(id);
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 {} {}\" "
      "aria-labelledby=\"{}-title {}-desc\">\n<title id=\"{}-title\">{}</title>\n"
      "<desc id=\"{}-desc\">{}</desc>\n{}</svg>\n",
      svg_number(width_), svg_number(height_), name, name, name, escape(title), name, escape(desc),
      body_);
}

}  // namespace assay::html
