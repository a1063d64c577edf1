#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "bench/measure/permutation.hpp"
#include "bench/measure/random.hpp"
#include "bench/storage/zipf.hpp"
#include "reports/model/plan.hpp"

namespace assay {

/// Where offsets may lie, in bytes: [begin, end), multiples of `alignment` counted from 0.
struct OffsetRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint64_t alignment = 4096;

  /// How many places an I/O of that size has. 0 when it does not fit.
  std::uint64_t places(std::uint64_t block_size) const {
    return end - begin < block_size ? 0 : (end - begin - block_size) / alignment + 1;
  }
};

/// Which of a team's threads draws: those with shares of one sequence take turns.
struct OffsetShare {
  std::uint32_t index = 0;
  std::uint32_t count = 1;
};

/// Offsets of a case, each block wholly inside the range. The classes below share this form:
/// `next()` draws an offset; `sized` is true where `size()` tells the bytes of the one just drawn.
class RandomOffsets {
 public:
  static constexpr bool sized = false;

  /// Precondition: at least one place.
  RandomOffsets(const OffsetRange& range, std::uint32_t block_size, std::uint64_t seed)
      : random_(seed),
        places_(range.places(block_size)),
        begin_(range.begin),
        alignment_(range.alignment) {}
  RandomOffsets(std::uint64_t span_bytes, std::uint32_t block_size, std::uint64_t seed)
      : RandomOffsets(OffsetRange{0, span_bytes, block_size}, block_size, seed) {}

  std::uint64_t next() { return begin_ + random_.below(places_) * alignment_; }

 private:
  Random random_;
  std::uint64_t places_;
  std::uint64_t begin_;
  std::uint64_t alignment_;
};

/// Uniform offsets of blocks whose size is drawn from a mix, aligned to their own size or to the
/// range's alignment where that is smaller.
class MixedSizeOffsets {
 public:
  static constexpr bool sized = true;

  /// Precondition: the shares add up to 100 and each size has a place.
  MixedSizeOffsets(const OffsetRange& range, const std::vector<SizeShare>& mix, std::uint64_t seed)
      : random_(seed) {
    std::uint32_t up_to = 0;
    for (const SizeShare& share : mix) {
      up_to += share.percent;
      OffsetRange own = range;
      if (own.alignment == 0) own.alignment = share.block_size_bytes;
      choices_.push_back({up_to, share.block_size_bytes, own.places(share.block_size_bytes),
                          own.begin, own.alignment});
    }
  }

  std::uint64_t next() {
    const std::uint64_t draw = random_.below(100);
    const Choice* chosen = choices_.data();
    while (draw >= chosen->up_to) ++chosen;
    size_ = chosen->size;
    return chosen->begin + random_.below(chosen->places) * chosen->alignment;
  }
  std::uint32_t size() const { return size_; }

 private:
  struct Choice {
    std::uint32_t up_to;
    std::uint32_t size;
    std::uint64_t places;
    std::uint64_t begin;
    std::uint64_t alignment;
  };
  Random random_;
  std::vector<Choice> choices_;
  std::uint32_t size_ = 0;
};

/// Hot and cold places by Zipf's law, the hot ones scattered over the range.
class ZipfOffsets {
 public:
  static constexpr bool sized = false;

  /// `layout_seed` says which places are hot: the same for all threads of a case.
  ZipfOffsets(const OffsetRange& range, std::uint32_t block_size, double theta, std::uint64_t seed,
              std::uint64_t layout_seed)
      : random_(seed),
        ranks_(range.places(block_size), theta),
        scatter_(range.places(block_size), layout_seed),
        range_(range) {}

  std::uint64_t next() {
    return range_.begin + scatter_.at(ranks_.next(random_)) * range_.alignment;
  }

 private:
  Random random_;
  ZipfRanks ranks_;
  Permutation scatter_;
  OffsetRange range_;
};

/// Every place once in random order, then again in another order, without memory.
class FullCoverageOffsets {
 public:
  static constexpr bool sized = false;

  /// `order_seed` is the same for all threads of a case; each takes every count-th index.
  FullCoverageOffsets(const OffsetRange& range, std::uint32_t block_size, std::uint64_t order_seed,
                      const OffsetShare& share = {})
      : seed_(order_seed),
        order_(range.places(block_size), order_seed),
        range_(range),
        share_(share),
        next_(share.index) {}

  std::uint64_t next() {
    if (next_ >= order_.size()) {
      order_ = Permutation(order_.size(), ++seed_);
      next_ = std::min<std::uint64_t>(share_.index, order_.size() - 1);
    }
    const std::uint64_t offset = range_.begin + order_.at(next_) * range_.alignment;
    next_ += share_.count;
    return offset;
  }

 private:
  std::uint64_t seed_;
  Permutation order_;
  OffsetRange range_;
  OffsetShare share_;
  std::uint64_t next_;
};

/// Ascending offsets, one stream or several that take turns, each in its own part of the range and
/// from its start again at its end. Threads share the streams, or have one each.
class SequentialOffsets {
 public:
  static constexpr bool sized = false;

  /// Precondition: at least as many places as streams (and threads).
  SequentialOffsets(const OffsetRange& range, std::uint32_t block_size, std::uint32_t streams = 1,
                    const OffsetShare& share = {})
      : block_size_(block_size) {
    const std::uint32_t parts = std::max(streams, share.count);
    const std::uint64_t blocks = (range.end - range.begin) / block_size;
    for (std::uint32_t part = share.index; part < parts; part += share.count) {
      const std::uint64_t first = range.begin + blocks * part / parts * block_size;
      const std::uint64_t end = range.begin + blocks * (part + 1) / parts * block_size;
      streams_.push_back({first, first, end});
    }
  }
  SequentialOffsets(std::uint64_t span_bytes, std::uint32_t block_size)
      : SequentialOffsets(OffsetRange{0, span_bytes, block_size}, block_size) {}

  std::uint64_t next() {
    Stream& stream = streams_[turn_];
    if (++turn_ == streams_.size()) turn_ = 0;
    const std::uint64_t offset = stream.next;
    stream.next += block_size_;
    if (stream.next >= stream.end) stream.next = stream.begin;
    return offset;
  }

 private:
  struct Stream {
    std::uint64_t begin;
    std::uint64_t next;
    std::uint64_t end;
  };
  std::uint64_t block_size_;
  std::vector<Stream> streams_;
  std::size_t turn_ = 0;
};

}  // namespace assay
