#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "bench/storage/arrival.hpp"
#include "bench/storage/closed_loop.hpp"

namespace assay {

/// The longest wait for a completion or the next start: a stop is looked for that often.
constexpr std::uint64_t open_loop_wait_ns_max = 100'000'000;

/// Issues I/Os at the times of an absolute schedule, whether or not earlier ones have completed,
/// with at most queue_depth in flight. Latency (the histograms and ticks) runs from the INTENDED
/// start: a device that stalls is charged for every I/O that should have begun meanwhile, and not
/// only for those that could (no coordinated omission). `issued` has the same I/Os from their real
/// issue.
template <Operation operation, Ring RingType, Clock ClockType, class Offsets, class Data>
LoopResult run_open_loop(RingType& ring, ClockType& clock, Offsets& offsets, Data& data,
                         const LoopSpec& spec, const RunControl& control) {
  struct Times {
    std::uint64_t intended_ns = 0;
    std::uint64_t issued_ns = 0;
  };
  const std::uint64_t start_ns = spec.start_ns != 0 ? spec.start_ns : clock.now_ns();
  ArrivalSchedule schedule(spec.arrival, spec.rate_per_s, start_ns, spec.seed ^ 0x61727276U,
                           spec.first_interval);
  Recorder recorder(start_ns, spec.times, spec.block_size, control, spec.sink);
  IoSlots<operation, RingType, Offsets, Data> slots(ring, offsets, data, spec);
  std::vector<Times> times(spec.queue_depth);
  std::vector<std::uint32_t> free_slots;
  for (std::uint32_t slot = spec.queue_depth; slot > 0; --slot) free_slots.push_back(slot - 1);
  bool running = true;

  const auto note_backlog = [&](std::uint64_t now_ns) {
    LoopResult& total = recorder.result();
    total.backlog_last = schedule.backlog(now_ns);
    total.backlog_max = std::max(total.backlog_max, total.backlog_last);
  };
  // A stall may outlast the window: what fell due in it and was never issued is waiting, too.
  const std::uint64_t window_end_ns = start_ns + spec.times.warm_up_ns + spec.times.measure_ns;
  const auto cross = [&](std::uint64_t now_ns) {
    if (!running || !recorder.due(now_ns)) return;
    running = recorder.cross(now_ns, ring.system_calls());
    if (!running) note_backlog(std::min(now_ns, window_end_ns - 1));
  };
  const auto issue_due = [&](std::uint64_t now_ns) {
    if (!running) return;
    while (schedule.due_ns() <= now_ns && !free_slots.empty()) {
      const std::uint32_t slot = free_slots.back();
      free_slots.pop_back();
      times[slot] = {schedule.due_ns(), now_ns};
      const double late_ns = static_cast<double>(now_ns - schedule.due_ns());
      recorder.result().late_arrivals += late_ns > schedule.interval_ns() ? 1 : 0;
      slots.begin(slot);
      schedule.advance();
    }
    note_backlog(now_ns);
  };
  const auto complete = [&](std::uint32_t slot, std::int32_t result) {
    const std::uint64_t now_ns = clock.now_ns();
    cross(now_ns);
    free_slots.push_back(slot);
    if (!running) {
      slots.drain(slot, result);
      return recorder.count_drained(now_ns - times[slot].intended_ns);
    }
    if (!slots.end(slot, result, recorder)) return;
    recorder.count(slots.class_of(slot), now_ns - times[slot].intended_ns);
    recorder.count(IoClass::issued, now_ns - times[slot].issued_ns);
  };

  while (running || free_slots.size() < spec.queue_depth) {
    const std::uint64_t now_ns = clock.now_ns();
    cross(now_ns);
    issue_due(now_ns);
    const bool can_issue = running && !free_slots.empty();
    const std::uint64_t due_ns = can_issue ? schedule.due_ns() : ~std::uint64_t{0};
    ring.submit_and_wait_for(std::min(open_loop_wait_ns_max, due_ns - std::min(due_ns, now_ns)));
    if (control.stop_requested()) running = false;
    ring.reap(reap_batch(spec.queue_depth), complete);
  }
  return std::move(recorder.result());
}

/// The same with data that nobody checks.
template <Operation operation, Ring RingType, Clock ClockType, class Offsets>
LoopResult run_open_loop(RingType& ring, ClockType& clock, Offsets& offsets, const LoopSpec& spec,
                         const RunControl& control) {
  UniqueData data(spec.seed);
  return run_open_loop<operation>(ring, clock, offsets, data, spec, control);
}

}  // namespace assay
