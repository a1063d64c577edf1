#include "reports/html/heat_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "reports/html/frame.hpp"
#include "reports/html/labels.hpp"
#include "reports/model/histogram.hpp"

namespace assay::html {

namespace {

constexpr double heat_width = 1000;
constexpr double plot_top = 60;
constexpr double plot_height = 250;
constexpr double heat_height = plot_top + plot_height + 82;
constexpr double band_gap = 3;
constexpr double group_gap = 10;

struct Rows {
  std::uint32_t first = std::numeric_limits<std::uint32_t>::max();
  std::uint32_t last = 0;
};

/// Where a band lies in the picture.
struct Placed {
  const HeatBand* band;
  double x;
  double width;
};

/// Bands under one label; in the picture a slot at least as wide as the label.
struct Group {
  std::vector<Placed> bands;
  double columns = 0;
  double label_width = 0;
  double middle = 0;

  double bands_width(double column_width) const {
    return columns * column_width + band_gap * static_cast<double>(bands.size() - 1);
  }
  double slot(double column_width) const {
    return std::max(label_width, bands_width(column_width)) + group_gap;
  }
};

Rows rows_of(const std::vector<HeatBand>& bands) {
  Rows rows;
  for (const HeatBand& band : bands) {
    for (const HeatColumn& column : band.columns) {
      for (const auto& [row, share] : column.shares) {
        rows.first = std::min(rows.first, row);
        rows.last = std::max(rows.last, row);
      }
    }
  }
  return rows;
}

std::vector<Group> group_bands(const std::vector<HeatBand>& bands) {
  std::vector<Group> groups;
  for (const HeatBand& band : bands) {
    if (band.columns.empty()) continue;
    if (groups.empty() || groups.back().bands.back().band->group != band.group) {
      groups.emplace_back();
      for (const std::string& line : band.group) {
        groups.back().label_width = std::max(groups.back().label_width, text_width(line));
      }
    }
    groups.back().bands.push_back({&band, 0, 0});
    groups.back().columns += static_cast<double>(band.columns.size());
  }
  return groups;
}

/// The widest column for which all slots fit into `heat_width`, by bisection.
double fit_column_width(const std::vector<Group>& groups, double room) {
  double low = 0.5;
  double high = room;
  for (int i = 0; i < 40; ++i) {
    const double middle = (low + high) / 2;
    double total = 0;
    for (const Group& group : groups) total += group.slot(middle);
    (total <= room ? low : high) = middle;
  }
  return low;
}

std::vector<Group> place_bands(const std::vector<HeatBand>& bands, const Box& plot) {
  std::vector<Group> groups = group_bands(bands);
  const double column_width = fit_column_width(groups, plot.width);
  double slot_start = plot.x;
  for (Group& group : groups) {
    group.middle = slot_start + group.slot(column_width) / 2;
    double x = group.middle - group.bands_width(column_width) / 2;
    for (Placed& placed : group.bands) {
      placed.x = x;
      placed.width = static_cast<double>(placed.band->columns.size()) * column_width;
      x += placed.width + band_gap;
    }
    slot_start += group.slot(column_width);
  }
  return groups;
}

/// One column's cells as upright strokes, neighbours of one colour in one piece: a page has
/// thousands of cells.
void add_column(std::array<std::string, heat_level_ends.size() + 1>& paths,
                const HeatColumn& column, const Frame& frame, double middle) {
  const auto y_of = [&](std::uint32_t row) {
    return svg_number(
        frame.at(0, static_cast<double>(histogram_bucket_lower(row, heat_row_bits))).y);
  };
  for (std::size_t i = 0; i < column.shares.size();) {
    const unsigned level = heat_level(column.shares[i].second);
    const std::uint32_t first = column.shares[i].first;
    std::uint32_t last = first;
    for (++i; i < column.shares.size() && column.shares[i].first == last + 1 &&
              heat_level(column.shares[i].second) == level;
         ++i) {
      ++last;
    }
    paths[level] += fmt::format("M{} {}V{}", svg_number(middle), y_of(first), y_of(last + 1));
  }
}

void draw_cells(Svg& svg, const std::vector<Group>& groups, const Frame& frame) {
  std::array<std::string, heat_level_ends.size() + 1> paths;
  double column_width = 0;
  for (const Group& group : groups) {
    for (const Placed& placed : group.bands) {
      column_width = placed.width / static_cast<double>(placed.band->columns.size());
      double x = placed.x;
      for (const HeatColumn& column : placed.band->columns) {
        add_column(paths, column, frame, x + column_width / 2);
        x += column_width;
      }
    }
  }
  for (unsigned level = 0; level < paths.size(); ++level) {
    if (paths[level].empty()) continue;
    svg.stroke(paths[level], column_width > 4 ? column_width - 0.6 : column_width,
               fmt::format("heat h{}", level));
  }
}

void draw_groups(Svg& svg, const std::vector<Group>& groups, const Box& plot) {
  std::vector<SpreadLabel> wanted;
  wanted.reserve(groups.size());
  for (const Group& group : groups) wanted.push_back({group.middle, group.label_width + 6});
  const std::vector<double> middles = spread_labels(wanted, 0, heat_width);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const std::vector<Placed>& bands = groups[i].bands;
    double y = plot.y - 14;
    const std::vector<std::string>& lines = bands.front().band->group;
    for (std::size_t line = lines.size(); line-- > 0; y -= font_size + 2) {
      svg.text({middles[i], y}, Anchor::middle, "label", lines[line]);
    }
    if (std::abs(middles[i] - groups[i].middle) > 1) {
      svg.line({middles[i], plot.y - 10}, {groups[i].middle, plot.y - 6}, "axis");
    }
    svg.line({bands.front().x, plot.y - 6}, {bands.back().x + bands.back().width, plot.y - 6},
             "axis");
    for (const Placed& placed : bands) {
      svg.rect({placed.x, plot.y, placed.width, plot.height}, "band");
    }
  }
}

/// Dashed lines at both ends of what counts, where that is not the band's own end.
void draw_windows(Svg& svg, const std::vector<Group>& groups, const Box& plot) {
  for (const Group& group : groups) {
    for (const Placed& placed : group.bands) {
      if (!placed.band->counted) continue;
      const auto columns = static_cast<double>(placed.band->columns.size());
      for (const double column : {placed.band->counted->first, placed.band->counted->second}) {
        if (column <= 0 || column > columns - 1) continue;
        const double x = placed.x + placed.width * column / columns;
        svg.line({x, plot.y}, {x, plot.y + plot.height}, "mark");
      }
    }
  }
}

/// A row of texts under the bands; those that would touch their neighbour are left out.
class LabelRow {
 public:
  LabelRow(Svg& svg, double y) : svg_(svg), y_(y) {}

