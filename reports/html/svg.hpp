#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace assay::html {

struct Point {
  double x = 0;
  double y = 0;
};

struct Box {
  double x = 0;  // left
  double y = 0;  // top
  double width = 0;
  double height = 0;
};

enum class Anchor { start, middle, end };
enum class Marker { circle, square, triangle, diamond, cross, none };

/// Font size of all text in figures, in user units, and a width no font of the page's stack
/// exceeds for ordinary text.
constexpr double font_size = 13;
/// How far below the middle of a row its text stands, in user units.
constexpr double text_baseline = font_size * 0.35;
double text_width(std::string_view text);

/// Writes one static SVG picture, in user units (viewBox). Looks come from CSS classes only, which
/// keeps inline styles out of the page. Text is escaped here.
class Svg {
 public:
  Svg(double width, double height) : width_(width), height_(height) {}

  void line(Point from, Point to, std::string_view css_class);
  void polyline(const std::vector<Point>& points, std::string_view css_class);
  void path(std::string_view data, std::string_view css_class);
  /// An open path whose strokes are `stroke_width` wide.
  void stroke(std::string_view data, double stroke_width, std::string_view css_class);
  void rect(const Box& box, std::string_view css_class);
  void circle(Point center, double radius, std::string_view css_class);
  void marker(Marker marker, Point center, std::string_view css_class);
  void text(Point at, Anchor anchor, std::string_view css_class, std::string_view text);

  /// The picture for assistive technology and people: role=img, <title> (what it shows) and <desc>
  /// (what one sees in it). `id` must be unique in the page.
  std::string finish(std::string_view id, std::string_view title, std::string_view desc) const;

 private:
  double width_;
  double height_;
  std::string body_;
};

/// At most one decimal, no trailing zeros; 0 for what is no number.
std::string svg_number(double value);

}  // namespace assay::html
