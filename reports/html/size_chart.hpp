#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/html/axis.hpp"

namespace assay::html {

/// A dot of one instance; `group` picks its colour.
struct SizeDot {
  double value = 0;
  unsigned group = 0;
};

struct SizeRow {
  std::string label;
  std::vector<SizeDot> dots;
  std::optional<double> open_mark;  // what is advertised
  std::string note;                 // at the right end
};

struct SizeChart {
  std::string id;
  std::string title;
  std::string desc;
  Axis x;
  std::vector<SizeRow> rows;
  std::vector<std::string> groups;  // names of the colours, at most four; one or none: no legend
};

/// Rows under one another, a dot for each instance and an upright line at their median. Of more
/// than dots_max instances a row has a line from the least to the greatest instead of dots, thick
/// between the quartiles.
constexpr std::size_t dots_max = 60;
std::string render_size_chart(const SizeChart& chart);

}  // namespace assay::html
