#include "reports/limits/judges.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "reports/case_text.hpp"
#include "reports/model/units.hpp"
#include "reports/rate_sweep.hpp"
#include "reports/target_text.hpp"

namespace assay {

namespace {

constexpr double exceeded_percent_min = 5;
constexpr double busy_share_min = 0.9;
constexpr double equal_latency_share = 0.15;
constexpr double sold_share = 0.05;
constexpr double other_case_ratio_min = 2;
constexpr double counted_io_bytes = 256 << 10;

struct Exceeded {
  const char* metric;
  LimitKind kind;
  const char* words;
};

constexpr std::array<Exceeded, 4> exceeded_metrics{{
    {"exceeded/volume-iops", LimitKind::volume, "the volume's IOPS limit"},
    {"exceeded/volume-throughput", LimitKind::volume, "the volume's throughput limit"},
    {"exceeded/instance-iops", LimitKind::instance, "the instance's IOPS limit"},
    {"exceeded/instance-throughput", LimitKind::instance, "the instance's throughput limit"},
}};

std::string rate_text(const Sweep& sweep, double rate) {
  return sweep.swept_by == SweptBy::queue_depth ? format_value(rate, "1/s")
                                                : format_byte_rate(rate);
}

std::string load_text(const Sweep& sweep, double load) {
  return sweep.swept_by == SweptBy::queue_depth
             ? fmt::format("queue depth {:.0f}", load)
             : fmt::format("blocks of {}", short_size(static_cast<std::uint64_t>(load)));
}

/// "90.7 k IOPS at queue depth 32 to 94.9 k IOPS at queue depth 128"
std::string plateau_text(const Sweep& sweep, const Plateau& plateau) {
  const SweepPoint& first = sweep.points[plateau.points.front()];
  const SweepPoint& last = sweep.points[plateau.points.back()];
  return fmt::format("{} at {} and {} at {}", rate_text(sweep, first.rate),
                     load_text(sweep, first.load), rate_text(sweep, last.rate),
                     load_text(sweep, last.load));
}

std::string queueing_text(const Sweep& sweep, const Plateau& plateau) {
  const SweepPoint& first = sweep.points[plateau.points.front()];
  const SweepPoint& last = sweep.points[plateau.points.back()];
  if (!(first.latency_ns > 0) || sweep.swept_by != SweptBy::queue_depth) return {};
  return fmt::format(", mean latency {} and {}: what is added to the queue waits",
                     format_duration_ns(first.latency_ns), format_duration_ns(last.latency_ns));
}

/// The number of targets that a case measured at once.
double members_in(const CaseResult& measured) {
  const auto is_member = [](const NamedHistogram& one) {
    return one.name.rfind("member/", 0) == 0;
  };
  const auto count =
      std::count_if(measured.histograms.begin(), measured.histograms.end(), is_member);
  return count == 0 ? 1 : static_cast<double>(count);
}

/// A device does not slow down because more is asked of it, to this degree.
constexpr double falling_share = 0.6;

/// How much of a case demand exceeded a limit, by a device's counter.
struct Exceeding {
  double percent = 0;         // the most of any device
  std::uint32_t devices = 0;  // whose demand exceeded it
};

/// Of a set each member has counters: "member/ebs-1/exceeded/volume-iops".
Exceeding exceeding(const CaseResult& measured, const std::string& metric) {
  Exceeding found;
  for (const Metric& one : measured.metrics) {
    const bool of_member = one.name.starts_with("member/") && one.name.ends_with("/" + metric);
    if ((one.name != metric && !of_member) || one.value <= exceeded_percent_min) continue;
    ++found.devices;
    found.percent = std::max(found.percent, one.value);
  }
  return found;
}

/// A limit that something is sold with, and the measured rate that is held against it.
struct Sold {
  std::string words;
  LimitKind kind;
  std::optional<double> limit;
  double measured;
  const char* unit;
};

}  // namespace

std::optional<Limit> exceeded_limit(const CaseResult& measured) {
  const Exceeded* most = nullptr;
  Exceeding by_most;
  for (const Exceeded& exceeded : exceeded_metrics) {
    const Exceeding by = exceeding(measured, exceeded.metric);
    if (by.percent <= by_most.percent) continue;
    most = &exceeded;
    by_most = by;
  }
  if (most == nullptr) return std::nullopt;
  const double members = members_in(measured);
  const std::string who = members > 1
                              ? fmt::format("{} of {:.0f} devices", by_most.devices, members)
                              : std::string("the device");
  return Limit{most->kind,
               fmt::format("{} counted that demand exceeded {} for {}{:.0f} % of the case", who,
                           most->words, by_most.devices > 1 ? "up to " : "", by_most.percent)};
}

std::optional<Limit> offered_rate(const Case& item, const CaseResult& measured) {
  if (item.storage->arrival == Arrival::closed) return std::nullopt;
  if (is_saturated(measured)) return std::nullopt;
  const double asked = metric_of(measured, "rate/intended").value_or(item.storage->rate_per_s);
  return Limit{LimitKind::offered_rate,
               fmt::format("{} of the {} that were asked for",
                           format_value(metric_of(measured, "iops").value_or(0), "1/s"),
                           format_value(asked, "1/s"))};
}

std::optional<Limit> busy_cpu(const Case& item, const CaseResult& measured,
                              std::uint32_t machine_threads) {
  // An open loop polls for its next arrival.
  if (item.storage->arrival != Arrival::closed || item.storage->iopoll || item.storage->sqpoll)
    return std::nullopt;
  const double per_io_ns = metric_of(measured, "cpu/per-io").value_or(0);
  // Of a set each member has that many, and none more than its queue is deep.
  const StorageParameters& storage = *item.storage;
  const std::uint32_t each = std::min(storage.threads, storage.queue_depth);
  const double threads = std::max(1U, each) * members_in(measured);
  const double used = per_io_ns * metric_of(measured, "iops").value_or(0) / 1e9 / threads;
  const double stolen =
      std::max(0.0, measured.noise.steal_percent) / 100 * machine_threads / threads;
  if (used + stolen < busy_share_min) return std::nullopt;
  std::string text = fmt::format(
      "the process used {:.0f} % of a CPU for each of its threads ({:.0f}"
      "), {} an I/O",
      100 * used, threads, format_duration_ns(per_io_ns));
  if (stolen >= 0.01) text += fmt::format("; the hypervisor took {:.0f} % of one", 100 * stolen);
  return Limit{LimitKind::cpu, text};
}

Limit saturation(const Sweep& sweep, const Plateau& plateau) {
  const BucketFit& bucket = plateau.bucket;
  const std::string levels = plateau_text(sweep, plateau) + queueing_text(sweep, plateau);
  if (bucket.claimed) {
    std::string text = fmt::format(
        "a constant {}, as a rate limiter (or a link) sets it: {:.0f} % of {} windows are within "
        "{:.1f} % of it, cases at different load agree to {:.1f} %; {}",
        rate_text(sweep, bucket.plateau_rate), 100 * bucket.goodness, bucket.ticks,
        100 * bucket.held_within, 100 * bucket.load_spread, levels);
    if (bucket.p99_step > 1.5) {
      text += fmt::format("; p99 grows {:.1f}-fold where it begins", bucket.p99_step);
    }
    if (bucket.burst.burst_s > 0) {
      text += fmt::format("; before it a burst of {:.1f} s", bucket.burst.burst_s);
    }
    return {LimitKind::host_rate_limiter, text};
  }
  const double first = sweep.points[plateau.points.front()].rate;
  const double last = sweep.points[plateau.points.back()].rate;
  if (last < falling_share * first) {
    return {LimitKind::unknown,
            levels + "; the rate fell while more was asked for: a burst that ran out, or a drift"};
  }
  double lowest = plateau.rate;
  for (const std::size_t i : plateau.points) lowest = std::min(lowest, sweep.points[i].rate);
  return {LimitKind::device,
          fmt::format("{}; no set rate shows: {:.0f} % of {} windows are within {:.1f} % of their "
                      "median and cases at different load differ by {:.1f} %",
                      levels, 100 * bucket.goodness, bucket.ticks, 100 * bucket.held_within,
                      100 * (1 - lowest / plateau.rate))};
}

/// I/Os that one of the case counts as, which a mix of sizes counts as on average.
double counted_ios(const StorageParameters& storage) {
  const auto of_size = [](double bytes) {
    return std::max(1.0, std::ceil(bytes / counted_io_bytes));
  };
  if (storage.block_mix.empty()) return of_size(storage.block_size_bytes);
  double counted = 0;
  for (const SizeShare& size : storage.block_mix) {
    counted += size.percent / 100.0 * of_size(size.block_size_bytes);
  }
  return counted;
}

std::optional<Limit> sold_rate(const Sweep& sweep, const Plateau& plateau,
                               const SoldVolumes& volume, const AdvertisedLimits& instance) {
  const SweepPoint& top = sweep.points[plateau.points.back()];
  const double counted =
      metric_of(*top.measured, "iops").value_or(0) * counted_ios(*top.item->storage);
  const double bytes = metric_of(*top.measured, "bandwidth").value_or(0);
  const std::string volumes =
      volume.disks > 1 ? fmt::format("the {} volumes are", volume.disks) : "the volume is";
  std::optional<Limit> nearest;
  double nearest_off = sold_share;
  for (const Sold& sold :
       {Sold{volumes, LimitKind::volume, volume.limits.iops, counted, "1/s"},
        Sold{volumes, LimitKind::volume, volume.limits.bytes_per_s, bytes, "B/s"},
        Sold{"the instance is", LimitKind::instance, instance.iops, counted, "1/s"},
        Sold{"the instance is", LimitKind::instance, instance.bytes_per_s, bytes, "B/s"}}) {
    if (!sold.limit || !(*sold.limit > 0)) continue;
    const double off = std::abs(sold.measured / *sold.limit - 1);
    if (off > nearest_off || (nearest && off >= nearest_off)) continue;
    nearest_off = off;
    nearest = Limit{
        sold.kind, fmt::format("levels off at {}, and {} sold with {}; {}",
                               format_value(sold.measured, sold.unit), sold.words,
                               format_value(*sold.limit, sold.unit), plateau_text(sweep, plateau))};
  }
  return nearest;
}

std::optional<Limit> shallow_queue(const Sweep& sweep, const SweepPoint& point) {
  const SweepPoint& first = sweep.points.front();
  const bool twin = is_slower_twin(sweep, point);
  const auto next = std::find_if(sweep.points.begin(), sweep.points.end(), [&](const auto& other) {
    // What more threads get at a greater depth, they may get at this one, too.
    const bool alike = !twin || other.item->storage->threads == point.item->storage->threads;
    return alike && other.load > point.load && other.rate >= deeper_gives_min * point.rate;
  });
  const bool equal_latency =
      point.load > first.load && first.latency_ns > 0 &&
      std::abs(point.latency_ns / first.latency_ns - 1) <= equal_latency_share;
  if (next == sweep.points.end() && !equal_latency) return std::nullopt;
  std::string text =
      fmt::format("{} at queue depth {:.0f}", format_value(point.rate, "1/s"), point.load);
  if (next != sweep.points.end()) {
    text += fmt::format(", {:.1f} times as many at queue depth {:.0f}", next->rate / point.rate,
                        next->load);
  }
  if (point.load > first.load && point.latency_ns > 0) {
    text += fmt::format("; mean latency {} against {} at queue depth {:.0f}",
                        format_duration_ns(point.latency_ns), format_duration_ns(first.latency_ns),
                        first.load);
  } else if (point.latency_ns > 0) {
    text += fmt::format("; each I/O takes {}", format_duration_ns(point.latency_ns));
  }
  return Limit{LimitKind::queue_depth, text};
}

Limit growth(const Sweep& sweep, const SweepPoint& point) {
  if (is_slower_twin(sweep, point)) {
    return {LimitKind::unknown,
            fmt::format("{} with {} at {}, where another number of threads gets at least {:.0f} % "
                        "more",
                        rate_text(sweep, point.rate),
                        threads_text(std::max(1U, point.item->storage->threads)),
                        load_text(sweep, point.load), 100 * (deeper_gives_min - 1))};
  }
  const SweepPoint& last = sweep.points.back();
  const SweepPoint& before = *std::find_if(sweep.points.rbegin(), sweep.points.rend(),
                                           [&](const auto& p) { return p.load < last.load; });
  return {LimitKind::unknown,
          fmt::format("it does not level off: {} at {}, {} at {}, the most measured",
                      rate_text(sweep, before.rate), load_text(sweep, before.load),
                      rate_text(sweep, last.rate), load_text(sweep, last.load))};
}

std::optional<Limit> busy_poller(const SweepPoint& point, const Limit& found) {
  const bool polls = point.item->storage->iopoll || point.item->storage->sqpoll;
  const bool levels_off =
      found.kind == LimitKind::device || found.kind == LimitKind::host_rate_limiter;
  if (!polls || !levels_off) return std::nullopt;
  return Limit{LimitKind::unknown,
               "a thread that polls is always busy: what sets the rate is not told from want of "
               "CPU; " +
                   found.evidence};
}

std::optional<Limit> busy_machine(const SweepPoint& point, const Limit& found,
                                  std::uint32_t machine_threads) {
  const Noise& noise = point.measured->noise;
  if (found.kind != LimitKind::device || machine_threads == 0) return std::nullopt;
  const double own = metric_of(*point.measured, "cpu/per-io").value_or(0) / 1e7 *
                     metric_of(*point.measured, "iops").value_or(0) / machine_threads;
  const double others =
      std::max(0.0, noise.foreign_cpu_percent) + std::max(0.0, noise.steal_percent);
  if (own + others < 100 * busy_share_min) return std::nullopt;
  return Limit{
      LimitKind::unknown,
      fmt::format(
          "the machine's CPUs were busy, {:.0f} % of their time with other processes and the "
          "kernel's threads, {:.0f} % with this one: the device is not told from want of CPU; {}",
          others, own, found.evidence)};
}

std::optional<Limit> one_at_a_time(const Result& result, const Case& item,
                                   const CaseResult& measured) {
  const std::optional<double> rate = metric_of(measured, "iops");
  if (item.storage->queue_depth != 1 || !rate || item.storage->arrival != Arrival::closed) {
    return std::nullopt;
  }
  const std::string target = ran_on(result, item, measured);
  const CaseResult* most = nullptr;
  double most_rate = other_case_ratio_min * *rate;
  for (const CaseResult& other : result.cases) {
    const Case* planned = find_case(result.plan, other.id);
    if (other.status != CaseStatus::ok || planned == nullptr || !planned->storage ||
        ran_on(result, *planned, other) != target ||
        planned->storage->operation != item.storage->operation ||
        planned->storage->durability != item.storage->durability ||
        planned->storage->queue_depth <= item.storage->queue_depth ||
        planned->storage->direct != item.storage->direct || planned->storage->verify ||
        planned->storage->range_begin_percent != item.storage->range_begin_percent ||
        planned->storage->range_end_percent != item.storage->range_end_percent ||
        planned->storage->block_size_bytes != item.storage->block_size_bytes) {
      continue;
    }
    const double other_rate = metric_of(other, "iops").value_or(0);
    if (other_rate < most_rate) continue;
    most = &other;
    most_rate = other_rate;
  }
  const std::string one =
      fmt::format("one at a time, {} each: {}",
                  format_duration_ns(metric_of(measured, "latency/mean").value_or(0)),
                  format_value(*rate, "1/s"));
  if (most != nullptr) {
    return Limit{LimitKind::queue_depth, fmt::format("{}, while the target does {} in {}", one,
                                                     format_value(most_rate, "1/s"),
                                                     case_text(*find_case(result.plan, most->id)))};
  }
  if (item.storage->durability == Durability::none) return std::nullopt;
  // What a deep queue of writes that nobody waits for gives says nothing of commits.
  return Limit{LimitKind::unknown, one + "; what several at once give was not measured"};
}

std::optional<Limit> emptied_bucket(const Case& item, CaseResult& measured) {
  if (item.storage->arrival != Arrival::closed) return std::nullopt;
  const SweepPoint point{&item, &measured, static_cast<double>(item.storage->queue_depth)};
  const BucketFit fit = fit_token_bucket(std::vector{rate_point(point, SweptBy::queue_depth)});
  if (!fit.claimed) return std::nullopt;
  const double burst_rate = fit.plateau_rate + fit.burst.burst_amount / fit.burst.burst_s;
  return Limit{
      LimitKind::host_rate_limiter,
      fmt::format("a burst of {:.1f} s at {}, then a constant {}, as a bucket that has run "
                  "empty sets it: {:.0f} % of the {} windows after it are within {:.1f} %",
                  fit.burst.burst_s, format_value(burst_rate, "1/s"),
                  format_value(fit.plateau_rate, "1/s"), 100 * fit.goodness, fit.ticks,
                  100 * fit.held_within)};
}

std::string what_is_missing(const Case& item) {
  if (item.storage->arrival != Arrival::closed) {
    return "the intended rate was not reached, or I/Os were still waiting at the end, and an open "
           "loop alone does not tell by what";
  }
  return fmt::format(
      "cases at other queue depths{} would tell, by levelling off with this one or not",
      item.storage->pattern == Pattern::sequential ? " or block sizes" : "");
}

}  // namespace assay
