#pragma once

#include <cstdint>
#include <memory>

#include "bench/measure/phases.hpp"
#include "bench/measure/run_control.hpp"
#include "bench/storage/loop_result.hpp"
#include "bench/storage/ring.hpp"

namespace assay {

/// Owns the counting of one worker: which phase it is in, the tick that is open. Ended ticks go to
/// a sink, or, without one, to the worker's own result. Clock-agnostic: every call is told the
/// time. `cross` is off the hot path.
class Recorder {
 public:
  /// `sink` may be null and must outlive the recorder otherwise.
  Recorder(std::uint64_t start_ns, const PhaseTimes& times, std::uint32_t block_size_bytes,
           const RunControl& control, TickSink* sink = nullptr)
      : phases_(start_ns, times),
        block_size_(block_size_bytes),
        control_(control),
        sink_(sink),
        open_(std::make_unique<TickCounts>()),
        latency_(open_->latency.data()) {}

  /// To be asked before a completion is counted: has a boundary passed?
  bool due(std::uint64_t now_ns) const { return now_ns >= phases_.next_ns(); }

  /// Passes every boundary up to now_ns; `system_calls` is the engine's count so far. Returns false
  /// when nothing more is to be measured.
  bool cross(std::uint64_t now_ns, std::uint64_t system_calls);

  /// Counts one completed I/O of the case's block size: one histogram entry, from which everything
  /// else is derived when the tick ends. What warm-up counted is dropped at its end.
  void count(IoClass io_class, std::uint64_t latency_ns) {
    latency_[static_cast<std::size_t>(io_class)].record(latency_ns);
  }

  /// Counts the bytes of an I/O where sizes differ; all or none of a case's I/Os are told so.
  void count_bytes(std::uint32_t bytes) { open_->bytes += bytes; }

  /// An I/O that was in flight when the window ended took that long: a stall that began late in the
  /// window shows in no histogram otherwise.
  void count_drained(std::uint64_t latency_ns) {
    if (latency_ns > result_.drained_ns_max) result_.drained_ns_max = latency_ns;
  }

  /// Counts a failed I/O: result is -errno, or fewer bytes than asked for.
  void count_error(std::int32_t result);

  /// What this worker knows: everything without a sink, the counts that belong to no tick with one.
  LoopResult& result() { return result_; }

 private:
  void begin(std::uint64_t system_calls);
  bool close_tick(std::uint64_t start_ns, std::uint64_t end_ns, std::uint64_t system_calls);

  Phases phases_;
  std::uint64_t block_size_;
  const RunControl& control_;
  TickSink* sink_;
  std::unique_ptr<TickCounts> open_;
  LatencyHistogram* latency_;  // of the open tick: one load less for each I/O
  LoopResult result_;
  bool ended_ = false;
  std::uint64_t errors_in_tick_ = 0;
  std::uint64_t system_calls_before_ = 0;
  std::uint64_t cpu_ns_before_ = 0;
};

}  // namespace assay
