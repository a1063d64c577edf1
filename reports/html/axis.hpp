#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assay::html {

/// linear; log10; nines: a quantile q in [0, 1) at -log10(1 - q).
enum class ScaleKind { linear, log, nines };

struct AxisTick {
  double value = 0;
  std::string label;  // empty: a grid line only
};

/// Maps values between min and max (min < max) to 0..1 and knows its labelled ticks.
struct Axis {
  ScaleKind kind = ScaleKind::linear;
  double min = 0;
  double max = 1;
  std::string title;
  std::vector<AxisTick> ticks;

  /// 0 at min, 1 at max; values outside are clamped.
  double position(double value) const;
};

/// Multiples of 1, 2 or 5 x 10^k from 0 (or the multiple below min) to the multiple at or above
/// max, about `intervals` of them. max <= min gives the ticks of [min, min + 1].
std::vector<double> linear_ticks(double min, double max, std::size_t intervals);

/// 1, 2 and 5 x 10^k from the one at or below min to the one at or above max; min > 0.
std::vector<double> log_ticks(double min, double max);

/// A tick's value by its unit without useless zeros: "1 ms", "200 k", "1.5 GB/s".
std::string tick_label(double value, std::string_view unit);

/// From 0 to at least `max` in about `intervals` steps.
Axis linear_axis(double max, std::string_view unit, std::string title, std::size_t intervals = 5);
/// Labels every tick up to two decades, powers of ten above that. Values below 1 count as 1.
Axis log_axis(double min, double max, std::string_view unit, std::string title);
/// Log axis whose ticks are the queue depths themselves, ascending; at least one.
Axis depth_axis(const std::vector<std::uint32_t>& depths);
/// Quantiles from the median to 1 - 10^-nines_max, nines_max >= 1, ticks at 50, 90, 99, ... %.
Axis nines_axis(double nines_max, std::string title);

}  // namespace assay::html
