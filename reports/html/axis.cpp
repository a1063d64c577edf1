#include "reports/html/axis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "reports/model/units.hpp"

namespace assay::html {

namespace {

constexpr double decades_fully_labelled = 2.05;
constexpr double log_least = 1e-12;  // what is below lies there
constexpr std::array<double, 3> steps = {1, 2, 5};

double transformed(ScaleKind kind, double value) {
  switch (kind) {
    case ScaleKind::linear:
      return value;
    case ScaleKind::log:
      return std::log10(std::max(value, log_least));
    case ScaleKind::nines:
      return -std::log10(std::max(1 - value, 1e-12));
  }
  return value;
}

bool is_power_of_ten(double value) {
  const double exponent = std::log10(value);
  return std::abs(exponent - std::round(exponent)) < 1e-9;
}

}  // namespace

double Axis::position(double value) const {
  const double low = transformed(kind, min);
  const double high = transformed(kind, max);
  return std::clamp((transformed(kind, value) - low) / (high - low), 0.0, 1.0);
}

std::vector<double> linear_ticks(double min, double max, std::size_t intervals) {
  const double range = max > min ? max - min : 1;
  const double raw = range / static_cast<double>(std::max<std::size_t>(intervals, 1));
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  double step = 10 * power;
  for (const double factor : {5.0, 2.0, 1.0}) {
    if (factor * power >= raw * (1 - 1e-9)) step = factor * power;
  }
  std::vector<double> ticks;
  const double first = std::floor(min / step);
  const double last = std::ceil((min + range) / step - 1e-9);
  for (double k = first; k <= last; ++k) ticks.push_back(k * step);
  return ticks;
}

std::vector<double> log_ticks(double min, double max) {
  std::vector<double> ticks;
  const auto first = static_cast<int>(std::floor(std::log10(min)));
  const auto last = static_cast<int>(std::ceil(std::log10(std::max(max, min))));
  for (int exponent = first; exponent <= last; ++exponent) {
    for (const double step : steps) {
      const double tick = step * std::pow(10.0, exponent);
      if (tick <= min * (1 + 1e-9)) ticks.clear();
      ticks.push_back(tick);
      if (tick >= max * (1 - 1e-9) && ticks.size() > 1) return ticks;
    }
  }
  return ticks;
}

std::string tick_label(double value, std::string_view unit) {
  std::string text = unit == "1/s" ? format_count(value) : format_value(value, unit);
  const std::size_t number_end = std::min(text.find(' '), text.size());
  std::string number = text.substr(0, number_end);
  if (number.find('.') != std::string::npos) {
    number.erase(number.find_last_not_of('0') + 1);
    if (number.back() == '.') number.pop_back();
  }
  return number + text.substr(number_end);
}

Axis linear_axis(double max, std::string_view unit, std::string title, std::size_t intervals) {
  Axis axis{ScaleKind::linear, 0, 1, std::move(title), {}};
  for (const double value : linear_ticks(0, max, intervals)) {
    axis.ticks.push_back({value, value == 0 ? "0" : tick_label(value, unit)});
  }
  axis.max = axis.ticks.back().value;
  return axis;
}

Axis log_axis(double min, double max, std::string_view unit, std::string title) {
  // A log scale has no place for 0: it lies at the lower end.
  const double zero = max > 0 ? std::min(1.0, max / 10) : 1.0;
  const double low = std::max(min > 0 ? min : zero, log_least);
  const std::vector<double> values = log_ticks(low, std::max(max, low));
  const double decades = std::log10(values.back() / values.front());
  Axis axis{ScaleKind::log, values.front(), values.back(), std::move(title), {}};
  for (const double value : values) {
    const bool labelled = decades <= decades_fully_labelled || is_power_of_ten(value);
    axis.ticks.push_back({value, labelled ? tick_label(value, unit) : ""});
  }
  return axis;
}

Axis depth_axis(const std::vector<std::uint32_t>& depths) {
  Axis axis{ScaleKind::log,
            static_cast<double>(depths.front()),
            static_cast<double>(depths.back()),
            "queue depth (log scale)",
            {}};
  if (axis.max <= axis.min) axis.max = axis.min * 2;
  for (const std::uint32_t depth : depths) {
    axis.ticks.push_back({static_cast<double>(depth), fmt::format("{}", depth)});
  }
  return axis;
}

Axis nines_axis(double nines_max, std::string title) {
  Axis axis{ScaleKind::nines, 0.5, 1 - std::pow(10.0, -nines_max), std::move(title), {}};
  axis.ticks = {{0.5, "50 %"}};
  constexpr std::array<const char*, 6> labels = {"90 %",    "99 %",     "99.9 %",
                                                 "99.99 %", "99.999 %", "99.9999 %"};
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto nines = static_cast<double>(i + 1);
    if (nines > nines_max + 1e-9) break;
    axis.ticks.push_back({1 - std::pow(10.0, -nines), labels[i]});
  }
  return axis;
}

}  // namespace assay::html
