#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "bench/measure/run_control.hpp"
#include "bench/measure/stop_rule.hpp"
#include "bench/storage/loop_result.hpp"

namespace assay {

/// Owns what a team of workers has counted. Each worker hands over the tick it has ended; when all
/// have ended a tick, it is added up, told as progress and put to the stopping rule. All of that
/// happens on the thread that calls `collect`, not on the workers', so that a slow terminal or the
/// merging of histograms takes no time from an I/O.
class TickBoard {
 public:
  /// `groups[w]` is the part of the target that worker w measures (a device of a set), counted from
  /// 0; each group's I/Os are added up apart as well. `rule` may be null and must outlive the
  /// board.
  TickBoard(std::vector<std::uint32_t> groups, StopRule* rule);

  /// Where worker w hands over its ticks.
  TickSink& sink(std::uint32_t worker) { return *sinks_[worker]; }

  /// To be called once by each worker after its last tick, with what only it knows; `failed` says
  /// that it ended by an exception.
  void leave(std::uint32_t worker, const LoopResult& end);

  /// Adds up ticks until every worker has left. Tells progress about once a second.
  void collect(const RunControl& control);

  /// After `collect`: the ticks of all, and the totals of those that count.
  LoopResult take_result();
  /// I/Os and bytes of one group in the ticks that count, and its latencies. Precondition: there
  /// are several groups, and take_result was called.
  const LoopResult& group(std::uint32_t index) const { return group_totals_[index]; }

 private:
  class WorkerSink;
  /// What counts until now, of all workers and of each group.
  struct Totals {
    LoopResult all;
    std::vector<LoopResult> groups;
    double start_s = 0;
    double length_s = 0;
  };

  bool take(std::uint32_t worker, std::unique_ptr<TickCounts>& counts);
  bool tick_is_whole() const;
  void add_tick(std::vector<std::unique_ptr<TickCounts>>& parts);
  void add_to_round(const std::vector<std::unique_ptr<TickCounts>>& parts);

  std::vector<std::uint32_t> groups_;
  StopRule* rule_;
  std::vector<std::unique_ptr<TickSink>> sinks_;
  std::vector<LoopResult> group_totals_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::deque<std::unique_ptr<TickCounts>>> posted_;  // by worker
  std::vector<std::unique_ptr<TickCounts>> spare_;
  std::vector<bool> left_;
  bool finished_ = false;  // by the rule
  LoopResult ends_;        // what workers knew at their end
  bool all_finished_ = true;

  // Of the collecting thread alone.
  std::vector<Tick> ticks_;
  std::deque<Totals> rounds_;
};

}  // namespace assay
