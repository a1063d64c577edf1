#include "reports/html/axis.hpp"

#include <gtest/gtest.h>

namespace assay::html {
namespace {

std::vector<std::string> labels(const Axis& axis) {
  std::vector<std::string> all;
  for (const AxisTick& tick : axis.ticks) all.push_back(tick.label);
  return all;
}

void expect_near(const std::vector<double>& actual, const std::vector<double>& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) {
    EXPECT_NEAR(actual[i], expected[i], 1e-9 * (1 + expected[i]));
  }
}

TEST(LinearTicks, AreRoundAndCoverTheRange) {
  expect_near(linear_ticks(0, 16100, 5), {0, 5000, 10000, 15000, 20000});
  expect_near(linear_ticks(0, 100, 5), {0, 20, 40, 60, 80, 100});
  expect_near(linear_ticks(0, 0.9, 5), {0, 0.2, 0.4, 0.6, 0.8, 1.0});
  expect_near(linear_ticks(95, 131, 4), {90, 100, 110, 120, 130, 140});
}

TEST(LinearTicks, OfAnEmptyRangeCoverOne) {
  const std::vector<double> ticks = linear_ticks(0, 0, 5);
  EXPECT_EQ(ticks.front(), 0);
  EXPECT_NEAR(ticks.back(), 1, 1e-9);
}

TEST(LogTicks, AreOneTwoFiveAroundTheRange) {
  expect_near(log_ticks(80, 1500), {50, 100, 200, 500, 1000, 2000});
  expect_near(log_ticks(100, 1000), {100, 200, 500, 1000});
  expect_near(log_ticks(30, 40), {20, 50});
}

TEST(LogTicks, OfOneValueStillSpanARange) {
  EXPECT_GE(log_ticks(100, 100).size(), 2U);
  EXPECT_GE(log_ticks(70, 70).size(), 2U);
}

TEST(LogAxis, LabelsEveryTickOfAShortRangeAndDecadesOfALongOne) {
  EXPECT_EQ(labels(log_axis(8e4, 1.5e6, "ns", "")),
            (std::vector<std::string>{"50 us", "100 us", "200 us", "500 us", "1 ms", "2 ms"}));
  const Axis wide = log_axis(1e3, 1e9, "ns", "");
  std::vector<std::string> shown;
  for (const std::string& label : labels(wide)) {
    if (!label.empty()) shown.push_back(label);
  }
  EXPECT_EQ(shown, (std::vector<std::string>{"1 us", "10 us", "100 us", "1 ms", "10 ms", "100 ms",
                                             "1 s"}));
}

TEST(LogAxis, TakesZeroAsOneNanosecond) {
  const Axis axis = log_axis(0, 0, "ns", "");
  EXPECT_LT(axis.min, axis.max);
  EXPECT_EQ(axis.position(0), 0);
}

TEST(LogAxis, DrawsWhatIsBelowOneWhereItLies) {
  const Axis axis = log_axis(0.8, 40, "ns", "");
  EXPECT_EQ(axis.min, 0.5);
  EXPECT_GT(axis.position(0.8), 0);
  EXPECT_LT(axis.position(0.8), axis.position(1));
  EXPECT_EQ(labels(axis).front(), "0.5 ns");
  const Axis small = log_axis(0, 0.2, "ns", "");
  EXPECT_LT(small.position(0.05), small.position(0.1));
  for (const Axis& least : {log_axis(1e-300, 2e-300, "ns", ""), log_axis(1e-300, 1e3, "ns", "")}) {
    EXPECT_LT(least.min, least.max);
    EXPECT_LT(least.ticks.size(), 60U);
  }
}

TEST(Axis, PositionsAreLogarithmicAndClamped) {
  const Axis axis = log_axis(100, 10000, "ns", "");
  EXPECT_NEAR(axis.position(1000), 0.5, 1e-9);
  EXPECT_EQ(axis.position(1), 0);
  EXPECT_EQ(axis.position(1e9), 1);
}

TEST(DepthAxis, HasATickAtEachDepthEvenWithOne) {
  EXPECT_EQ(labels(depth_axis({1, 4, 128})), (std::vector<std::string>{"1", "4", "128"}));
  const Axis one = depth_axis({32});
  EXPECT_EQ(one.position(32), 0);
  EXPECT_LT(one.min, one.max);
}

TEST(NinesAxis, SpacesNinesEqually) {
  const Axis axis = nines_axis(4, "");
  EXPECT_EQ(labels(axis), (std::vector<std::string>{"50 %", "90 %", "99 %", "99.9 %", "99.99 %"}));
  EXPECT_NEAR(axis.position(0.5), 0, 1e-9);
  EXPECT_NEAR(axis.position(0.9999), 1, 1e-6);
  EXPECT_NEAR(axis.position(0.999) - axis.position(0.99), axis.position(0.99) - axis.position(0.9),
              1e-6);
}

TEST(TickLabel, HasNoUselessZeros) {
  EXPECT_EQ(tick_label(1e6, "ns"), "1 ms");
  EXPECT_EQ(tick_label(1.5e9, "B/s"), "1.5 GB/s");
  EXPECT_EQ(tick_label(200000, "1/s"), "200 k");
  EXPECT_EQ(tick_label(20, "1/s"), "20");
}

}  // namespace
}  // namespace assay::html
