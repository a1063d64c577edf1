#include "reports/limits/service_cost.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "reports/model/units.hpp"

namespace assay {

namespace {

constexpr double sum_error_max = 0.05;
constexpr double caps_error_min = 0.1;
constexpr double size_ratio_min = 8;
constexpr std::size_t sizes_min = 3;

/// Half the width of what one value has to stand for, relative to that value: what a constant is
/// off by at best.
class Range {
 public:
  void add(double value) {
    lowest_ = lowest_ > 0 ? std::min(lowest_, value) : value;
    highest_ = std::max(highest_, value);
  }
  double error() const { return highest_ > 0 ? (highest_ - lowest_) / (highest_ + lowest_) : 0; }

 private:
  double lowest_ = 0;
  double highest_ = 0;
};

/// Limits hold I/Os a second up to some size and bytes a second from the next one on; the best of
/// all places where that may change.
double best_error_of_caps(std::span<const SizedRate> sizes) {
  double best = 1;
  for (std::size_t of_ios = 0; of_ios <= sizes.size(); ++of_ios) {
    Range ios;
    Range bytes;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      if (i < of_ios) {
        ios.add(sizes[i].ios_per_s);
      } else {
        bytes.add(sizes[i].ios_per_s * sizes[i].block_size_bytes);
      }
    }
    best = std::min(best, std::max(ios.error(), bytes.error()));
  }
  return best;
}

/// Weighted least squares: with t = 1 / rate and weights 1 / t^2, x = rate and y = rate × size make
/// it a x + b y = 1.
ServiceCost fit_sum(std::span<const SizedRate> sizes) {
  double xx = 0;
  double xy = 0;
  double yy = 0;
  double x1 = 0;
  double y1 = 0;
  for (const SizedRate& one : sizes) {
    const double x = one.ios_per_s;
    const double y = one.ios_per_s * one.block_size_bytes;
    xx += x * x;
    xy += x * y;
    yy += y * y;
    x1 += x;
    y1 += y;
  }
  const double determinant = xx * yy - xy * xy;
  ServiceCost cost;
  cost.size_min_bytes = sizes.front().block_size_bytes;
  cost.size_max_bytes = sizes.back().block_size_bytes;
  cost.error = 1;
  if (!(determinant > 0)) return cost;
  const double per_io_s = (x1 * yy - y1 * xy) / determinant;
  const double per_byte_s = (xx * y1 - xy * x1) / determinant;
  cost.per_io_ns = per_io_s * 1e9;
  cost.per_byte_ns = per_byte_s * 1e9;
  cost.error = 0;
  for (const SizedRate& one : sizes) {
    const double taken = (per_io_s + per_byte_s * one.block_size_bytes) * one.ios_per_s;
    cost.error = std::max(cost.error, std::abs(taken - 1));
  }
  cost.error_of_caps = best_error_of_caps(sizes);
  return cost;
}

}  // namespace

std::optional<ServiceCost> fit_service_cost(std::span<const SizedRate> sizes) {
  const auto has_rate = [](const SizedRate& one) {
    return one.ios_per_s > 0 && one.block_size_bytes > 0;
  };
  if (!std::all_of(sizes.begin(), sizes.end(), has_rate)) return std::nullopt;
  for (std::size_t count = sizes.size(); count >= sizes_min; --count) {
    const auto range = sizes.first(count);
    if (range.back().block_size_bytes < size_ratio_min * range.front().block_size_bytes) break;
    const ServiceCost cost = fit_sum(range);
    if (cost.per_io_ns > 0 && cost.per_byte_ns > 0 && cost.error <= sum_error_max &&
        cost.error_of_caps > caps_error_min) {
      return cost;
    }
  }
  return std::nullopt;
}

std::string service_cost_text(const ServiceCost& cost, std::uint32_t queue_depth) {
  return fmt::format(
      "from {} to {} blocks at queue depth {} an I/O takes {} and {} more for each KiB, within "
      "{:.0f} %: the work of serving it; limits of I/Os and of bytes a second would be off by "
      "{:.0f} %",
      short_size(static_cast<std::uint64_t>(cost.size_min_bytes)),
      short_size(static_cast<std::uint64_t>(cost.size_max_bytes)), queue_depth,
      format_duration_ns(cost.per_io_ns), format_duration_ns(1024 * cost.per_byte_ns),
      std::max(1.0, 100 * cost.error), 100 * cost.error_of_caps);
}

}  // namespace assay
