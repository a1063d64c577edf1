#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "bench/measure/random.hpp"

namespace assay {

/// A random order of 0 ... size - 1 without memory: a balanced Feistel network of four rounds on
/// the smallest even number of bits that holds the size (Luby and Rackoff 1988), walked until the
/// image is inside (cycle walking, Black and Rogaway 2002): under four steps on average.
class Permutation {
 public:
  /// Precondition: 0 < size <= 2^62.
  Permutation(std::uint64_t size, std::uint64_t seed) : size_(size) {
    const auto bits = static_cast<std::uint32_t>(std::bit_width(size - 1));
    half_bits_ = bits < 2 ? 1 : (bits + 1) / 2;
    half_mask_ = (std::uint64_t{1} << half_bits_) - 1;
    Random random(seed);
    for (std::uint64_t& key : keys_) key = random.next();
  }

  /// Where `index` (below the size) is mapped to; one to one.
  std::uint64_t at(std::uint64_t index) const {
    std::uint64_t image = scramble(index);
    while (image >= size_) image = scramble(image);
    return image;
  }

  std::uint64_t size() const { return size_; }

 private:
  std::uint64_t scramble(std::uint64_t value) const {
    std::uint64_t left = value >> half_bits_;
    std::uint64_t right = value & half_mask_;
    for (const std::uint64_t key : keys_) {
      const std::uint64_t mixed = (right ^ key) * 0x9E3779B97F4A7C15U;
      const std::uint64_t next = left ^ (((mixed ^ (mixed >> 32)) * 0xE7037ED1A0B428DBU) >> 40);
      left = right;
      right = next & half_mask_;
    }
    return (left << half_bits_) | right;
  }

  std::uint64_t size_;
  std::uint32_t half_bits_ = 1;
  std::uint64_t half_mask_ = 1;
  std::array<std::uint64_t, 4> keys_{};
};

}  // namespace assay
