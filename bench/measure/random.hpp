#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "bench/measure/uint128.hpp"

namespace assay {

/// A counter scrambled by one 64 x 64 -> 128-bit product (the construction of wyrand, Wang Yi
/// 2019): one draw costs a handful of instructions, and every 64-bit seed is a good one.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15U;
    const Uint128 product = static_cast<Uint128>(state_) * (state_ ^ 0xE7037ED1A0B428DBU);
    return static_cast<std::uint64_t>(product >> 64) ^ static_cast<std::uint64_t>(product);
  }

  /// Uniform in [0, bound) by multiply-shift (Lemire 2019, without rejection: the bias is below
  /// bound / 2^64).
  std::uint64_t below(std::uint64_t bound) {
    return static_cast<std::uint64_t>((static_cast<Uint128>(next()) * bound) >> 64);
  }

 private:
  std::uint64_t state_;
};

/// A seed for one case of a run: the run's seed mixed with the case's id (FNV-1a), so that no two
/// cases draw the same offsets or write the same data.
inline std::uint64_t seed_for(std::uint64_t run_seed, std::string_view case_id) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : case_id) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return Random(run_seed ^ hash).next();
}

/// Fills memory with random bytes, which no compressor shrinks. Size in whole 8-byte words.
inline void fill_incompressible(std::span<std::byte> memory, std::uint64_t seed) {
  Random random(seed);
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
