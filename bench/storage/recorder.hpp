#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "bench/measure/phases.hpp"
#include "bench/measure/run_control.hpp"
#include "bench/storage/ring.hpp"
#include "reports/model/result.hpp"

namespace assay {

/// What one case counted in its measured window.
struct LoopResult {
  LatencyHistogram reads;
  LatencyHistogram writes;   // of commit cases: the write alone
  LatencyHistogram syncs;    // fdatasync alone
  LatencyHistogram commits;  // write and the fdatasync after it
  std::vector<Tick> ticks;
  std::map<std::int32_t, std::uint64_t> errors;  // by -errno; 0 counts short transfers
  std::uint64_t ops = 0;                         // completed I/Os; a commit is one
  std::uint64_t bytes = 0;
  double measured_s = 0;
  std::uint64_t system_calls = 0;  // in the measured window
  std::uint64_t cpu_ns = 0;        // of the whole process, in the measured window
  bool finished = false;           // false: stopped before the window's end
};

/// Owns the counting of one case: which phase it is in, the tick that is open, the totals.
/// Clock-agnostic: every call is told the time. `crossed` is off the hot path.
class Recorder {
 public:
  Recorder(std::uint64_t start_ns, const PhaseTimes& times, const RunControl& control)
      : phases_(start_ns, times), control_(control) {}

  /// To be asked before a completion is counted: has a boundary passed?
  bool due(std::uint64_t now_ns) const { return now_ns >= phases_.next_ns(); }

  /// Passes every boundary up to now_ns; `system_calls` is the engine's count so far. Returns false
  /// when the measured window has ended.
  bool cross(std::uint64_t now_ns, std::uint64_t system_calls);

  /// Counts one completed I/O; nothing during warm-up, except that it is dropped at its end.
  void count(LatencyHistogram& histogram, std::uint64_t latency_ns, std::uint32_t bytes) {
    histogram.record(latency_ns);
    tick_latency_.record(latency_ns);
    ++tick_ops_;
    tick_bytes_ += bytes;
  }

  /// Counts a failed I/O: result is -errno, or fewer bytes than asked for.
  void count_error(std::int32_t result);

  LoopResult& result() { return result_; }

 private:
  void begin(std::uint64_t system_calls);
  void close_tick(std::uint64_t start_ns, std::uint64_t end_ns);

  Phases phases_;
  const RunControl& control_;
  LoopResult result_;
  LatencyHistogram tick_latency_;
  std::uint64_t tick_ops_ = 0;
  std::uint64_t tick_bytes_ = 0;
  std::uint64_t system_calls_begin_ = 0;
  std::uint64_t cpu_ns_begin_ = 0;
};

}  // namespace assay
