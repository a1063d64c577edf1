#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "bench/measure/clock.hpp"
#include "bench/storage/random.hpp"
#include "bench/storage/recorder.hpp"
#include "bench/storage/ring.hpp"
#include "reports/model/plan.hpp"

namespace assay {

/// One closed-loop case for the measuring loop, sizes in bytes.
struct LoopSpec {
  std::uint32_t queue_depth = 1;
  std::uint32_t block_size = 4096;
  std::uint32_t read_percent = 100;
  std::uint64_t seed = 0;
  Arrival arrival = Arrival::closed;
  double rate_per_s = 0;  // I/Os a second of an open loop
  PhaseTimes times;
};

/// Completions handled before the next submission: an eighth of the queue, 1 to 32. One system call
/// then serves several I/Os of a deep queue, yet a queue never moves as one convoy: re-issuing all
/// 32 I/Os of a queue at once raised the median latency by a fifth at the same IOPS (against fio,
/// which re-issues one by one).
constexpr std::uint32_t reap_batch(std::uint32_t queue_depth) {
  return std::clamp(queue_depth / 8, 1U, 32U);
}

/// What every I/O of an operation is; a mix begins with reads and then draws.
constexpr IoKind kind_of(Operation operation) {
  return operation == Operation::write ? IoKind::write : IoKind::read;
}

/// Keeps queue_depth I/Os in flight until the measured window ends or a stop is asked for, then
/// waits for those in flight. Latency runs from before the submission to when the completion is
/// seen; the stamp that ends one I/O begins the next of its slot, so that IOPS x mean latency =
/// queue depth.
template <Operation operation, Ring RingType, Clock ClockType, class Offsets>
LoopResult run_closed_loop(RingType& ring, ClockType& clock, Offsets& offsets, const LoopSpec& spec,
                           const RunControl& control) {
  std::vector<std::uint64_t> start_ns(spec.queue_depth);
  std::vector<IoKind> kind;  // of each slot, where that differs
  if constexpr (operation == Operation::mixed) kind.resize(spec.queue_depth);
  Random mix(spec.seed ^ 0x6D69786564U);
  Recorder recorder(clock.now_ns(), spec.times, spec.block_size, control);
  std::uint64_t sequence = spec.seed;

  const auto issue = [&](std::uint32_t slot, std::uint64_t now_ns) {
    IoKind next = kind_of(operation);
    if constexpr (operation == Operation::mixed) {
      next = mix.below(100) < spec.read_percent ? IoKind::read : IoKind::write;
      kind[slot] = next;
    }
    if (next == IoKind::write) stamp_unique(ring.buffer(slot), spec.block_size, ++sequence);
    start_ns[slot] = now_ns;
    ring.prepare(next, slot, offsets.next());
  };
  const auto class_of = [&](std::uint32_t slot) {
    const IoKind done = operation == Operation::mixed ? kind[slot] : kind_of(operation);
    return done == IoKind::read ? IoClass::read : IoClass::write;
  };

  for (std::uint32_t slot = 0; slot < spec.queue_depth; ++slot) issue(slot, clock.now_ns());
  std::uint32_t in_flight = spec.queue_depth;
  const std::uint32_t batch = reap_batch(spec.queue_depth);
  std::uint32_t reissued = 0;
  bool running = true;
  const auto tally = [&](std::uint32_t slot, std::int32_t result, std::uint64_t now_ns) {
    if (result == static_cast<std::int32_t>(spec.block_size)) [[likely]] {
      recorder.count(class_of(slot), now_ns - start_ns[slot]);
    } else {
      recorder.count_error(result);
    }
  };
  const auto complete = [&](std::uint32_t slot, std::int32_t result) {
    const std::uint64_t now_ns = clock.now_ns();
    if (recorder.due(now_ns)) [[unlikely]] {
      running = recorder.cross(now_ns, ring.system_calls()) && running;
    }
    if (!running) return;
    tally(slot, result, now_ns);
    issue(slot, now_ns);
    ++reissued;
  };

  while (in_flight > 0 && running) {
    ring.submit_and_wait();
    if (control.stop_requested()) running = false;
    reissued = 0;
    const std::uint32_t reaped = ring.reap(batch, complete);
    in_flight = in_flight - reaped + reissued;
  }
  while (in_flight > 0) {
    ring.submit_and_wait();
    in_flight -= ring.reap(batch, [&](std::uint32_t slot, std::int32_t) {
      recorder.count_drained(clock.now_ns() - start_ns[slot]);
    });
  }
  return std::move(recorder.result());
}

/// One write after the other, each followed by an fdatasync before the next begins: depth 1.
template <Ring RingType, Clock ClockType, class Offsets>
LoopResult run_commit_loop(RingType& ring, ClockType& clock, Offsets& offsets, const LoopSpec& spec,
                           const RunControl& control) {
  Recorder recorder(clock.now_ns(), spec.times, spec.block_size, control);
  std::uint64_t sequence = spec.seed;
  const auto wait_for_one = [&] {
    std::int32_t answer = 0;
    while (ring.reap(1, [&](std::uint32_t, std::int32_t result) { answer = result; }) == 0) {
      ring.submit_and_wait();
    }
    return answer;
  };

  for (;;) {
    stamp_unique(ring.buffer(0), spec.block_size, ++sequence);
    const std::uint64_t begin_ns = clock.now_ns();
    ring.prepare(IoKind::write, 0, offsets.next());
    ring.submit_and_wait();
    const std::int32_t written = wait_for_one();
    const std::uint64_t written_ns = clock.now_ns();
    ring.prepare(IoKind::fdatasync, 0, 0);
    ring.submit_and_wait();
    const std::int32_t synced = wait_for_one();
    const std::uint64_t end_ns = clock.now_ns();

    if (recorder.due(end_ns) && !recorder.cross(end_ns, ring.system_calls())) break;
    if (control.stop_requested()) break;
    if (written != static_cast<std::int32_t>(spec.block_size)) {
      recorder.count_error(written);
    } else if (synced < 0) {
      recorder.count_error(synced);
    } else {
      LoopResult& total = recorder.result();
      total.writes.record(written_ns - begin_ns);
      total.syncs.record(end_ns - written_ns);
      recorder.count(IoClass::commit, end_ns - begin_ns);
    }
  }
  return std::move(recorder.result());
}

}  // namespace assay
