#pragma once

#include <optional>
#include <string>
#include <vector>

namespace assay::html {

/// A value for each pair of a row and a column, in words and as a shade; nothing where none was
/// measured.
struct MatrixChart {
  std::string id;
  std::string title;
  std::string desc;
  std::string unit;          // of the values, as in Metric
  std::string row_title;     // "CPUs of"
  std::string column_title;  // "memory of"
  std::vector<std::string> rows;
  std::vector<std::string> columns;
  std::vector<std::vector<std::optional<double>>> values;  // [row][column]
};

/// Shades the cells between the smallest and the greatest value; an empty string without any value.
std::string render_matrix_chart(const MatrixChart& chart);

/// Index of the shade of a value: 0 for the smallest of a chart to 5 for the greatest. Values that
/// differ by less than 2 % have one shade, so that noise makes no picture.
unsigned matrix_level(double value, double low, double high);

}  // namespace assay::html
