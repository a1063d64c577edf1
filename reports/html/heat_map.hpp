#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace assay::html {

/// Rows are buckets of a histogram with 2 sub-bucket bits: four an octave.
constexpr std::uint32_t heat_row_bits = 2;

/// Upper ends of the colour levels: shares of a column's I/Os; the last level is open.
constexpr std::array<double, 5> heat_level_ends = {0.001, 0.01, 0.03, 0.1, 0.3};

/// A stretch of time: for each non-empty row the share of its I/Os.
struct HeatColumn {
  std::vector<std::pair<std::uint32_t, double>> shares;
};

/// One case: bands with equal `group` in a row stand under one label.
struct HeatBand {
  std::vector<std::string> group;  // at most three lines: "rand", "read", "4k"
  std::string label;               // queue depth, or the offered rate
  double start_s = 0;              // since the run's start
  std::vector<HeatColumn> columns;
  /// From and to which column (fractions are of a column) it counts; empty: all of it.
  std::optional<std::pair<double, double>> counted;
};

struct HeatMap {
  std::string id;
  std::string title;
  std::string desc;
  std::vector<HeatBand> bands;
};

/// Index of the colour of a share in (0, 1]: 0 palest .. 5.
unsigned heat_level(double share);

/// x: the measured seconds of the cases, one after another; y: latency, log scale. Bands without
/// columns are left out; a map without any column is an empty string.
std::string render_heat_map(const HeatMap& map);

}  // namespace assay::html
