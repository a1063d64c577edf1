#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace assay {

/// Non-empty buckets of a log-linear histogram, as stored in a Result.
/// Layout: a value v < 2^bits has bucket v; otherwise, with e = floor(log2 v), bucket
/// ((e - bits + 1) << bits) + ((v >> (e - bits)) - 2^bits): 2^bits buckets an octave, so that a
/// bucket's width is at most 1/2^bits of its lower bound. min, max, sum and count are exact.
struct SparseHistogram {
  std::uint32_t sub_bucket_bits = 7;
  std::uint64_t count = 0;
  std::uint64_t min_ns = 0;
  std::uint64_t max_ns = 0;
  std::uint64_t sum_ns = 0;
  std::vector<std::pair<std::uint32_t, std::uint64_t>> buckets;  // (bucket, count), ascending

  /// Value in ns at quantile q in [0, 1]: the middle of the bucket that holds the ceil(q *
  /// count)-th smallest value, clamped to [min, max]; 0 when empty.
  std::uint64_t quantile(double q) const;
  double mean_ns() const {
    return count == 0 ? 0 : static_cast<double>(sum_ns) / static_cast<double>(count);
  }
};

/// Bucket of a value, and the lowest value of a bucket, in the layout above.
constexpr std::uint32_t histogram_bucket(std::uint64_t value, std::uint32_t bits) {
  if (value < (std::uint64_t{1} << bits)) return static_cast<std::uint32_t>(value);
  const auto exponent = static_cast<std::uint32_t>(63 - std::countl_zero(value));
  const std::uint32_t shift = exponent - bits;
  return (shift << bits) + static_cast<std::uint32_t>(value >> shift);
}
std::uint64_t histogram_bucket_lower(std::uint32_t bucket, std::uint32_t bits);
std::uint64_t histogram_bucket_width(std::uint32_t bucket, std::uint32_t bits);

/// What makes a histogram of another program, or an edited one, no histogram, in words: sub-bucket
/// bits outside [1, 7], a bucket above that of 2^64 - 1, buckets that do not hold `count` values or
/// more than 1e18, a minimum above the maximum. Empty where nothing does.
std::string histogram_fault(const SparseHistogram& histogram);

/// Owns the counts of every recorded latency in ns, with relative error <= 1/128. `record` is the
/// only member used in the hot loop: no branch on configuration, no allocation.
class LatencyHistogram {
 public:
  static constexpr std::uint32_t sub_bucket_bits = 7;

  LatencyHistogram() : counts_(bucket_count) {}

  void record(std::uint64_t latency_ns) {
    ++counts_[histogram_bucket(latency_ns, sub_bucket_bits)];
    sum_ns_ += latency_ns;
    // Branches, which are foreseen all but a few times: half the instructions of a choice.
    if (latency_ns < min_ns_) [[unlikely]] {
      min_ns_ = latency_ns;
    }
    if (latency_ns > max_ns_) [[unlikely]] {
      max_ns_ = latency_ns;
    }
  }

  void merge(const LatencyHistogram& other);
  /// Adds stored buckets. Precondition: sub_bucket_bits of them is 7.
  void merge(const SparseHistogram& other);
  void clear();
  std::uint64_t count() const;
  std::uint64_t sum_ns() const { return sum_ns_; }
  std::uint64_t max_ns() const { return max_ns_; }

  /// The non-empty buckets with `bits` <= 7 sub-bucket bits: 7 for the Result, fewer for heat maps.
  SparseHistogram sparse(std::uint32_t bits = sub_bucket_bits) const;

 private:
  static constexpr std::size_t bucket_count = (64 - sub_bucket_bits + 1) << sub_bucket_bits;

  std::vector<std::uint64_t> counts_;
  std::uint64_t sum_ns_ = 0;
  std::uint64_t min_ns_ = ~std::uint64_t{0};
  std::uint64_t max_ns_ = 0;
};

}  // namespace assay
