#pragma once

#include <cstdint>
#include <vector>

#include "bench/measure/random.hpp"
#include "bench/storage/recorder.hpp"
#include "bench/storage/ring.hpp"
#include "reports/model/plan.hpp"

namespace assay {

/// One case for the measuring loop of one worker, sizes in bytes.
struct LoopSpec {
  std::uint32_t queue_depth = 1;
  std::uint32_t block_size = 4096;  // the largest, where sizes differ
  std::uint32_t read_percent = 100;
  std::uint64_t seed = 0;
  Arrival arrival = Arrival::closed;
  double rate_per_s = 0;      // I/Os a second of an open loop
  double first_interval = 1;  // at a constant rate: the share of it before the first I/O
  PhaseTimes times;
  std::uint64_t start_ns = 0;  // of the warm-up, shared by a team; 0: when the loop is entered
  TickSink* sink = nullptr;    // takes the ticks of a team's worker
};

/// What every I/O of an operation is; a mix begins with reads and then draws.
constexpr IoKind kind_of(Operation operation) {
  return operation == Operation::write ? IoKind::write : IoKind::read;
}

/// Owns what is known of the I/O in each slot of a queue and begins and ends it. What no I/O of a
/// case needs (kinds, sizes, offsets) takes neither memory nor instructions.
template <Operation operation, Ring RingType, class Offsets, class Data>
class IoSlots {
 public:
  IoSlots(RingType& ring, Offsets& offsets, Data& data, const LoopSpec& spec)
      : ring_(ring),
        offsets_(offsets),
        data_(data),
        block_size_(spec.block_size),
        read_percent_(spec.read_percent),
        mix_(spec.seed ^ 0x6D69786564U) {
    if constexpr (operation == Operation::mixed) kind_.resize(spec.queue_depth);
    if constexpr (Offsets::sized) size_.resize(spec.queue_depth);
    if constexpr (Data::checks) offset_.resize(spec.queue_depth);
  }

  /// Prepares the slot's next I/O.
  void begin(std::uint32_t slot) {
    IoKind kind = kind_of(operation);
    if constexpr (operation == Operation::mixed) {
      kind = mix_.below(100) < read_percent_ ? IoKind::read : IoKind::write;
      kind_[slot] = kind;
    }
    std::uint64_t offset = offsets_.next();
    if constexpr (Data::checks) {
      while (!data_.claim(offset, drawn_size())) offset = offsets_.next();
      offset_[slot] = offset;
    }
    if constexpr (Offsets::sized) {
      size_[slot] = offsets_.size();
      ring_.resize(slot, offsets_.size());
    }
    if (kind == IoKind::write) data_.stamp(ring_.buffer(slot), offset, drawn_size());
    ring_.prepare(kind, slot, offset);
  }

  /// Ends the slot's I/O: true when it did all it was to do, else the error is counted.
  bool end(std::uint32_t slot, std::int32_t result, Recorder& recorder) {
    const bool whole = result == static_cast<std::int32_t>(size_of(slot));
    release(slot, whole);
    if (!whole) [[unlikely]] {
      recorder.count_error(result);
      return false;
    }
    if constexpr (Offsets::sized) recorder.count_bytes(size_of(slot));
    return true;
  }

  /// Ends an I/O that no longer counts.
  void drain(std::uint32_t slot, std::int32_t result) {
    release(slot, result == static_cast<std::int32_t>(size_of(slot)));
  }

  IoClass class_of(std::uint32_t slot) const {
    return kind_in(slot) == IoKind::read ? IoClass::read : IoClass::write;
  }

 private:
  IoKind kind_in(std::uint32_t slot) const {
    if constexpr (operation == Operation::mixed) return kind_[slot];
    return kind_of(operation);
  }
  std::uint32_t size_of(std::uint32_t slot) const {
    if constexpr (Offsets::sized) return size_[slot];
    return block_size_;
  }
  std::uint32_t drawn_size() const {
    if constexpr (Offsets::sized) return offsets_.size();
    return block_size_;
  }
  void release(std::uint32_t slot, bool whole) {
    if constexpr (Data::checks) {
      data_.completed(kind_in(slot), offset_[slot], ring_.buffer(slot), size_of(slot), whole);
    }
  }

  RingType& ring_;
  Offsets& offsets_;
  Data& data_;
  std::uint32_t block_size_;
  std::uint32_t read_percent_;
  Random mix_;
  std::vector<IoKind> kind_;
  std::vector<std::uint32_t> size_;
  std::vector<std::uint64_t> offset_;
};

}  // namespace assay
