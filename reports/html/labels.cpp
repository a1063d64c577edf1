#include "reports/html/labels.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

namespace assay::html {

namespace {

constexpr std::array<double, 4> gaps = {5, 16, 32, 52};  // between a curve's point and its label

/// Whether the segment a-b meets the box: Liang-Barsky clipping.
bool crosses(Point a, Point b, const Box& box) {
  double enter = 0;
  double leave = 1;
  const std::array<double, 4> direction = {a.x - b.x, b.x - a.x, a.y - b.y, b.y - a.y};
  const std::array<double, 4> distance = {a.x - box.x, box.x + box.width - a.x, a.y - box.y,
                                          box.y + box.height - a.y};
  for (std::size_t i = 0; i < direction.size(); ++i) {
    if (direction[i] == 0) {
      if (distance[i] < 0) return false;
      continue;
    }
    const double t = distance[i] / direction[i];
    if (direction[i] < 0) enter = std::max(enter, t);
    if (direction[i] > 0) leave = std::min(leave, t);
  }
  return enter <= leave;
}

bool inside(const Box& inner, const Box& outer) {
  return inner.x >= outer.x && inner.y >= outer.y &&
         inner.x + inner.width <= outer.x + outer.width &&
         inner.y + inner.height <= outer.y + outer.height;
}

std::size_t crossings(const std::vector<LabelledCurve>& curves, const Box& box) {
  std::size_t count = 0;
  for (const LabelledCurve& curve : curves) {
    for (std::size_t i = 1; i < curve.points.size(); ++i) {
      count += crosses(curve.points[i - 1], curve.points[i], box) ? 1 : 0;
    }
  }
  return count;
}

/// Whether the segments a-b and c-d properly cross: each has its ends on both sides of the other.
bool segments_cross(Point a, Point b, Point c, Point d) {
  const auto side = [](Point from, Point to, Point p) {
    return (to.x - from.x) * (p.y - from.y) - (to.y - from.y) * (p.x - from.x);
  };
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

/// Other curves that a leader from the anchor to the box would cross.
std::size_t leader_crossings(const LabelledCurve& own, const std::vector<LabelledCurve>& curves,
                             Point anchor, const Box& box) {
  const Point end = nearest_in(box, anchor);
  std::size_t count = 0;
  for (const LabelledCurve& curve : curves) {
    if (&curve == &own) continue;
    for (std::size_t i = 1; i < curve.points.size(); ++i) {
      count += segments_cross(anchor, end, curve.points[i - 1], curve.points[i]) ? 1 : 0;
    }
  }
  return count;
}

/// Segments of other curves so near the anchor that one could not tell whose label it is.
std::size_t ambiguity(const LabelledCurve& own, const std::vector<LabelledCurve>& curves,
                      Point anchor) {
  std::size_t count = 0;
  for (const LabelledCurve& curve : curves) {
    if (&curve != &own) count += crossings({curve}, {anchor.x - 4, anchor.y - 4, 8, 8});
  }
  return count;
}

/// Label boxes around a point, best first: right, left, above and below, then the corners.
std::array<Box, 8> boxes_around(Point at, double width, double height, double gap) {
  const double left = at.x - gap - width;
  const double right = at.x + gap;
  const double above = at.y - gap - height;
  const double below = at.y + gap;
  const double center_x = at.x - width / 2;
  const double center_y = at.y - height / 2;
  return {{{right, center_y, width, height},
           {left, center_y, width, height},
           {center_x, above, width, height},
           {center_x, below, width, height},
           {right, below, width, height},
           {left, above, width, height},
           {right, above, width, height},
           {left, below, width, height}}};
}

/// Tries every second point of the curve, from its end, with all boxes around it at each gap.
PlacedLabel cheapest_place(const LabelledCurve& curve, const std::vector<LabelledCurve>& curves,
                           const std::vector<PlacedLabel>& taken, const Box& bounds) {
  constexpr double label_overlap_cost = 1e6;
  constexpr double outside_cost = 1e5;
  constexpr double struck_cost = 1000;  // a leader through a label
  constexpr double crossing_cost = 40;
  constexpr double gap_cost = 0.5;
  constexpr double ambiguity_cost = 15;
  PlacedLabel best{{bounds.x, bounds.y, curve.label_width, curve.label_height}, {}};
  double best_cost = std::numeric_limits<double>::infinity();
  for (std::size_t from_end = 0; from_end < curve.points.size(); from_end += 2) {
    const Point anchor = curve.points[curve.points.size() - 1 - from_end];
    const double unclear = ambiguity_cost * static_cast<double>(ambiguity(curve, curves, anchor));
    for (const double gap : gaps) {
      double base = static_cast<double>(from_end) + gap * gap_cost + unclear;
      for (const Box& box : boxes_around(anchor, curve.label_width, curve.label_height, gap)) {
        double cost = base + (inside(box, bounds) ? 0 : outside_cost);
        for (const PlacedLabel& other : taken) {
          cost += overlaps(box, other.box) ? label_overlap_cost : 0;
          cost += crosses(anchor, nearest_in(box, anchor), other.box) ? struck_cost : 0;
          cost += crosses(other.anchor, nearest_in(other.box, other.anchor), box) ? struck_cost : 0;
        }
        base += 1;
        if (cost >= best_cost) continue;
        cost += crossing_cost * static_cast<double>(crossings(curves, box) +
                                                    leader_crossings(curve, curves, anchor, box));
        if (cost >= best_cost) continue;
        best_cost = cost;
        best = {box, anchor};
      }
    }
  }
  return best;
}

}  // namespace

Point nearest_in(const Box& box, Point point) {
  return {std::clamp(point.x, box.x, box.x + box.width),
          std::clamp(point.y, box.y, box.y + box.height)};
}

bool overlaps(const Box& a, const Box& b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

std::vector<double> spread_labels(const std::vector<SpreadLabel>& labels, double low, double high) {
  std::vector<std::size_t> order(labels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return labels[a].wanted < labels[b].wanted;
  });
  // Clusters of touching labels; each sits where its members' mean displacement is zero.
  struct Cluster {
    double start;
    double size;
    double wanted_start_sum;
    std::size_t count;
  };
  std::vector<Cluster> clusters;
  const auto settle = [&](Cluster& cluster) {
    cluster.start = cluster.wanted_start_sum / static_cast<double>(cluster.count);
    cluster.start = std::max(low, std::min(cluster.start, high - cluster.size));
  };
  for (const std::size_t i : order) {
    const SpreadLabel& label = labels[i];
    clusters.push_back({0, label.size, label.wanted - label.size / 2, 1});
    settle(clusters.back());
    while (clusters.size() > 1) {
      Cluster& before = clusters[clusters.size() - 2];
      const Cluster& last = clusters.back();
      if (before.start + before.size <= last.start) break;
      before.wanted_start_sum +=
          last.wanted_start_sum - before.size * static_cast<double>(last.count);
      before.count += last.count;
      before.size += last.size;
      clusters.pop_back();
      settle(clusters.back());
    }
  }
  std::vector<double> middles(labels.size());
  std::size_t next = 0;
  for (const Cluster& cluster : clusters) {
    double start = cluster.start;
    for (std::size_t k = 0; k < cluster.count; ++k, ++next) {
      middles[order[next]] = start + labels[order[next]].size / 2;
      start += labels[order[next]].size;
    }
  }
  return middles;
}

std::vector<PlacedLabel> place_beside_curves(const std::vector<LabelledCurve>& curves,
                                             const Box& bounds) {
  std::vector<PlacedLabel> placed;
  placed.reserve(curves.size());
  for (const LabelledCurve& curve : curves) {
    placed.push_back(cheapest_place(curve, curves, placed, bounds));
  }
  return placed;
}

}  // namespace assay::html