  void add(double middle, const std::string& text) {
    const double half = text_width(text) / 2;
    if (text.empty() || middle - half < taken_until_ + 4 || middle + half > heat_width) return;
    svg_.text({middle, y_}, Anchor::middle, "tick", text);
    taken_until_ = middle + half;
  }

 private:
  Svg& svg_;
  double y_;
  double taken_until_ = 0;
};

void draw_band_labels(Svg& svg, const std::vector<Group>& groups, const Box& plot) {
  const double bottom = plot.y + plot.height;
  svg.text({plot.x - 7, bottom + 17}, Anchor::end, "tick", "load");
  svg.text({plot.x - 7, bottom + 36}, Anchor::end, "tick", "began");
  LabelRow depths(svg, bottom + 17);
  LabelRow times(svg, bottom + 36);
  for (const Group& group : groups) {
    const Placed& first = group.bands.front();
    times.add(first.x + first.width / 2, fmt::format("{:.0f} s", first.band->start_s));
    for (const Placed& placed : group.bands) {
      depths.add(placed.x + placed.width / 2, placed.band->label);
    }
  }
}

std::string percent(double share) { return fmt::format("{:g}", share * 100); }

void draw_legend(Svg& svg) {
  const double y = heat_height - 12;
  double x = 62;
  const std::string name = "share of a column's I/Os:";
  svg.text({x, y}, Anchor::start, "axis-title", name);
  x += text_width(name) + 10;
  for (unsigned level = 0; level <= heat_level_ends.size(); ++level) {
    const std::string text = level == 0 ? fmt::format("up to {} %", percent(heat_level_ends[0]))
                             : level == heat_level_ends.size()
                                 ? fmt::format("over {} %", percent(heat_level_ends.back()))
                                 : fmt::format("{} to {} %", percent(heat_level_ends[level - 1]),
                                               percent(heat_level_ends[level]));
    svg.stroke(fmt::format("M{} {}v13", svg_number(x + 6), svg_number(y - 11)), 13,
               fmt::format("heat h{}", level));
    svg.text({x + 18, y}, Anchor::start, "tick", text);
    x += text_width(text) + 32;
  }
}

}  // namespace

unsigned heat_level(double share) {
  unsigned level = 0;
  while (level < heat_level_ends.size() && share > heat_level_ends[level]) ++level;
  return level;
}

std::string render_heat_map(const HeatMap& map) {
  const Rows rows = rows_of(map.bands);
  if (rows.first > rows.last) return {};
  const double low =
      std::max(1.0, static_cast<double>(histogram_bucket_lower(rows.first, heat_row_bits)));
  const double high =
      std::max(low * 2, static_cast<double>(histogram_bucket_lower(rows.last + 1, heat_row_bits)));
  Frame frame{{62, plot_top, heat_width - 64, plot_height},
              {ScaleKind::linear, 0, 1, "", {}},
              {ScaleKind::log, low, high, "", {}}};
  for (const AxisTick& tick : log_axis(low, high, "ns", "").ticks) {
    if (tick.value >= low && tick.value <= high) frame.y.ticks.push_back(tick);
  }
  Svg svg(heat_width, heat_height);
  const std::vector<Group> groups = place_bands(map.bands, frame.plot);
  draw_groups(svg, groups, frame.plot);
  draw_frame(svg, frame);
  draw_cells(svg, groups, frame);
  draw_windows(svg, groups, frame.plot);
  draw_band_labels(svg, groups, frame.plot);
  draw_legend(svg);
  return svg.finish(map.id, map.title, map.desc);
}

}  // namespace assay::html
