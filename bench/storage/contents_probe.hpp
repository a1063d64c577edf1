#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace assay {

/// Latencies of two kinds, such as reads that reach the medium and reads that do not.
struct TwoModes {
  double fast_ns_median = 0;
  double slow_ns_median = 0;
  double slow_share = 0;  // of all, 0 to 1
};

/// Splits latencies in two where that explains most of the variance of their logarithms (Otsu's
/// threshold). Empty unless the split explains 85 % of it (of a normal distribution it explains
/// 64 %, of an even one 75 %), each kind has 5 % of the latencies, and their medians differ by a
/// factor of 2.
std::optional<TwoModes> two_modes(std::span<const double> latencies_ns);

/// What a few random reads of a device or file tell about its contents.
struct ContentsProbe {
  std::uint32_t blocks = 0;       // of 4 KiB, each read twice
  std::uint32_t zero_blocks = 0;  // those that held nothing but zeros
  double first_ns_median = 0;     // latency of the first read of a block
  double second_ns_median = 0;    // and of the second
  std::optional<TwoModes> first_modes = std::nullopt;
  std::optional<TwoModes> second_modes = std::nullopt;
};

/// Reads `blocks` random 4 KiB blocks of [0, span_bytes) one by one with O_DIRECT, then the same
/// ones again. Read-only. Precondition: span_bytes >= 4096. Throws std::runtime_error in words.
ContentsProbe probe_contents(const std::string& path, std::uint64_t span_bytes,
                             std::uint32_t blocks, std::uint64_t seed);

}  // namespace assay
