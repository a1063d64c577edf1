#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <thread>

#include "bench/storage/ring.hpp"

namespace assay {

/// The null engine on the machine's own clock: an I/O of 4 KiB is complete once it is submitted,
/// and a wait sleeps and polls as one of io_uring does. What is left is the measuring loop's own
/// cost, and what it makes of a schedule. See ring.hpp for the verbs; NullRing has a clock of its
/// own.
class InstantRing {
 public:
  static constexpr std::uint32_t queue_depth_max = 1024;
  static constexpr std::uint32_t block_bytes = 4096;

  void prepare(IoKind kind, std::uint32_t slot, std::uint64_t offset) {
    entries_[count_++] = {offset, slot, kind};
  }
  void resize(std::uint32_t /*slot*/, std::uint32_t /*bytes*/) {}
  void submit_and_wait() { ++system_calls_; }
  void submit_and_wait_for(std::uint64_t wait_ns) {
    ++system_calls_;
    if (count_ > 0 || wait_ns < polled_wait_ns) return;
    std::this_thread::sleep_for(std::chrono::nanoseconds(wait_ns - polled_wait_ns));
  }
  std::uint32_t ready() const { return count_; }

  template <class Handle>
  std::uint32_t reap(std::uint32_t limit, Handle&& handle) {
    const std::uint32_t reaped = std::min(limit, count_);
    for (std::uint32_t i = 0; i < reaped; ++i) {
      handle(entries_[--count_].slot, static_cast<std::int32_t>(block_bytes));
    }
    return reaped;
  }

  std::byte* buffer(std::uint32_t /*slot*/) { return block_.data(); }
  std::uint64_t system_calls() const { return system_calls_; }

 private:
  struct Entry {
    std::uint64_t offset;  // nobody reads there, but it is drawn and stored as for a device
    std::uint32_t slot;
    IoKind kind;
  };

  std::array<Entry, queue_depth_max> entries_{};
  std::array<std::byte, block_bytes> block_{};
  std::uint32_t count_ = 0;
  std::uint64_t system_calls_ = 0;
};

}  // namespace assay
