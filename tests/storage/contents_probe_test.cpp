#include "bench/storage/contents_probe.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace assay {
namespace {

/// Latencies scattered around each of the medians as a device scatters them.
std::vector<double> latencies(std::initializer_list<std::pair<double, int>> kinds) {
  std::mt19937_64 engine(7);
  std::lognormal_distribution<double> factor(0, 0.2);
  std::vector<double> all;
  for (const auto& [median_ns, count] : kinds) {
    for (int i = 0; i < count; ++i) all.push_back(median_ns * factor(engine));
  }
  return all;
}

TEST(TwoModes, ReadsOfOneKindHaveNone) {
  EXPECT_FALSE(two_modes({}).has_value());
  EXPECT_FALSE(two_modes(std::vector<double>{90e3}).has_value());
  EXPECT_FALSE(two_modes(std::vector<double>(256, 90e3)).has_value());
  EXPECT_FALSE(two_modes(latencies({{90e3, 256}})).has_value());
  // Far apart, yet evenly spread: no two kinds.
  std::vector<double> even;
  for (int i = 0; i < 256; ++i) even.push_back(10e3 * std::pow(100.0, i / 255.0));
  EXPECT_FALSE(two_modes(even).has_value());
  EXPECT_FALSE(two_modes(latencies({{90e3, 128}, {130e3, 128}})).has_value());
  EXPECT_FALSE(two_modes(latencies({{90e3, 250}, {9e6, 6}})).has_value());  // a tail
}

TEST(TwoModes, BothKindsAndTheirSharesAreTold) {
  for (const int slow : {26, 128, 230}) {
    const auto modes = two_modes(latencies({{20e3, 256 - slow}, {200e3, slow}}));
    ASSERT_TRUE(modes.has_value()) << slow;
    EXPECT_NEAR(modes->fast_ns_median, 20e3, 2e3);
    EXPECT_NEAR(modes->slow_ns_median, 200e3, 20e3);
    EXPECT_NEAR(modes->slow_share, slow / 256.0, 1e-9);
  }
}

}  // namespace
}  // namespace assay
