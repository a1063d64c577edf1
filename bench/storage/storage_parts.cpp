#include "bench/storage/storage_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <map>
#include <string_view>

#include "bench/measure/stop_rule.hpp"
#include "bench/storage/storage_metrics.hpp"

namespace assay {

namespace {

constexpr std::string_view member_prefix = "member/";

double value_of(const CaseResult& part, const char* metric) {
  const Metric* found = find_metric(part.metrics, metric);
  return found == nullptr ? 0 : found->value;
}

std::uint64_t to_count(double value) { return static_cast<std::uint64_t>(std::llround(value)); }

std::uint64_t count_of(const CaseResult& part, const char* metric) {
  return to_count(value_of(part, metric));
}

void merge_histogram(LoopResult& loop, const NamedHistogram& histogram) {
  const std::map<std::string_view, LatencyHistogram LoopResult::*> by_name{
      {"read", &LoopResult::reads},
      {"write", &LoopResult::writes},
      {"fdatasync", &LoopResult::syncs},
      {"issued", &LoopResult::issued}};
  const auto found = by_name.find(histogram.name);
  if (found != by_name.end()) (loop.*(found->second)).merge(histogram.latency);
}

/// What the loop had counted when it was described as this result; ticks begin at `start_s`.
LoopResult loop_of(const CaseResult& part, const StorageParameters& parameters, double start_s) {
  LoopResult loop;
  for (const NamedHistogram& histogram : part.histograms) {
    if (histogram.name != "commit") {
      merge_histogram(loop, histogram);
    } else if (parameters.durability == Durability::dsync) {
      loop.writes.merge(histogram.latency);
    } else {
      loop.commits.merge(histogram.latency);
    }
  }
  for (Tick tick : part.ticks) {
    const bool counts = tick.start_s >= part.window_start_s;
    tick.start_s += start_s;
    loop.ops += counts ? tick.ops : 0;
    loop.bytes += counts ? tick.bytes : 0;
    loop.ticks.push_back(std::move(tick));
  }
  loop.measured_s = part.window_end_s - part.window_start_s;
  loop.window_start_s = start_s + part.window_start_s;
  loop.window_end_s = start_s + part.window_end_s;
  const auto ops = static_cast<double>(loop.ops);
  loop.system_calls = to_count(value_of(part, "syscalls/per-io") * ops);
  loop.cpu_ns = to_count(value_of(part, "cpu/per-io") * ops);
  loop.late_arrivals = count_of(part, "arrivals/late");
  loop.backlog_max = count_of(part, "backlog/max");
  loop.backlog_last = count_of(part, "backlog/last");
  loop.drained_ns_max = count_of(part, "latency/in-flight-at-end");
  loop.verified = {count_of(part, "verify/checked"), count_of(part, "verify/torn"),
                   count_of(part, "verify/stale"),   count_of(part, "verify/misplaced"),
                   count_of(part, "verify/corrupt"), {}};
  return loop;
}

/// Flags of a part that do not come from what the loop counted (the device's limits, for one).
std::vector<std::string> other_flags(const CaseResult& part, const StorageParameters& parameters) {
  CaseResult own;
  describe_loop(loop_of(part, parameters, 0), parameters, own);
  std::vector<std::string> others;
  for (const std::string& flag : part.flags) {
    if (std::find(own.flags.begin(), own.flags.end(), flag) == own.flags.end()) {
      others.push_back(flag);
    }
  }
  return others;
}

/// Parts in which the rate was not reached hide among others in which it was.
void add_saturated_parts(const std::vector<CaseResult>& parts, CaseResult& whole) {
  const auto is_saturated = [](const std::string& flag) { return flag.starts_with("saturated"); };
  const auto has_flag = [&](const CaseResult& one) {
    return std::any_of(one.flags.begin(), one.flags.end(), is_saturated);
  };
  if (has_flag(whole)) return;
  const auto count = std::count_if(parts.begin(), parts.end(), has_flag);
  if (count == 0) return;
  whole.flags.push_back(fmt::format(
      "saturated in {} of {} parts: the rate was not reached there, or more and more I/Os waited",
      count, parts.size()));
}

/// Counts are added up, shares averaged over the measured time.
void merge_device_metrics(const std::vector<CaseResult>& parts, CaseResult& whole) {
  double all_s = 0;
  for (const CaseResult& part : parts) all_s += part.elapsed_s;
  for (const Metric& metric : parts.front().metrics) {
    const bool known = find_metric(whole.metrics, metric.name) != nullptr;
    const bool counts = metric.unit == "count" || metric.unit == "B";
    const bool share = metric.unit == "%";
    if (known || (!counts && !share) || !(all_s > 0)) continue;
    Metric sum = metric;
    sum.spread.reset();
    sum.value = 0;
    for (const CaseResult& part : parts) {
      const double weight = counts ? 1 : part.elapsed_s / all_s;
      sum.value += value_of(part, metric.name.c_str()) * weight;
    }
    whole.metrics.push_back(std::move(sum));
  }
}

/// Of a case on several targets: what each of them did, from its histogram.
void merge_members(const std::vector<CaseResult>& parts, CaseResult& whole) {
  for (const NamedHistogram& first : parts.front().histograms) {
    if (first.name.rfind(member_prefix, 0) != 0) continue;
    const std::string prefix = first.name + "/";
    LoopResult member;
    double bytes = 0;
    for (const CaseResult& part : parts) {
      const double measured_s = part.window_end_s - part.window_start_s;
      for (const NamedHistogram& histogram : part.histograms) {
        if (histogram.name != first.name) continue;
        member.reads.merge(histogram.latency);
        member.ops += histogram.latency.count;
      }
      member.measured_s += measured_s;
      bytes += value_of(part, (prefix + "bandwidth").c_str()) * measured_s;
    }
    member.bytes = to_count(bytes);
    describe_member(member, first.name.substr(member_prefix.size()), whole);
  }
}

Noise merge_noise(const std::vector<CaseResult>& parts) {
  Noise noise = parts.back().noise;
  double all_s = 0;
  for (const CaseResult& part : parts) all_s += part.elapsed_s;
  for (double Noise::*share : {&Noise::steal_percent, &Noise::iowait_percent,
                               &Noise::softirq_percent, &Noise::foreign_cpu_percent}) {
    double sum = 0;
    bool known = all_s > 0;
    for (const CaseResult& part : parts) {
      known = known && part.noise.*share >= 0;
      sum += part.noise.*share * part.elapsed_s;
    }
    noise.*share = known ? sum / all_s : -1;
  }
  return noise;
}

/// Parts were measured one after the other: what waited in one was not there in the next.
void add_part(const LoopResult& part, LoopResult& all) {
  const std::uint64_t backlog_max = std::max(all.backlog_max, part.backlog_max);
  const std::uint64_t backlog_last = std::max(all.backlog_last, part.backlog_last);
  all.add_totals(part);
  all.add_end(part);
  all.backlog_max = backlog_max;
  all.backlog_last = backlog_last;
}

void merge_measured(const StorageParameters& parameters, const std::vector<CaseResult>& parts,
                    CaseResult& whole) {
  LoopResult all;
  double start_s = 0;
  for (const CaseResult& part : parts) {
    LoopResult loop = loop_of(part, parameters, start_s);
    start_s = loop.window_end_s;
    add_part(loop, all);
    all.window_end_s = loop.window_end_s;
    std::move(loop.ticks.begin(), loop.ticks.end(), std::back_inserter(all.ticks));
  }
  all.finished = true;
  describe_loop(all, parameters, whole);
  merge_members(parts, whole);
  merge_device_metrics(parts, whole);
  for (const CaseResult& part : parts) {
    for (const std::string& flag : other_flags(part, parameters)) {
      if (std::find(whole.flags.begin(), whole.flags.end(), flag) == whole.flags.end()) {
        whole.flags.push_back(flag);
      }
    }
  }
  add_saturated_parts(parts, whole);
}

}  // namespace

void describe_stop(const Case& item, CaseResult& result) {
  const std::unique_ptr<StopRule> rule = stop_rule_of(item);
  if (!rule || result.status != CaseStatus::ok) return;
  for (const Tick& tick : result.ticks) rule->add(tick.length_s, static_cast<double>(tick.ops));
  result.method.emplace_back("measured until", rule->method());
  if (!rule->warning().empty()) result.flags.push_back(rule->warning());
}

CaseResult merge_parts(const Case& item, const std::vector<CaseResult>& parts) {
  for (const CaseResult& part : parts) {
    if (part.status == CaseStatus::ok) continue;
    CaseResult whole = part;
    whole.round = 0;
    if (part.status == CaseStatus::failed) {
      whole.reason = fmt::format("part {}: {}", part.round, part.reason);
    }
    return whole;
  }
  CaseResult whole;
  whole.id = item.id;
  whole.start_s = parts.front().start_s;
  for (const CaseResult& part : parts) whole.elapsed_s += part.elapsed_s;
  whole.method = parts.front().method;
  whole.method.emplace_back("parts", fmt::format("{}, added up", parts.size()));
  whole.noise = merge_noise(parts);
  StorageParameters parameters = item.storage.value();
  // The rate and the depth of all members: as the parts were described.
  const auto members = static_cast<std::uint32_t>(std::count_if(
      parts.front().histograms.begin(), parts.front().histograms.end(),
      [](const NamedHistogram& one) { return one.name.rfind(member_prefix, 0) == 0; }));
  parameters.queue_depth *= std::max(1U, members);
  parameters.rate_per_s *= std::max(1U, members);
  merge_measured(parameters, parts, whole);
  return whole;
}

}  // namespace assay
