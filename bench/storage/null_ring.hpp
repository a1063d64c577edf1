#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

#include "bench/measure/clock.hpp"
#include "bench/storage/ring.hpp"

namespace assay {

/// An engine that does no I/O: each one completes after a latency drawn from `draw_ns`, on a clock
/// that moves to the next completion. What the measuring loop reports can so be checked against a
/// known truth, count by count.
class NullRing {
 public:
  struct Answer {
    std::uint64_t latency_ns;
    std::int32_t result;  // bytes, or -errno
  };

  NullRing(FakeClock& clock, std::uint32_t block_size_bytes,
           std::function<Answer(IoKind, std::uint64_t offset)> draw)
      : clock_(clock), draw_(std::move(draw)), block_(block_size_bytes) {}

  void prepare(IoKind kind, std::uint32_t slot, std::uint64_t offset) {
    const Answer answer = draw_(kind, offset);
    in_flight_.push({clock_.now_ns() + answer.latency_ns, sequence_++, slot, answer.result});
  }

  void submit_and_wait() {
    ++system_calls_;
    if (!in_flight_.empty()) clock_.advance_to(in_flight_.top().done_ns);
  }

  void submit_and_wait_for(std::uint64_t wait_ns) {
    ++system_calls_;
    const std::uint64_t until_ns = clock_.now_ns() + wait_ns;
    const bool early = !in_flight_.empty() && in_flight_.top().done_ns < until_ns;
    clock_.advance_to(early ? in_flight_.top().done_ns : until_ns);
  }

  std::uint32_t ready() const {
    std::uint32_t count = 0;
    for (auto rest = in_flight_; !rest.empty() && rest.top().done_ns <= clock_.now_ns();
         rest.pop()) {
      ++count;
    }
    return count;
  }

  template <class Handle>
  std::uint32_t reap(std::uint32_t limit, Handle&& handle) {
    std::uint32_t count = 0;
    while (count < limit && !in_flight_.empty() && in_flight_.top().done_ns <= clock_.now_ns()) {
      const Pending done = in_flight_.top();
      in_flight_.pop();
      ++count;
      handle(done.slot, done.result);
    }
    return count;
  }

  /// What was asked for last in any slot, for a `draw_ns` that answers it.
  void resize(std::uint32_t, std::uint32_t bytes) { size_ = bytes; }
  std::uint32_t size() const { return size_; }

  std::byte* buffer(std::uint32_t) { return block_.data(); }
  std::uint64_t system_calls() const { return system_calls_; }

 private:
  struct Pending {
    std::uint64_t done_ns;
    std::uint64_t sequence;  // first in, first out among equals
    std::uint32_t slot;
    std::int32_t result;
    bool operator>(const Pending& other) const {
      return std::pair(done_ns, sequence) > std::pair(other.done_ns, other.sequence);
    }
  };

  FakeClock& clock_;
  std::function<Answer(IoKind, std::uint64_t)> draw_;
  std::vector<std::byte> block_;
  std::priority_queue<Pending, std::vector<Pending>, std::greater<>> in_flight_;
  std::uint32_t size_ = 0;
  std::uint64_t sequence_ = 0;
  std::uint64_t system_calls_ = 0;
};

}  // namespace assay
