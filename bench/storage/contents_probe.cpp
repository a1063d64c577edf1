#include "bench/storage/contents_probe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
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

}  // namespace

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
    return spread_of(latencies_ns).median;
  };
  ContentsProbe probe;
  probe.blocks = blocks;
  probe.first_ns_median = read_all(probe);
  probe.second_ns_median = read_all(probe);
  return probe;
}

}  // namespace assay
