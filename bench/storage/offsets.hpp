#pragma once

#include <cstdint>

#include "bench/storage/random.hpp"

namespace assay {

/// Offsets of a case in bytes, multiples of the block size, each block wholly inside the span.
class RandomOffsets {
 public:
  /// Precondition: 0 < block_size_bytes <= span_bytes.
  RandomOffsets(std::uint64_t span_bytes, std::uint32_t block_size_bytes, std::uint64_t seed)
      : random_(seed), blocks_(span_bytes / block_size_bytes), block_size_(block_size_bytes) {}

  std::uint64_t next() { return random_.below(blocks_) * block_size_; }

 private:
  Random random_;
  std::uint64_t blocks_;
  std::uint64_t block_size_;
};

/// Ascending offsets from 0, beginning again at the end of the span.
class SequentialOffsets {
 public:
  /// Precondition: 0 < block_size_bytes <= span_bytes.
  SequentialOffsets(std::uint64_t span_bytes, std::uint32_t block_size_bytes)
      : end_(span_bytes / block_size_bytes * block_size_bytes), block_size_(block_size_bytes) {}

  std::uint64_t next() {
    const std::uint64_t offset = next_;
    next_ += block_size_;
    if (next_ == end_) next_ = 0;
    return offset;
  }

 private:
  std::uint64_t end_;
  std::uint64_t block_size_;
  std::uint64_t next_ = 0;
};

}  // namespace assay
