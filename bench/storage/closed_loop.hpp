#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "bench/measure/clock.hpp"
#include "bench/storage/block_data.hpp"
#include "bench/storage/io_slots.hpp"

namespace assay {

/// Completions handled before the next submission: an eighth of the queue, 1 to 32. One system call
/// then serves several I/Os of a deep queue, yet a queue never moves as one convoy: re-issuing all
/// 32 I/Os of a queue at once raised the median latency by a fifth at the same IOPS (against fio,
/// which re-issues one by one).
constexpr std::uint32_t reap_batch(std::uint32_t queue_depth) {
  return std::clamp(queue_depth / 8, 1U, 32U);
}

/// The same where I/Os complete as they are submitted, such as reads from the page cache: there is
/// no device that a convoy could form in, and each system call costs. At most half of the queue, so
/// that a call never has to wait, which is what proves the next batch.
constexpr std::uint32_t inline_batch(std::uint32_t queue_depth) {
  return std::clamp(queue_depth / 2, 1U, 64U);
}

/// Tells by which batch to go on: owns what the last call left.
class BatchChoice {
 public:
  explicit BatchChoice(std::uint32_t queue_depth)
      : careful_(reap_batch(queue_depth)), inline_(inline_batch(queue_depth)) {}

  /// To be asked after each system call. When all I/Os were complete once, that call may have
  /// waited for them; when they are again, although the call had no reason to wait, they complete
  /// inline.
  std::uint32_t next(bool all_complete) {
    const bool again = all_complete && all_complete_;
    all_complete_ = all_complete;
    return again ? inline_ : careful_;
  }

 private:
  std::uint32_t careful_;
  std::uint32_t inline_;
  bool all_complete_ = false;
};

/// Keeps queue_depth I/Os in flight until the measured window ends or a stop is asked for, then
/// waits for those in flight. Latency runs from before the submission to when the completion is
/// seen; the stamp that ends one I/O begins the next of its slot, so that IOPS x mean latency =
/// queue depth. Completions that are seen together share one stamp, taken before any is handled.
template <Operation operation, Ring RingType, Clock ClockType, class Offsets, class Data>
LoopResult run_closed_loop(RingType& ring, ClockType& clock, Offsets& offsets, Data& data,
                           const LoopSpec& spec, const RunControl& control) {
  std::vector<std::uint64_t> start_ns(spec.queue_depth);
  IoSlots<operation, RingType, Offsets, Data> slots(ring, offsets, data, spec);
  const std::uint64_t begin_ns = spec.start_ns != 0 ? spec.start_ns : clock.now_ns();
  Recorder recorder(begin_ns, spec.times, spec.block_size, control, spec.sink);

  const auto issue = [&](std::uint32_t slot, std::uint64_t now_ns) {
    start_ns[slot] = now_ns;
    slots.begin(slot);
  };
  for (std::uint32_t slot = 0; slot < spec.queue_depth; ++slot) issue(slot, clock.now_ns());
  std::uint32_t in_flight = spec.queue_depth;
  BatchChoice batch(spec.queue_depth);
  std::uint32_t reissued = 0;
  std::uint64_t seen_ns = 0;
  bool running = true;
  const auto complete = [&](std::uint32_t slot, std::int32_t result) {
    if (!running) [[unlikely]] {
      // It may be the stall that the window's end was seen after.
      recorder.count_drained(seen_ns - start_ns[slot]);
      return slots.drain(slot, result);
    }
    if (slots.end(slot, result, recorder)) [[likely]] {
      recorder.count(slots.class_of(slot), seen_ns - start_ns[slot]);
    }
    // What a check of the data took is no part of the next I/O.
    issue(slot, Data::checks ? clock.now_ns() : seen_ns);
    ++reissued;
  };

  while (in_flight > 0 && running) {
    ring.submit_and_wait();
    const std::uint32_t ready = ring.ready();
    seen_ns = clock.now_ns();
    if (recorder.due(seen_ns)) [[unlikely]] {
      running = recorder.cross(seen_ns, ring.system_calls());
    }
    if (control.stop_requested()) running = false;
    reissued = 0;
    const std::uint32_t limit = std::min(ready, batch.next(ready == in_flight));
    const std::uint32_t reaped = ring.reap(limit, complete);
    in_flight = in_flight - reaped + reissued;
  }
  while (in_flight > 0) {
    ring.submit_and_wait();
    in_flight -= ring.reap(spec.queue_depth, [&](std::uint32_t slot, std::int32_t result) {
      recorder.count_drained(clock.now_ns() - start_ns[slot]);
      slots.drain(slot, result);
    });
  }
  return std::move(recorder.result());
}

/// The same with data that nobody checks.
template <Operation operation, Ring RingType, Clock ClockType, class Offsets>
LoopResult run_closed_loop(RingType& ring, ClockType& clock, Offsets& offsets, const LoopSpec& spec,
                           const RunControl& control) {
  UniqueData data(spec.seed);
  return run_closed_loop<operation>(ring, clock, offsets, data, spec, control);
}

/// One write after the other, each followed by an fdatasync before the next begins: depth 1.
template <Ring RingType, Clock ClockType, class Offsets, class Data>
LoopResult run_commit_loop(RingType& ring, ClockType& clock, Offsets& offsets, Data& data,
                           const LoopSpec& spec, const RunControl& control) {
  IoSlots<Operation::write, RingType, Offsets, Data> slots(ring, offsets, data, spec);
  const std::uint64_t start_ns = spec.start_ns != 0 ? spec.start_ns : clock.now_ns();
  Recorder recorder(start_ns, spec.times, spec.block_size, control, spec.sink);
  const auto wait_for_one = [&] {
    std::int32_t answer = 0;
    while (ring.reap(1, [&](std::uint32_t, std::int32_t result) { answer = result; }) == 0) {
      ring.submit_and_wait();
    }
    return answer;
  };

  for (;;) {
    const std::uint64_t begin_ns = clock.now_ns();
    slots.begin(0);
    ring.submit_and_wait();
    const std::int32_t written = wait_for_one();
    const std::uint64_t written_ns = clock.now_ns();
    ring.prepare(IoKind::fdatasync, 0, 0);
    ring.submit_and_wait();
    const std::int32_t synced = wait_for_one();
    const std::uint64_t end_ns = clock.now_ns();

    const bool go_on = !recorder.due(end_ns) || recorder.cross(end_ns, ring.system_calls());
    if (!go_on || control.stop_requested()) {
      recorder.count_drained(end_ns - begin_ns);
      slots.drain(0, written);
      break;
    }
    if (!slots.end(0, written, recorder)) continue;
    if (synced < 0) {
      recorder.count_error(synced);
      continue;
    }
    recorder.count(IoClass::write, written_ns - begin_ns);
    recorder.count(IoClass::sync, end_ns - written_ns);
    recorder.count(IoClass::commit, end_ns - begin_ns);
  }
  return std::move(recorder.result());
}

/// The same with data that nobody checks.
template <Ring RingType, Clock ClockType, class Offsets>
LoopResult run_commit_loop(RingType& ring, ClockType& clock, Offsets& offsets, const LoopSpec& spec,
                           const RunControl& control) {
  UniqueData data(spec.seed);
  return run_commit_loop(ring, clock, offsets, data, spec, control);
}

}  // namespace assay
