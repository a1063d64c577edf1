#include "bench/storage/contents_probe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "bench/measure/clock.hpp"
#include "bench/storage/aligned_memory.hpp"
#include "bench/storage/offsets.hpp"
#include "bench/storage/read_only.hpp"
#include "reports/model/metric.hpp"

namespace assay {

namespace {

constexpr std::uint32_t block_bytes = 4096;

constexpr double explained_share_min = 0.85;
constexpr double kind_share_min = 0.05;
constexpr double medians_ratio_min = 2;

}  // namespace

std::optional<TwoModes> two_modes(std::span<const double> latencies_ns) {
  std::vector<double> sorted(latencies_ns.begin(), latencies_ns.end());
  std::sort(sorted.begin(), sorted.end());
  if (sorted.size() < 2 || sorted.front() <= 0) return std::nullopt;
  const auto count = static_cast<double>(sorted.size());
  double sum = 0;
  double sum_of_squares = 0;
  for (const double latency : sorted) {
    sum += std::log(latency);
    sum_of_squares += std::log(latency) * std::log(latency);
  }
  const double total = sum_of_squares - sum * sum / count;
  // What lies between the two means, of all splits into the fast and the slow.
  double fast_sum = 0;
  double most = 0;
  std::size_t split = 0;
  for (std::size_t fast = 1; fast < sorted.size(); ++fast) {
    fast_sum += std::log(sorted[fast - 1]);
    const auto n = static_cast<double>(fast);
    const double apart = fast_sum / n - (sum - fast_sum) / (count - n);
    const double between = n * (count - n) / count * apart * apart;
    if (between <= most) continue;
    most = between;
    split = fast;
  }
  const double slow_share = (count - static_cast<double>(split)) / count;
  if (split == 0 || most < explained_share_min * total ||
      std::min(slow_share, 1 - slow_share) < kind_share_min) {
    return std::nullopt;
  }
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(split);
  const TwoModes modes{spread_of({sorted.begin(), middle}).median,
                       spread_of({middle, sorted.end()}).median, slow_share};
  if (modes.slow_ns_median < medians_ratio_min * modes.fast_ns_median) return std::nullopt;
  return modes;
}

ContentsProbe probe_contents(const std::string& path, std::uint64_t span_bytes,
                             std::uint32_t blocks, std::uint64_t seed) {
  const FileHandle handle = open_to_read(path);
  const AlignedMemory memory(block_bytes);
  const std::span<std::byte> block = memory.bytes();
  const SystemClock clock;
  const auto read_all = [&](ContentsProbe& probe) {
    RandomOffsets offsets(span_bytes, block_bytes, seed);
    std::vector<double> latencies_ns;
    probe.zero_blocks = 0;
    for (std::uint32_t i = 0; i < blocks; ++i) {
      const auto offset = static_cast<off_t>(offsets.next());
      const std::uint64_t start_ns = clock.now_ns();
      if (pread(handle.get(), block.data(), block_bytes, offset) != ssize_t{block_bytes}) {
        throw std::runtime_error(
            fmt::format("read {} at {}: {}", path, offset, std::generic_category().message(errno)));
      }
      latencies_ns.push_back(static_cast<double>(clock.now_ns() - start_ns));
      const bool zeros = std::all_of(block.begin(), block.end(),
                                     [](std::byte byte) { return byte == std::byte{0}; });
      probe.zero_blocks += zeros ? 1 : 0;
    }
    return latencies_ns;
  };
  ContentsProbe probe;
  probe.blocks = blocks;
  const std::vector<double> first_ns = read_all(probe);
  const std::vector<double> second_ns = read_all(probe);
  probe.first_ns_median = spread_of(first_ns).median;
  probe.second_ns_median = spread_of(second_ns).median;
  probe.first_modes = two_modes(first_ns);
  probe.second_modes = two_modes(second_ns);
  return probe;
}

}  // namespace assay
