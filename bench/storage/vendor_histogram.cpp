#include "bench/storage/vendor_histogram.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "bench/storage/page_bytes.hpp"

namespace assay {

namespace {

constexpr std::size_t bins_max = 64;
constexpr std::size_t bin_bytes = 24;

constexpr std::size_t by_size_offset = 96;
constexpr std::size_t by_size_bins_max = 32;
constexpr std::size_t by_size_histograms_max = 5;
constexpr std::size_t bounds_offset = by_size_offset + 4 + 4 + 8 * 4;
constexpr std::size_t counts_offset = bounds_offset + by_size_bins_max * 16;
constexpr std::size_t by_size_end =
    counts_offset + by_size_histograms_max * 2 * by_size_bins_max * 8;

DeviceLatency dropped(std::string reason) { return {{}, std::move(reason)}; }

/// Counters modulo 2^32 that should agree, but for I/Os that ended between one and the other.
bool agree(std::uint64_t sum, std::uint64_t ops) {
  const auto off = static_cast<std::uint32_t>(sum - ops);
  return std::min(off, 0U - off) <= ios_in_flight_max;
}

/// The bins as they are, or why they cannot be latencies of `ops` I/Os.
DeviceLatency checked(std::vector<LatencyBin> bins, std::uint64_t ops) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < bins.size(); ++i) {
    const LatencyBin& bin = bins[i];
    if (bin.lower_us >= bin.upper_us) {
      return dropped(fmt::format("bin {} is from {} to {} us", i, bin.lower_us, bin.upper_us));
    }
    if (i > 0 && bin.lower_us < bins[i - 1].upper_us) {
      return dropped(fmt::format("bin {} begins at {} us, below the end of the bin before it", i,
                                 bin.lower_us));
    }
    sum += bin.count;
  }
  if (!agree(sum, ops)) {
    return dropped(fmt::format("its bins hold {} I/Os (modulo 2^32) and the counter says {}",
                               static_cast<std::uint32_t>(sum), static_cast<std::uint32_t>(ops)));
  }
  return {std::move(bins), {}};
}

}  // namespace

DeviceLatency parse_histogram(std::span<const std::byte> page, std::size_t offset,
                              std::uint64_t ops) {
  if (page.size() < offset + 8) return dropped("the page ends before its histogram");
  const auto count = number_at<std::uint64_t>(page, offset);
  if (count == 0) return dropped("it has no bins");
  if (count > bins_max) return dropped(fmt::format("it claims {} bins, 64 fit", count));
  if (page.size() < offset + 8 + count * bin_bytes) {
    return dropped("the page ends within its histogram");
  }
  std::vector<LatencyBin> bins;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = offset + 8 + i * bin_bytes;
    bins.push_back({number_at<std::uint64_t>(page, at), number_at<std::uint64_t>(page, at + 8),
                    number_at<std::uint32_t>(page, at + 16)});
  }
  return checked(std::move(bins), ops);
}

ReadsAndWrites parse_histograms_by_size(std::span<const std::byte> page, std::uint64_t read_ops,
                                        std::uint64_t write_ops) {
  if (page.size() < by_size_end) {
    return {dropped("the page ends before its histograms"), dropped("the page ends before them")};
  }
  const auto histograms = number_at<std::uint32_t>(page, by_size_offset);
  const auto count = number_at<std::uint32_t>(page, by_size_offset + 4);
  if (histograms == 0 || histograms > by_size_histograms_max || count == 0 ||
      count > by_size_bins_max) {
    const DeviceLatency odd =
        dropped(fmt::format("it claims {} histograms of {} bins, 5 of 32 fit", histograms, count));
    return {odd, odd};
  }
  const auto added_up = [&](std::size_t first, std::uint64_t ops) {
    std::vector<LatencyBin> bins;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t bound = bounds_offset + i * 16;
      LatencyBin bin{number_at<std::uint64_t>(page, bound),
                     number_at<std::uint64_t>(page, bound + 8), 0};
      for (std::size_t size = 0; size < histograms; ++size) {
        const std::size_t at = counts_offset + (2 * size + first) * by_size_bins_max * 8 + i * 8;
        bin.count += static_cast<std::uint32_t>(number_at<std::uint64_t>(page, at));
      }
      bins.push_back(bin);
    }
    return checked(std::move(bins), ops);
  };
  return {added_up(0, read_ops), added_up(1, write_ops)};
}

DeviceLatency latency_between(const DeviceLatency& before, const DeviceLatency& after,
                              std::uint64_t ops) {
  if (!before.dropped.empty()) return dropped(before.dropped);
  if (!after.dropped.empty()) return dropped(after.dropped);
  const auto same_bounds = [](const LatencyBin& a, const LatencyBin& b) {
    return a.lower_us == b.lower_us && a.upper_us == b.upper_us;
  };
  if (!std::equal(before.bins.begin(), before.bins.end(), after.bins.begin(), after.bins.end(),
                  same_bounds)) {
    return dropped("its bins changed between two readings");
  }
  DeviceLatency during = after;
  for (std::size_t i = 0; i < during.bins.size(); ++i) during.bins[i].count -= before.bins[i].count;
  return checked(std::move(during.bins), ops);
}

std::uint64_t ios_of(const DeviceLatency& latency) {
  std::uint64_t count = 0;
  for (const LatencyBin& bin : latency.bins) count += bin.count;
  return count;
}

std::optional<LatencyBin> bin_at(const DeviceLatency& latency, double q) {
  const std::uint64_t count = ios_of(latency);
  const auto rank = static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(count)));
  std::uint64_t below = 0;
  for (const LatencyBin& bin : latency.bins) {
    below += bin.count;
    if (bin.count > 0 && below >= rank) return bin;
  }
  return std::nullopt;
}

}  // namespace assay
