#include "bench/storage/storage_metrics.hpp"

#include <fmt/format.h>
#include <string.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <system_error>

#include "reports/model/units.hpp"

namespace assay {

namespace {

struct Percentile {
  const char* name;
  double quantile;
};

constexpr std::array<Percentile, 6> percentiles{{{"p50", 0.5},
                                                 {"p90", 0.9},
                                                 {"p99", 0.99},
                                                 {"p99.9", 0.999},
                                                 {"p99.99", 0.9999},
                                                 {"p99.999", 0.99999}}};

/// A percentile is stated only where at least this many I/Os lie above it.
constexpr double ios_above_percentile_min = 10;

/// Closed loop: depth = IOPS x mean latency (Little's law); more than this off is flagged.
constexpr double littles_law_tolerance = 0.02;

void add_latency(CaseResult& result, const std::string& prefix, const SparseHistogram& latency) {
  if (latency.count == 0) return;
  const auto add = [&](const std::string& name, double ns) {
    result.metrics.push_back(
        {prefix + "latency/" + name, ns, "ns", Direction::lower_is_better, std::nullopt});
  };
  add("mean", latency.mean_ns());
  for (const Percentile& percentile : percentiles) {
    const double above = static_cast<double>(latency.count) * (1 - percentile.quantile);
    if (above < ios_above_percentile_min) continue;
    add(percentile.name, static_cast<double>(latency.quantile(percentile.quantile)));
  }
  add("max", static_cast<double>(latency.max_ns));
}

void add_rates(const LoopResult& loop, CaseResult& result) {
  Sample iops{"iops", "1/s", {}};
  Sample bandwidth{"bandwidth", "B/s", {}};
  for (const Tick& tick : loop.ticks) {
    if (tick.start_s < loop.window_start_s) continue;  // before the steady window
    iops.values.push_back(static_cast<double>(tick.ops) / tick.length_s);
    bandwidth.values.push_back(static_cast<double>(tick.bytes) / tick.length_s);
  }
  result.metrics.push_back({"iops", static_cast<double>(loop.ops) / loop.measured_s, "1/s",
                            Direction::higher_is_better, spread_of(iops.values)});
  result.metrics.push_back({"bandwidth", static_cast<double>(loop.bytes) / loop.measured_s, "B/s",
                            Direction::higher_is_better, spread_of(bandwidth.values)});
  result.samples = {std::move(iops), std::move(bandwidth)};
}

/// How far an open loop's rate may fall short of the intended one: 1 %, or what chance explains of
/// that many exponential intervals (3 standard deviations).
double shortfall_max(const LoopResult& loop, const StorageParameters& parameters) {
  const double arrivals = parameters.rate_per_s * loop.measured_s;
  // An arrival may fall on either side of each edge of the window.
  const double edges = 2 / arrivals;
  if (parameters.arrival == Arrival::constant) return std::max(0.01, edges);
  return std::max({0.01, edges, 3 / std::sqrt(arrivals)});
}

/// Whether more and more waited: what a stall left behind is being worked off, or is little, 1 % of
/// all arrivals and those of 50 ms at most.
bool backlog_grew(const LoopResult& loop, const StorageParameters& parameters) {
  constexpr double waiting_share_noted = 0.01;
  constexpr double waiting_s_noted = 0.05;
  const auto waiting = static_cast<double>(loop.backlog_last);
  const double noted_s = std::min(waiting_share_noted * loop.measured_s, waiting_s_noted);
  return loop.backlog_last > parameters.queue_depth && waiting > noted_s * parameters.rate_per_s &&
         2 * waiting > static_cast<double>(loop.backlog_max);
}

void add_arrivals(const LoopResult& loop, const StorageParameters& parameters, CaseResult& result) {
  const double achieved = static_cast<double>(loop.ops) / loop.measured_s;
  const auto add = [&](const char* name, double value, const char* unit) {
    result.metrics.push_back({name, value, unit, Direction::informative, std::nullopt});
  };
  add("rate/intended", parameters.rate_per_s, "1/s");
  add("arrivals/late", static_cast<double>(loop.late_arrivals), "count");
  add("backlog/max", static_cast<double>(loop.backlog_max), "count");
  add("backlog/last", static_cast<double>(loop.backlog_last), "count");
  add_latency(result, "issued/", loop.issued.sparse());
  result.histograms.push_back({"issued", loop.issued.sparse()});
  const bool short_of_rate =
      achieved < parameters.rate_per_s * (1 - shortfall_max(loop, parameters));
  if (!short_of_rate && !backlog_grew(loop, parameters)) return;
  result.flags.push_back(fmt::format(
      "saturated: {:.0f} of the intended {:.0f} I/Os a second were reached, {} were waiting to be "
      "issued at the end and are in no percentile; the latencies are those of a growing backlog",
      achieved, parameters.rate_per_s, loop.backlog_last));
}

void add_costs(const LoopResult& loop, const SparseHistogram& all,
               const StorageParameters& parameters, CaseResult& result) {
  const auto ops = static_cast<double>(loop.ops);
  const double depth = ops / loop.measured_s * all.mean_ns() / 1e9;
  result.metrics.push_back({"cpu/per-io", static_cast<double>(loop.cpu_ns) / ops, "ns",
                            Direction::lower_is_better, std::nullopt});
  result.metrics.push_back({"syscalls/per-io", static_cast<double>(loop.system_calls) / ops, "1",
                            Direction::lower_is_better, std::nullopt});
  result.metrics.push_back(
      {"queue-depth/effective", depth, "1", Direction::informative, std::nullopt});
  // Between the end of one I/O and the start of the next a check of the data takes its time.
  if (parameters.arrival != Arrival::closed || parameters.verify) return;
  const double off = depth / parameters.queue_depth - 1;
  if (std::abs(off) > littles_law_tolerance) {
    // The same words for every case: a report tells them once. The number is in the metric.
    result.flags.push_back(
        fmt::format("IOPS x mean latency is over {:.0f} % off the queue depth "
                    "(queue-depth/effective in the Result): I/Os stalled across the window's edge, "
                    "or the rate is not that of a full queue",
                    100 * littles_law_tolerance));
  }
}

void add_errors(const LoopResult& loop, CaseResult& result) {
  std::uint64_t failed = 0;
  std::string list;
  for (const auto& [code, count] : loop.errors) {
    const std::string name = code == 0 ? "short" : errno_name(-code);
    result.errors.push_back({name, count});
    list += fmt::format("{}{} {}", list.empty() ? "" : ", ", count, name);
    failed += count;
  }
  if (failed > 0) {
    result.status = CaseStatus::failed;
    result.reason = fmt::format("{} of {} I/Os failed: {}", failed, failed + loop.ops, list);
    // Of a disk that was taken out the kernel makes one of size 0, whose end every read meets.
    if (loop.errors.count(0) > 0) {
      result.reason += "; a short one met the end of the device or file: it was unplugged or cut";
    }
  } else if (loop.ops == 0) {
    result.status = CaseStatus::failed;
    result.reason =
        "no I/O completed in the measured window: the device stalled, or the window is "
        "too short (lengthen it with --duration)";
  }
}

void add_verification(const LoopResult& loop, CaseResult& result) {
  const VerifyCounts& verified = loop.verified;
  const auto add = [&](const char* name, std::uint64_t count, Direction direction) {
    result.metrics.push_back(
        {std::string("verify/") + name, static_cast<double>(count), "count", direction, {}});
  };
  add("checked", verified.checked, Direction::informative);
  add("torn", verified.torn, Direction::lower_is_better);
  add("stale", verified.stale, Direction::lower_is_better);
  add("misplaced", verified.misplaced, Direction::lower_is_better);
  add("corrupt", verified.corrupt, Direction::lower_is_better);
  if (verified.bad() == 0) return;
  std::string list;
  for (const BadBlock& block : verified.first) {
    list += fmt::format("{}{} at byte {}", list.empty() ? "" : ", ", block.what, block.offset);
  }
  result.status = CaseStatus::failed;
  result.reason = fmt::format(
      "{} of {} blocks of 4 KiB that were read are not what was written last: {}{}", verified.bad(),
      verified.checked, list, verified.bad() > verified.first.size() ? ", ..." : "");
}

void add_labels(const StorageParameters& parameters, CaseResult& result) {
  if (!parameters.direct) {
    result.flags.push_back("through the page cache: not the speed of the device");
  }
  if (parameters.verify) {
    result.flags.push_back("every block is stamped or checked: CPU time is part of the rate");
  }
}

}  // namespace

void describe_member(const LoopResult& member, const std::string& target_id, CaseResult& result) {
  if (!(member.measured_s > 0)) return;
  const std::string name = "member/" + target_id;
  const auto rate = [&](const char* what, std::uint64_t count, const char* unit) {
    const double value = static_cast<double>(count) / member.measured_s;
    result.metrics.push_back({name + what, value, unit, Direction::higher_is_better, {}});
  };
  rate("/iops", member.ops, "1/s");
  rate("/bandwidth", member.bytes, "B/s");
  LatencyHistogram all = member.reads;
  all.merge(member.commits.count() > 0 ? member.commits : member.writes);
  add_latency(result, name + "/", all.sparse());
  result.histograms.push_back({name, all.sparse()});
}

std::string errno_name(int error) {
  const char* name = strerrorname_np(error);
  return name != nullptr ? name : fmt::format("errno {}", error);
}

void describe_loop(const LoopResult& loop, const StorageParameters& parameters,
                   CaseResult& result) {
  result.ticks = loop.ticks;
  result.window_start_s = loop.window_start_s;
  result.window_end_s = loop.window_end_s;
  add_errors(loop, result);
  add_labels(parameters, result);
  if (parameters.verify) add_verification(loop, result);
  if (loop.ops == 0) return;
  add_rates(loop, result);

  LatencyHistogram all = loop.reads;
  const bool commits = loop.commits.count() > 0;
  all.merge(commits ? loop.commits : loop.writes);
  const SparseHistogram whole = all.sparse();
  add_latency(result, "", whole);

  const auto add = [&](const char* name, const LatencyHistogram& histogram) {
    if (histogram.count() > 0) result.histograms.push_back({name, histogram.sparse()});
  };
  if (commits) {
    add("commit", loop.commits);
    add("write", loop.writes);
    add("fdatasync", loop.syncs);
    add_latency(result, "fdatasync/", loop.syncs.sparse());
  } else {
    add("read", loop.reads);
    add(parameters.durability == Durability::dsync ? "commit" : "write", loop.writes);
  }
  if (parameters.operation == Operation::mixed) {
    for (const auto& [name, histogram] :
         {std::pair{"read", &loop.reads}, std::pair{"write", &loop.writes}}) {
      result.metrics.push_back({std::string(name) + "/iops",
                                static_cast<double>(histogram->count()) / loop.measured_s, "1/s",
                                Direction::higher_is_better, std::nullopt});
      add_latency(result, std::string(name) + "/", histogram->sparse());
    }
  }
  if (loop.drained_ns_max > 2 * whole.max_ns) {
    result.metrics.push_back({"latency/in-flight-at-end", static_cast<double>(loop.drained_ns_max),
                              "ns", Direction::lower_is_better, std::nullopt});
    result.flags.push_back(
        fmt::format("an I/O in flight when the window ended took {} and is in no percentile: the "
                    "device stalled "
                    "at the end",
                    format_duration_ns(static_cast<double>(loop.drained_ns_max))));
  }
  add_costs(loop, whole, parameters, result);
  if (parameters.arrival != Arrival::closed) add_arrivals(loop, parameters, result);
}

}  // namespace assay
