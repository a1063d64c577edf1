#include "reports/html/labels.hpp"

#include <gtest/gtest.h>

namespace assay::html {
namespace {

void expect_apart(const std::vector<SpreadLabel>& labels, const std::vector<double>& middles,
                  double low, double high) {
  ASSERT_EQ(middles.size(), labels.size());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    EXPECT_GE(middles[i] - labels[i].size / 2, low - 1e-9);
    EXPECT_LE(middles[i] + labels[i].size / 2, high + 1e-9);
    for (std::size_t k = 0; k < i; ++k) {
      EXPECT_GE(std::abs(middles[i] - middles[k]), (labels[i].size + labels[k].size) / 2 - 1e-9);
    }
  }
}

TEST(SpreadLabels, LeavesThoseThatFitWhereTheyWantToBe) {
  EXPECT_EQ(spread_labels({{50, 10}, {20, 10}}, 0, 100), (std::vector<double>{50, 20}));
}

TEST(SpreadLabels, MovesTwoOfOnePlaceApartByHalfEach) {
  EXPECT_EQ(spread_labels({{50, 10}, {50, 10}}, 0, 100), (std::vector<double>{45, 55}));
}

TEST(SpreadLabels, KeepsOrderBoundsAndDistanceInCrowds) {
  const std::vector<SpreadLabel> crowd = {{98, 12}, {97, 20}, {99, 12}, {60, 10},
                                          {61, 10}, {-5, 8},  {1, 8}};
  expect_apart(crowd, spread_labels(crowd, 0, 100), 0, 100);
  const std::vector<double> middles = spread_labels(crowd, 0, 100);
  EXPECT_LT(middles[1], middles[0]);
  EXPECT_LT(middles[0], middles[2]);
}

TEST(SpreadLabels, PacksFromTheLowEndWhenThereIsNoRoom) {
  const std::vector<double> middles = spread_labels({{5, 60}, {6, 60}}, 0, 100);
  EXPECT_EQ(middles, (std::vector<double>{30, 90}));
}

TEST(SpreadLabels, OfNothingIsNothing) { EXPECT_TRUE(spread_labels({}, 0, 100).empty()); }

std::vector<Point> rising(double x, double y, double step) {
  std::vector<Point> points;
  for (int i = 0; i < 30; ++i) points.push_back({x + 8 * i, y - step * i});
  return points;
}

TEST(PlaceBesideCurves, KeepsLabelsApartAndInside) {
  std::vector<LabelledCurve> curves;
  for (int i = 0; i < 6; ++i) curves.push_back({rising(60, 280 - 3 * i, 4 + i), 80, 17});
  const Box bounds{50, 20, 420, 280};
  const std::vector<PlacedLabel> placed = place_beside_curves(curves, bounds);
  ASSERT_EQ(placed.size(), curves.size());
  for (std::size_t i = 0; i < placed.size(); ++i) {
    EXPECT_GE(placed[i].box.x, bounds.x);
    EXPECT_LE(placed[i].box.x + placed[i].box.width, bounds.x + bounds.width);
    for (std::size_t k = 0; k < i; ++k) EXPECT_FALSE(overlaps(placed[i].box, placed[k].box));
  }
}

TEST(PlaceBesideCurves, PutsALoneLabelAtTheEndOfItsCurve) {
  const std::vector<PlacedLabel> placed =
      place_beside_curves({{rising(60, 200, 1), 60, 17}}, {50, 20, 420, 280});
  EXPECT_EQ(placed[0].anchor.x, 60 + 8 * 29);
  EXPECT_GT(placed[0].box.x, placed[0].anchor.x);
}

TEST(PlaceBesideCurves, TakesCurvesWithoutPoints) {
  EXPECT_EQ(place_beside_curves({{{}, 60, 17}}, {0, 0, 100, 100}).size(), 1U);
}

}  // namespace
}  // namespace assay::html
