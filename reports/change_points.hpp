#pragma once

#include <cstddef>
#include <vector>

namespace assay {

/// A place in a series from which on its mean is another. The means are of the stretches up to the
/// neighbouring change points (or the series' ends).
struct ChangePoint {
  std::size_t index = 0;  // of the first value after the change
  double mean_before = 0;
  double mean_after = 0;
};

/// Where the mean of equally spaced values changes abruptly.
///
/// Binary segmentation by least squares (Scott and Knott, Biometrics 30, 1974): the split of a
/// stretch of n values that lowers the sum of squares most, sum(x - mean)^2, is taken while it does
/// so by more than 2 ln(N / 0.01) sigma^2, N being the length of the whole series. By Bonferroni
/// and P(|Z| > z) <= exp(-z^2 / 2) that splits a series of independent normal noise in less than 1
/// % of cases. sigma is the median of |x[i+1] - x[i]| / (sqrt(2) 0.6745), which steps hardly
/// change. A stretch has at least 5 values. Values more than 4 sigma from the median of the 5
/// around them are replaced by it first (Hampel's filter): one stalled second is no change.
///
/// A drift is no step: a change point must also lower, by the same bound, the sum of squares around
/// a straight line through both its neighbouring stretches when the line may jump there. Those that
/// do so least are removed first. Then those below 5 % of the larger mean, the
/// smallest first.
std::vector<ChangePoint> change_points(const std::vector<double>& values);

}  // namespace assay
