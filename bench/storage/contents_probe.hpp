#pragma once

#include <cstdint>
#include <string>

namespace assay {

/// What a few random reads of a device or file tell about its contents.
struct ContentsProbe {
  std::uint32_t blocks = 0;       // of 4 KiB, each read twice
  std::uint32_t zero_blocks = 0;  // those that held nothing but zeros
  double first_ns_median = 0;     // latency of the first read of a block
  double second_ns_median = 0;    // and of the second
};

/// Reads `blocks` random 4 KiB blocks of [0, span_bytes) one by one with O_DIRECT, then the same
/// ones again. Read-only. Precondition: span_bytes >= 4096. Throws std::runtime_error in words.
ContentsProbe probe_contents(const std::string& path, std::uint64_t span_bytes,
                             std::uint32_t blocks, std::uint64_t seed);

}  // namespace assay
