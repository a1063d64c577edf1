#pragma once

#include <cstdint>

namespace assay {

/// Owns the position on a ring of a chase. Each launch goes on where the one before ended: if all
/// began at the same node they would visit the same few MiB again, which the L2 cache holds, and
/// the cache's latency would be told as the memory's. This way a node comes again only after all
/// others.
class RingWalk {
 public:
  RingWalk() = default;
  explicit RingWalk(std::uint32_t nodes) : nodes_(nodes) {}

  /// The position at which a launch of that many steps begins; then moves on to where it ends.
  std::uint32_t begin_launch(std::uint64_t steps) {
    const std::uint32_t begin = position_;
    position_ = static_cast<std::uint32_t>((position_ + steps) % nodes_);
    return begin;
  }

  /// Where the last launch must have ended, and the next begins.
  std::uint32_t position() const { return position_; }

 private:
  std::uint32_t nodes_ = 1;
  std::uint32_t position_ = 0;
};

}  // namespace assay
