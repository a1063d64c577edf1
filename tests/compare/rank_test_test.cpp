#include "reports/compare/rank_test.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "tests/random_numbers.hpp"

namespace assay {
namespace {

double pairs_won(const std::vector<double>& a, const std::vector<double>& b) {
  double u = 0;
  for (const double one : a) {
    for (const double other : b) u += one > other ? 1 : one < other ? 0 : 0.5;
  }
  return u;
}

/// The definition: every way to choose which of the values are group a, counted one by one.
double enumerated_p(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> all = a;
  all.insert(all.end(), b.begin(), b.end());
  const double seen = pairs_won(a, b);
  double ways = 0;
  double below = 0;
  double above = 0;
  for (std::uint32_t chosen = 0; chosen < (1U << all.size()); ++chosen) {
    if (static_cast<std::size_t>(std::popcount(chosen)) != a.size()) continue;
    std::vector<double> one;
    std::vector<double> other;
    for (std::size_t i = 0; i < all.size(); ++i) {
      (((chosen >> i) & 1) != 0 ? one : other).push_back(all[i]);
    }
    const double u = pairs_won(one, other);
    ++ways;
    if (u <= seen) ++below;
    if (u >= seen) ++above;
  }
  return std::min(1.0, 2 * std::min(below, above) / ways);
}

// Two-sided critical values of U at 5 % and 1 % (Mann and Whitney 1947; Siegel, Nonparametric
// Statistics, 1956, table K): U of the table is significant, the next larger one is not.
struct Critical {
  std::size_t n_a;
  std::size_t n_b;
  double alpha;
  int u;
};

/// Values without ties of which exactly `u` pairs have a > b.
std::pair<std::vector<double>, std::vector<double>> groups_of_u(std::size_t n_a, std::size_t n_b,
                                                                int u) {
  std::vector<double> a;
  std::vector<double> b;
  for (std::size_t i = 0; i < n_b; ++i) b.push_back(static_cast<double>(10 * (i + 1)));
  for (std::size_t i = 0; i < n_a; ++i) {
    const int beaten = std::min(u, static_cast<int>(n_b));
    u -= beaten;
    a.push_back(10 * beaten + 5 - static_cast<double>(i) * 0.1);
  }
  return {a, b};
}

TEST(RankTest, AgreesWithPublishedCriticalValues) {
  for (const Critical& row :
       {Critical{5, 5, 0.05, 2}, Critical{6, 6, 0.05, 5}, Critical{6, 6, 0.01, 2},
        Critical{8, 8, 0.05, 13}, Critical{10, 10, 0.05, 23}, Critical{10, 10, 0.01, 16},
        Critical{5, 9, 0.05, 7}, Critical{20, 20, 0.05, 127}}) {
    const auto [a, b] = groups_of_u(row.n_a, row.n_b, row.u);
    const auto [next_a, next_b] = groups_of_u(row.n_a, row.n_b, row.u + 1);
    EXPECT_EQ(rank_test(a, b).u, row.u);
    EXPECT_TRUE(rank_test(a, b).exact);
    EXPECT_LE(rank_test(a, b).p, row.alpha) << row.n_a << " " << row.n_b;
    EXPECT_GT(rank_test(next_a, next_b).p, row.alpha) << row.n_a << " " << row.n_b;
  }
}

TEST(RankTest, AgreesWithEveryPermutationCountedOneByOne) {
  RandomNumbers random(7);
  for (int trial = 0; trial < 40; ++trial) {
    const std::size_t n_a = 1 + static_cast<std::size_t>(random.uniform() * 6);
    const std::size_t n_b = 1 + static_cast<std::size_t>(random.uniform() * 6);
    const double steps = trial % 2 == 0 ? 1e9 : 5;  // every other trial is full of ties
    std::vector<double> a(n_a);
    std::vector<double> b(n_b);
    for (double& value : a) value = std::floor(random.uniform() * steps);
    for (double& value : b) value = std::floor(random.uniform() * steps) + steps / 5;
    const RankTest test = rank_test(a, b);
    EXPECT_EQ(test.u, pairs_won(a, b));
    EXPECT_NEAR(test.p, enumerated_p(a, b), 1e-12);
  }
}

/// p by drawing which of the values are group a.
double shuffled_p(const std::vector<double>& a, const std::vector<double>& b) {
  RandomNumbers random(17);
  std::vector<double> all = a;
  all.insert(all.end(), b.begin(), b.end());
  const auto middle = static_cast<double>(a.size() * b.size()) / 2;
  const double seen = std::abs(pairs_won(a, b) - middle);
  constexpr int draws = 10'000;
  int as_far = 0;
  for (int draw = 0; draw < draws; ++draw) {
    for (std::size_t i = all.size() - 1; i > 0; --i) {
      const double at = random.uniform() * static_cast<double>(i + 1);
      std::swap(all[i], all[static_cast<std::size_t>(at)]);
    }
    const auto cut = all.begin() + static_cast<std::ptrdiff_t>(a.size());
    as_far += std::abs(pairs_won({all.begin(), cut}, {cut, all.end()}) - middle) >= seen ? 1 : 0;
  }
  return as_far / static_cast<double>(draws);
}

TEST(RankTest, TheApproximationAgreesWithRandomPermutations) {
  RandomNumbers random(11);
  for (const double shift : {0.0, 1.0, 2.0, 3.0}) {
    std::vector<double> a(21);
    std::vector<double> b(22);
    for (double& value : a) value = std::floor(random.normal() * 4);  // with ties
    for (double& value : b) value = std::floor(random.normal() * 4 + shift);
    const RankTest test = rank_test(a, b);
    EXPECT_FALSE(test.exact);
    EXPECT_NEAR(test.p, shuffled_p(a, b), 0.015);
  }
}

TEST(RankTest, SmallAndDegenerateGroups) {
  EXPECT_EQ(rank_test({}, {1, 2}).p, 1);
  EXPECT_EQ(rank_test({1}, {2}).p, 1);
  EXPECT_EQ(rank_test({3, 3, 3, 3, 3, 3}, {3, 3, 3, 3, 3, 3}).p, 1);
  EXPECT_EQ(rank_test(std::vector<double>(30, 3), std::vector<double>(30, 3)).p, 1);
  EXPECT_NEAR(smallest_p(6, 6), 2.0 / 924, 1e-15);
  EXPECT_NEAR(smallest_p(3, 3), 0.1, 1e-15);
  EXPECT_EQ(smallest_p(0, 3), 1);
  EXPECT_NEAR(rank_test({1, 2, 3, 4, 5, 6}, {7, 8, 9, 10, 11, 12}).p, 2.0 / 924, 1e-15);
}

TEST(RankTest, HolmStepsDown) {
  // Holm's own order: 0.01 x 4, 0.02 x 3, 0.03 x 2, 0.04 x 1, never falling.
  const std::vector<double> adjusted = holm({0.04, 0.01, 0.03, 0.02});
  EXPECT_NEAR(adjusted[0], 0.06, 1e-15);
  EXPECT_NEAR(adjusted[1], 0.04, 1e-15);
  EXPECT_NEAR(adjusted[2], 0.06, 1e-15);
  EXPECT_NEAR(adjusted[3], 0.06, 1e-15);
  EXPECT_EQ(holm({0.9, 0.8}), (std::vector<double>{1, 1}));
  EXPECT_TRUE(holm({}).empty());
}

}  // namespace
}  // namespace assay
