#pragma once

#include <cstddef>
#include <cstdint>

#include "bench/measure/random.hpp"
#include "bench/storage/ring.hpp"

namespace assay {

/// What is written, and what becomes of what was read. The measuring loops take it as a parameter;
/// this one makes each 4 KiB written unlike any before and looks at nothing that was read. A policy
/// that `checks` (verify.hpp) is asked for each place before an I/O and told of each completion.
class UniqueData {
 public:
  static constexpr bool checks = false;

  explicit UniqueData(std::uint64_t seed) : sequence_(seed) {}

  void stamp(std::byte* block, std::uint64_t /*offset*/, std::uint32_t size) {
    stamp_unique(block, size, ++sequence_);
  }

 private:
  std::uint64_t sequence_;
};

}  // namespace assay
