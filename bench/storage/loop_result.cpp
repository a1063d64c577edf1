#include "bench/storage/loop_result.hpp"

#include <algorithm>

namespace assay {

namespace {

constexpr std::uint32_t tick_latency_bits = 2;  // 4 buckets an octave are enough for a heat map

}  // namespace

std::uint64_t TickCounts::ops() const {
  const std::uint64_t commits = (*this)[IoClass::commit].count();
  if (commits > 0) return commits;
  // Of a commit loop in which nothing was committed the lone writes are no I/Os of the case.
  if ((*this)[IoClass::sync].count() > 0) return 0;
  return (*this)[IoClass::read].count() + (*this)[IoClass::write].count();
}

void TickCounts::clear() {
  for (LatencyHistogram& histogram : latency) {
    if (histogram.max_ns() > 0 || histogram.count() > 0) histogram.clear();
  }
  bytes = 0;
  system_calls = 0;
  cpu_ns = 0;
}

void VerifyCounts::merge(const VerifyCounts& other) {
  checked += other.checked;
  torn += other.torn;
  stale += other.stale;
  misplaced += other.misplaced;
  corrupt += other.corrupt;
  for (const BadBlock& block : other.first) {
    if (first.size() < bad_blocks_kept) first.push_back(block);
  }
}

void LoopResult::add(const TickCounts& counts) {
  reads.merge(counts[IoClass::read]);
  writes.merge(counts[IoClass::write]);
  commits.merge(counts[IoClass::commit]);
  syncs.merge(counts[IoClass::sync]);
  issued.merge(counts[IoClass::issued]);
  ops += counts.ops();
  bytes += counts.bytes;
  system_calls += counts.system_calls;
  cpu_ns += counts.cpu_ns;
}

void LoopResult::add_totals(const LoopResult& other) {
  reads.merge(other.reads);
  writes.merge(other.writes);
  commits.merge(other.commits);
  syncs.merge(other.syncs);
  issued.merge(other.issued);
  ops += other.ops;
  bytes += other.bytes;
  measured_s += other.measured_s;
  system_calls += other.system_calls;
  cpu_ns += other.cpu_ns;
}

void LoopResult::add_end(const LoopResult& worker) {
  for (const auto& [code, count] : worker.errors) errors[code] += count;
  late_arrivals += worker.late_arrivals;
  backlog_max += worker.backlog_max;
  backlog_last += worker.backlog_last;
  drained_ns_max = std::max(drained_ns_max, worker.drained_ns_max);
  verified.merge(worker.verified);
}

Tick tick_of(const TickCounts& counts) {
  Tick tick;
  tick.start_s = counts.start_s;
  tick.length_s = counts.length_s;
  tick.ops = counts.ops();
  tick.bytes = counts.bytes;
  LatencyHistogram all = counts[IoClass::commit];
  if (all.count() == 0) {
    all.merge(counts[IoClass::read]);
    if (counts[IoClass::sync].count() == 0) all.merge(counts[IoClass::write]);
  }
  tick.latency = all.sparse(tick_latency_bits);
  return tick;
}

}  // namespace assay
