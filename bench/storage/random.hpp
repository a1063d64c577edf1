#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "bench/measure/uint128.hpp"

namespace assay {

/// SplitMix64 (Steele, Lea, Flood 2014): 64 random bits from a counter, period 2^64. Fast enough
/// for one draw an I/O, and every 64-bit seed is a good one.
class SplitMix64 {
 public:
  explicit SplitMix64(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
  }

  /// Uniform in [0, bound) by multiply-shift (Lemire 2019, without rejection: the bias is below
  /// bound / 2^64).
  std::uint64_t below(std::uint64_t bound) {
    return static_cast<std::uint64_t>((static_cast<Uint128>(next()) * bound) >> 64);
  }

 private:
  std::uint64_t state_;
};

/// Fills memory with random bytes, which no compressor shrinks. Size in whole 8-byte words.
inline void fill_incompressible(std::span<std::byte> memory, std::uint64_t seed) {
  SplitMix64 random(seed);
  for (std::size_t at = 0; at + 8 <= memory.size(); at += 8) {
    const std::uint64_t word = random.next();
    std::memcpy(memory.data() + at, &word, sizeof word);
  }
}

/// Makes each 4 KiB of a block unlike any written before, so that nothing can be deduplicated: its
/// first 8 bytes become a function of the sequence number.
inline void stamp_unique(std::byte* block, std::size_t size_bytes, std::uint64_t sequence) {
  for (std::size_t at = 0; at < size_bytes; at += 4096) {
    const std::uint64_t stamp = (sequence * 0x9E3779B97F4A7C15U) ^ at;
    std::memcpy(block + at, &stamp, sizeof stamp);
  }
}

}  // namespace assay
