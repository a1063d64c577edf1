#include "bench/storage/tick_board.hpp"

#include <algorithm>
#include <utility>

namespace assay {

namespace {

constexpr double round_tolerance_s = 1e-9;

}  // namespace

class TickBoard::WorkerSink : public TickSink {
 public:
  WorkerSink(TickBoard& board, std::uint32_t worker) : board_(board), worker_(worker) {}
  bool take(std::unique_ptr<TickCounts>& counts) override { return board_.take(worker_, counts); }

 private:
  TickBoard& board_;
  std::uint32_t worker_;
};

TickBoard::TickBoard(std::vector<std::uint32_t> groups, StopRule* rule)
    : groups_(std::move(groups)),
      rule_(rule),
      posted_(groups_.size()),
      left_(groups_.size(), false) {
  // The totals of a lone group are those of all.
  const std::uint32_t group_count = *std::max_element(groups_.begin(), groups_.end()) + 1;
  if (group_count > 1) group_totals_.resize(group_count);
  for (std::uint32_t worker = 0; worker < groups_.size(); ++worker) {
    sinks_.push_back(std::make_unique<WorkerSink>(*this, worker));
    spare_.push_back(std::make_unique<TickCounts>());
  }
}

bool TickBoard::take(std::uint32_t worker, std::unique_ptr<TickCounts>& counts) {
  std::unique_ptr<TickCounts> next;
  bool go_on = true;
  {
    const std::lock_guard lock(mutex_);
    posted_[worker].push_back(std::move(counts));
    go_on = !finished_;
    if (!spare_.empty()) {
      next = std::move(spare_.back());
      spare_.pop_back();
    }
  }
  changed_.notify_one();
  counts = next ? std::move(next) : std::make_unique<TickCounts>();
  return go_on;
}

void TickBoard::leave(std::uint32_t worker, const LoopResult& end) {
  {
    const std::lock_guard lock(mutex_);
    left_[worker] = true;
    ends_.add_end(end);
    all_finished_ = all_finished_ && end.finished;
    // A worker that ended early ends the others: without it no tick becomes whole.
    finished_ = finished_ || !end.finished;
  }
  changed_.notify_one();
}

/// With the lock held: the next tick has been ended by every worker.
bool TickBoard::tick_is_whole() const {
  return std::none_of(posted_.begin(), posted_.end(),
                      [](const auto& queue) { return queue.empty(); });
}

void TickBoard::collect(const RunControl& control) {
  const auto all_left = [&] { return std::find(left_.begin(), left_.end(), false) == left_.end(); };
  std::unique_lock lock(mutex_);
  for (;;) {
    while (!tick_is_whole() && !all_left()) {
      changed_.wait_for(lock, std::chrono::milliseconds(100));
    }
    if (!tick_is_whole()) return;
    std::vector<std::unique_ptr<TickCounts>> parts;
    for (auto& queue : posted_) {
      parts.push_back(std::move(queue.front()));
      queue.pop_front();
    }
    // Ticks that ended while the rule was being asked are beyond the window.
    const bool counts = !finished_;
    lock.unlock();
    if (counts) {
      add_tick(parts);
      const Tick& tick = ticks_.back();
      control.progress({static_cast<double>(tick.ops) / tick.length_s,
                        static_cast<double>(tick.bytes) / tick.length_s});
    }
    const bool finished = rule_ != nullptr && rule_->finished();
    for (auto& part : parts) part->clear();
    lock.lock();
    finished_ = finished_ || finished;
    for (auto& part : parts) spare_.push_back(std::move(part));
  }
}

void TickBoard::add_tick(std::vector<std::unique_ptr<TickCounts>>& parts) {
  add_to_round(parts);
  TickCounts& sum = *parts.front();
  for (std::size_t i = 1; i < parts.size(); ++i) {
    for (std::size_t c = 0; c < io_class_count; ++c) sum.latency[c].merge(parts[i]->latency[c]);
    sum.bytes += parts[i]->bytes;
  }
  ticks_.push_back(tick_of(sum));
  const Tick& tick = ticks_.back();
  if (rule_ != nullptr) rule_->add(tick.length_s, static_cast<double>(tick.ops));
}

void TickBoard::add_to_round(const std::vector<std::unique_ptr<TickCounts>>& parts) {
  const double round_s = rule_ == nullptr ? 0 : rule_->round_s();
  const bool begins =
      rounds_.empty() || (round_s > 0 && rounds_.back().length_s + round_tolerance_s >= round_s);
  if (begins) {
    rounds_.push_back({});
    rounds_.back().groups.resize(group_totals_.size());
    rounds_.back().start_s = parts.front()->start_s;
    if (round_s > 0 && rounds_.size() > rule_->rounds_kept()) rounds_.pop_front();
  }
  Totals& round = rounds_.back();
  round.length_s += parts.front()->length_s;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!round.groups.empty()) round.groups[groups_[i]].add(*parts[i]);
    const std::uint64_t cpu_ns_before = round.all.cpu_ns;
    round.all.add(*parts[i]);
    // Each worker read the time of the whole process: one of them is enough.
    if (i > 0) round.all.cpu_ns = cpu_ns_before;
  }
}

LoopResult TickBoard::take_result() {
  LoopResult result;
  result.add_end(ends_);
  result.ticks = std::move(ticks_);
  result.finished = all_finished_;
  result.window_start_s = rounds_.empty() ? 0 : rounds_.front().start_s;
  if (!result.ticks.empty()) {
    result.window_end_s = result.ticks.back().start_s + result.ticks.back().length_s;
  }
  for (Totals& round : rounds_) {
    round.all.measured_s = round.length_s;
    result.add_totals(round.all);
    for (std::size_t i = 0; i < group_totals_.size(); ++i) {
      round.groups[i].measured_s = round.length_s;
      group_totals_[i].add_totals(round.groups[i]);
    }
  }
  return result;
}

}  // namespace assay
