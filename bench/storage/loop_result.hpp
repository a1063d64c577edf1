#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "reports/model/result.hpp"

namespace assay {

/// What is timed apart: a commit is a write and the fdatasync after it, which is also counted alone
/// (sync); `issued` is an open loop's I/O from its real issue.
enum class IoClass : std::uint8_t { read, write, commit, sync, issued };
constexpr std::size_t io_class_count = 5;

/// What one worker counted in one tick.
struct TickCounts {
  double start_s = 0;  // since the measured start
  double length_s = 0;
  std::array<LatencyHistogram, io_class_count> latency;  // by IoClass
  std::uint64_t bytes = 0;                               // completed
  std::uint64_t system_calls = 0;                        // of this worker
  std::uint64_t cpu_ns = 0;                              // of the whole process

  LatencyHistogram& operator[](IoClass io_class) {
    return latency[static_cast<std::size_t>(io_class)];
  }
  const LatencyHistogram& operator[](IoClass io_class) const {
    return latency[static_cast<std::size_t>(io_class)];
  }

  /// Completed I/Os; a commit is one.
  std::uint64_t ops() const;
  void clear();
};

/// One block whose header was not what was last written there.
struct BadBlock {
  std::uint64_t offset = 0;  // in bytes, from the start of the target
  std::string what;          // torn, stale, misplaced, corrupt
};

/// What verification found, counted in units of 4 KiB.
struct VerifyCounts {
  std::uint64_t checked = 0;
  std::uint64_t torn = 0;       // parts of two writes
  std::uint64_t stale = 0;      // an older write, whole
  std::uint64_t misplaced = 0;  // written to another offset
  std::uint64_t corrupt = 0;    // nothing that was ever written
  std::vector<BadBlock> first;  // of the bad ones

  std::uint64_t bad() const { return torn + stale + misplaced + corrupt; }
  void merge(const VerifyCounts& other);
};
constexpr std::size_t bad_blocks_kept = 8;

/// What one case counted in its measured window, by one worker or by all of a team.
struct LoopResult {
  LatencyHistogram reads;
  LatencyHistogram writes;   // of commit cases: the write alone
  LatencyHistogram syncs;    // fdatasync alone
  LatencyHistogram commits;  // write and the fdatasync after it
  LatencyHistogram issued;   // open loop: every I/O from its real issue
  std::vector<Tick> ticks;
  std::map<std::int32_t, std::uint64_t> errors;  // by -errno; 0 counts short transfers
  std::uint64_t late_arrivals = 0;               // open loop: issued over a mean interval late
  std::uint64_t backlog_max = 0;                 // open loop: due but not issued, at most
  std::uint64_t backlog_last = 0;                // and at the window's end
  std::uint64_t ops = 0;                         // completed I/Os; a commit is one
  std::uint64_t bytes = 0;
  double measured_s = 0;
  double window_start_s = 0;  // of the ticks that count, since the measured start
  double window_end_s = 0;
  std::uint64_t system_calls = 0;    // in the measured window
  std::uint64_t cpu_ns = 0;          // of the whole process, in the measured window
  std::uint64_t drained_ns_max = 0;  // of the I/Os in flight at the window's end
  bool finished = false;             // false: stopped before the window's end
  VerifyCounts verified;

  /// Adds what was counted in a tick to the totals; `ticks` is left to the caller.
  void add(const TickCounts& counts);
  /// Adds the totals of another part of the case (a round that counts); not its ticks.
  void add_totals(const LoopResult& other);
  /// Adds what a worker knows only at its end: errors, backlog, drained I/Os, verification. The
  /// backlogs of workers stand at one time and add up.
  void add_end(const LoopResult& worker);
};

/// The tick as it stands in a Result, with coarse latencies.
Tick tick_of(const TickCounts& counts);

/// Takes the counts of ticks as they end.
class TickSink {
 public:
  TickSink() = default;
  virtual ~TickSink() = default;
  TickSink(const TickSink&) = delete;
  TickSink& operator=(const TickSink&) = delete;
  TickSink(TickSink&&) = delete;
  TickSink& operator=(TickSink&&) = delete;

  /// Takes the counts and leaves cleared ones in their place. False: measure no further.
  virtual bool take(std::unique_ptr<TickCounts>& counts) = 0;
};

}  // namespace assay
