#pragma once

#include <array>
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
  LatencyHistogram issued;                       // open loop: every I/O from its real issue
  std::uint64_t late_arrivals = 0;               // open loop: issued over a mean interval late
  std::uint64_t backlog_max = 0;                 // open loop: due but not issued, at most
  std::uint64_t backlog_last = 0;                // and at the window's end
  std::uint64_t ops = 0;                         // completed I/Os; a commit is one
  std::uint64_t bytes = 0;
  double measured_s = 0;
  std::uint64_t system_calls = 0;    // in the measured window
  std::uint64_t cpu_ns = 0;          // of the whole process, in the measured window
  std::uint64_t drained_ns_max = 0;  // of the I/Os in flight at the window's end
  bool finished = false;             // false: stopped before the window's end
};

/// What kinds of I/O a case tells apart; a commit is a write and the fdatasync after it.
enum class IoClass : std::uint8_t { read, write, commit };

/// Owns the counting of one case: which phase it is in, the tick that is open, the totals.
/// Clock-agnostic: every call is told the time. `crossed` is off the hot path.
class Recorder {
 public:
  Recorder(std::uint64_t start_ns, const PhaseTimes& times, std::uint32_t block_size_bytes,
           const RunControl& control)
      : phases_(start_ns, times), block_size_(block_size_bytes), control_(control) {}

  /// To be asked before a completion is counted: has a boundary passed?
  bool due(std::uint64_t now_ns) const { return now_ns >= phases_.next_ns(); }

  /// Passes every boundary up to now_ns; `system_calls` is the engine's count so far. Returns false
  /// when the measured window has ended.
  bool cross(std::uint64_t now_ns, std::uint64_t system_calls);

  /// Counts one completed I/O: one histogram entry, from which everything else is derived when the
  /// tick ends. What warm-up counted is dropped at its end.
  void count(IoClass io_class, std::uint64_t latency_ns) {
    tick_latency_[static_cast<std::size_t>(io_class)].record(latency_ns);
  }

  /// An I/O that was in flight when the window ended took that long: a stall that began late in the
  /// window shows in no histogram otherwise.
  void count_drained(std::uint64_t latency_ns) {
    if (latency_ns > result_.drained_ns_max) result_.drained_ns_max = latency_ns;
  }

  /// Counts a failed I/O: result is -errno, or fewer bytes than asked for.
  void count_error(std::int32_t result);

  LoopResult& result() { return result_; }

 private:
  void begin(std::uint64_t system_calls);
  void close_tick(std::uint64_t start_ns, std::uint64_t end_ns);

  Phases phases_;
  std::uint64_t block_size_;
  const RunControl& control_;
  LoopResult result_;
  std::array<LatencyHistogram, 3> tick_latency_;  // by IoClass
  std::uint64_t system_calls_begin_ = 0;
  std::uint64_t cpu_ns_begin_ = 0;
};

}  // namespace assay
