#pragma once

#include <cstddef>
#include <vector>

namespace assay {

/// Outcome of a Mann-Whitney test of "both groups come from one distribution".
struct RankTest {
  double u = 0;        // pairs (a, b) with a > b, ties counted half
  double p = 1;        // two-sided: twice the smaller tail, at most 1
  bool exact = false;  // else the normal approximation
};

/// Mann-Whitney U of a against b. Up to 40 values in all, p is exact: the permutation distribution
/// of the rank sum given the ties that there are (mid-ranks). Beyond that, the normal approximation
/// with tie and continuity correction (Lehmann, Nonparametrics, 1975, chapter 1). An empty group
/// gives p = 1.
RankTest rank_test(const std::vector<double>& a, const std::vector<double>& b);

/// The smallest p that n_a against n_b values without ties can give: 2 / C(n_a + n_b, n_a).
double smallest_p(std::size_t n_a, std::size_t n_b);

/// Holm's step-down adjustment of a family of p values (Holm 1979), in the order given: an adjusted
/// value of at most alpha may be claimed, with a chance of any false claim of at most alpha.
std::vector<double> holm(const std::vector<double>& p);

}  // namespace assay
