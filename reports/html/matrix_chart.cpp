#include "reports/html/matrix_chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "reports/html/svg.hpp"
#include "reports/model/units.hpp"

namespace assay::html {

namespace {

constexpr double matrix_width = 480;
constexpr double matrix_row_height = 30;
constexpr double cell_width_max = 110;
constexpr double matrix_top = 44;
constexpr unsigned matrix_levels = 6;

std::string cell_text(const std::optional<double>& value, const std::string& unit) {
  return value ? format_value(*value, unit) : "-";
}

}  // namespace

unsigned matrix_level(double value, double low, double high) {
  if (high - low < 0.02 * high) return 0;
  const double share = (value - low) / (high - low);
  return std::min(matrix_levels - 1, static_cast<unsigned>(share * matrix_levels));
}

std::string render_matrix_chart(const MatrixChart& chart) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  double label_width = text_width(chart.row_title);
  for (const std::string& row : chart.rows) label_width = std::max(label_width, text_width(row));
  for (const auto& row : chart.values) {
    for (const std::optional<double>& value : row) {
      low = std::min(low, value.value_or(low));
      high = std::max(high, value.value_or(high));
    }
  }
  if (chart.columns.empty() || !(low <= high)) return {};
  const double left = label_width + 12;
  const double cell = std::min(
      cell_width_max, (matrix_width - left - 2) / static_cast<double>(chart.columns.size()));
  Svg svg(matrix_width,
          matrix_top + matrix_row_height * static_cast<double>(chart.rows.size()) + 6);
  svg.text({left, font_size + 1}, Anchor::start, "axis-title", chart.column_title);
  svg.text({left - 8, 2 * font_size + 10}, Anchor::end, "axis-title", chart.row_title);
  for (std::size_t k = 0; k < chart.columns.size(); ++k) {
    const double x = left + cell * (static_cast<double>(k) + 0.5);
    svg.text({x, 2 * font_size + 10}, Anchor::middle, "label", chart.columns[k]);
  }
  for (std::size_t i = 0; i < chart.rows.size(); ++i) {
    const double y = matrix_top + matrix_row_height * static_cast<double>(i);
    const double baseline = y + matrix_row_height / 2 + text_baseline;
    svg.text({left - 8, baseline}, Anchor::end, "label", chart.rows[i]);
    for (std::size_t k = 0; k < chart.values[i].size(); ++k) {
      const std::optional<double>& value = chart.values[i][k];
      const Box box{left + cell * static_cast<double>(k) + 1, y + 1, cell - 2,
                    matrix_row_height - 2};
      svg.rect(box, value ? fmt::format("cell m{}", matrix_level(*value, low, high)) : "cell");
      svg.text({box.x + box.width / 2, baseline}, Anchor::middle, "label",
               cell_text(value, chart.unit));
    }
  }
  return svg.finish(chart.id, chart.title, chart.desc);
}

}  // namespace assay::html
