#include "reports/model/histogram.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace assay {

std::uint64_t histogram_bucket_lower(std::uint32_t bucket, std::uint32_t bits) {
  const std::uint32_t sub_buckets = 1U << bits;
  if (bucket < 2 * sub_buckets) return bucket;
  const std::uint32_t shift = (bucket >> bits) - 1;
  return static_cast<std::uint64_t>(sub_buckets + (bucket & (sub_buckets - 1))) << shift;
}

std::uint64_t histogram_bucket_width(std::uint32_t bucket, std::uint32_t bits) {
  return bucket < (2U << bits) ? 1 : std::uint64_t{1} << ((bucket >> bits) - 1);
}

std::string histogram_fault(const SparseHistogram& histogram) {
  constexpr std::uint64_t count_max = 1'000'000'000'000'000'000;
  const std::uint32_t bits = histogram.sub_bucket_bits;
  if (bits < 1 || bits > LatencyHistogram::sub_bucket_bits) {
    return fmt::format("{} sub-bucket bits, not 1 to 7", bits);
  }
  std::uint64_t told = 0;
  for (const auto& [bucket, count] : histogram.buckets) {
    if (bucket > histogram_bucket(~std::uint64_t{0}, bits)) {
      return "a bucket beyond the histogram's range";
    }
    if (count > count_max - told) return "more values than can be counted";
    told += count;
  }
  if (told != histogram.count) {
    return fmt::format("its buckets hold {} values of {}", told, histogram.count);
  }
  if (told > 0 && histogram.min_ns > histogram.max_ns) return "its minimum is above its maximum";
  return {};
}

std::uint64_t SparseHistogram::quantile(double q) const {
  if (count == 0) return 0;
  const double exact = std::ceil(std::clamp(q, 0.0, 1.0) * static_cast<double>(count));
  const auto rank = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(exact));
  std::uint64_t seen = 0;
  for (const auto& [bucket, bucket_count] : buckets) {
    seen += bucket_count;
    if (seen < rank) continue;
    const std::uint64_t middle = histogram_bucket_lower(bucket, sub_bucket_bits) +
                                 (histogram_bucket_width(bucket, sub_bucket_bits) - 1) / 2;
    return std::clamp(middle, min_ns, max_ns);
  }
  return max_ns;
}

void LatencyHistogram::merge(const LatencyHistogram& other) {
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
  sum_ns_ += other.sum_ns_;
  min_ns_ = std::min(min_ns_, other.min_ns_);
  max_ns_ = std::max(max_ns_, other.max_ns_);
}

void LatencyHistogram::merge(const SparseHistogram& other) {
  if (other.count == 0) return;
  for (const auto& [bucket, count] : other.buckets) counts_.at(bucket) += count;
  sum_ns_ += other.sum_ns;
  min_ns_ = std::min(min_ns_, other.min_ns);
  max_ns_ = std::max(max_ns_, other.max_ns);
}

void LatencyHistogram::clear() {
  std::fill(counts_.begin(), counts_.end(), 0);
  sum_ns_ = 0;
  min_ns_ = ~std::uint64_t{0};
  max_ns_ = 0;
}

std::uint64_t LatencyHistogram::count() const {
  std::uint64_t total = 0;
  for (const std::uint64_t bucket : counts_) total += bucket;
  return total;
}

SparseHistogram LatencyHistogram::sparse(std::uint32_t bits) const {
  SparseHistogram sparse;
  sparse.sub_bucket_bits = bits;
  for (std::uint32_t fine = 0; fine < counts_.size(); ++fine) {
    if (counts_[fine] == 0) continue;
    const std::uint32_t bucket =
        histogram_bucket(histogram_bucket_lower(fine, sub_bucket_bits), bits);
    if (sparse.buckets.empty() || sparse.buckets.back().first != bucket) {
      sparse.buckets.emplace_back(bucket, 0);
    }
    sparse.buckets.back().second += counts_[fine];
    sparse.count += counts_[fine];
  }
  if (sparse.count > 0) {
    sparse.min_ns = min_ns_;
    sparse.max_ns = max_ns_;
    sparse.sum_ns = sum_ns_;
  }
  return sparse;
}

}  // namespace assay
