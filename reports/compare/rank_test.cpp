#include "reports/compare/rank_test.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace assay {

namespace {

constexpr std::size_t exact_values_max = 40;

/// Values of both groups in ascending order with twice their mid-rank, which is whole.
struct Ranks {
  std::vector<std::size_t> doubled;  // of every value, ascending
  std::size_t doubled_sum_a = 0;
  double tie_term = 0;  // sum of t^3 - t over the groups of t equal values
};

Ranks ranks_of(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<std::pair<double, bool>> all;  // value, whether it is of a
  all.reserve(a.size() + b.size());
  for (const double value : a) all.emplace_back(value, true);
  for (const double value : b) all.emplace_back(value, false);
  std::sort(all.begin(), all.end());
  Ranks ranks;
  for (std::size_t begin = 0; begin < all.size();) {
    std::size_t end = begin;
    while (end < all.size() && !(all[begin].first < all[end].first)) ++end;
    const std::size_t doubled = begin + 1 + end;  // twice the mean of ranks begin + 1 to end
    for (std::size_t i = begin; i < end; ++i) {
      ranks.doubled.push_back(doubled);
      if (all[i].second) ranks.doubled_sum_a += doubled;
    }
    const auto ties = static_cast<double>(end - begin);
    ranks.tie_term += ties * ties * ties - ties;
    begin = end;
  }
  return ranks;
}

/// How many ways there are to choose `n` of the ranks, by the sum of those chosen.
std::vector<double> ways_by_sum(const std::vector<std::size_t>& doubled, std::size_t n) {
  const std::size_t sum_max = std::accumulate(doubled.begin(), doubled.end(), std::size_t{0});
  std::vector<std::vector<double>> ways(n + 1, std::vector<double>(sum_max + 1, 0));
  ways[0][0] = 1;
  for (const std::size_t rank : doubled) {
    for (std::size_t chosen = n; chosen > 0; --chosen) {
      for (std::size_t sum = rank; sum <= sum_max; ++sum) {
        ways[chosen][sum] += ways[chosen - 1][sum - rank];
      }
    }
  }
  return ways[n];
}

double exact_p(const Ranks& ranks, std::size_t n_a) {
  const std::vector<double> ways = ways_by_sum(ranks.doubled, n_a);
  double all = 0;
  double below = 0;
  double above = 0;
  for (std::size_t sum = 0; sum < ways.size(); ++sum) {
    all += ways[sum];
    if (sum <= ranks.doubled_sum_a) below += ways[sum];
    if (sum >= ranks.doubled_sum_a) above += ways[sum];
  }
  return std::min(1.0, 2 * std::min(below, above) / all);
}

double approximate_p(double u, double n_a, double n_b, double tie_term) {
  const double n = n_a + n_b;
  const double variance = n_a * n_b / 12 * (n + 1 - tie_term / (n * (n - 1)));
  if (variance <= 0) return 1;  // all values are equal
  const double z = std::max(0.0, std::abs(u - n_a * n_b / 2) - 0.5) / std::sqrt(variance);
  return std::min(1.0, std::erfc(z / std::sqrt(2.0)));
}

}  // namespace

RankTest rank_test(const std::vector<double>& a, const std::vector<double>& b) {
  RankTest test;
  if (a.empty() || b.empty()) return test;
  const Ranks ranks = ranks_of(a, b);
  const auto n_a = static_cast<double>(a.size());
  test.u = static_cast<double>(ranks.doubled_sum_a) / 2 - n_a * (n_a + 1) / 2;
  test.exact = a.size() + b.size() <= exact_values_max;
  test.p = test.exact ? exact_p(ranks, a.size())
                      : approximate_p(test.u, n_a, static_cast<double>(b.size()), ranks.tie_term);
  return test;
}

double smallest_p(std::size_t n_a, std::size_t n_b) {
  double ways = 1;
  for (std::size_t i = 1; i <= n_a; ++i) {
    ways *= static_cast<double>(n_b + i) / static_cast<double>(i);
  }
  return std::min(1.0, 2 / ways);
}

std::vector<double> holm(const std::vector<double>& p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t one, std::size_t other) { return p[one] < p[other]; });
  std::vector<double> adjusted(p.size());
  double least = 0;
  for (std::size_t step = 0; step < order.size(); ++step) {
    const double factor = static_cast<double>(order.size() - step);
    least = std::max(least, std::min(1.0, factor * p[order[step]]));
    adjusted[order[step]] = least;
  }
  return adjusted;
}

}  // namespace assay
