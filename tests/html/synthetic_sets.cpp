#include <fmt/format.h>

#include "tests/html/synthetic_memory.hpp"
#include "tests/html/synthetic_result.hpp"

namespace assay {

namespace {

constexpr const char* first_id = "instance-store-file";
constexpr const char* second_id = "instance-store-file-2";
constexpr const char* all_id = "instance-store-file-all";
constexpr const char* slowest_id = "instance-store-file-slowest";

/// `rates` are of seconds; latencies lie around `latency_ns` in three groups.
CaseResult& add(Result& result, const std::string& target, const StorageParameters& storage,
                const std::string& suffix, const std::vector<double>& rates, double latency_ns) {
  Case item;
  item.workload = "random-read";
  item.target = target;
  item.storage = storage;
  item.duration_s = static_cast<double>(rates.size());
  item.id = fmt::format("storage/{}/random-read/4k/qd{}{}", target, storage.queue_depth, suffix);
  CaseResult measured;
  measured.id = item.id;
  measured.start_s = 400 + static_cast<double>(result.cases.size());
  measured.elapsed_s = item.duration_s;
  measured.window_end_s = item.duration_s;
  LatencyHistogram all;
  double ops = 0;
  for (const double rate : rates) {
    LatencyHistogram tick;
    for (int i = 0; i < 100; ++i) {
      tick.record(static_cast<std::uint64_t>(latency_ns * (1 + i % 7 * 0.05 + (i == 99 ? 9 : 0))));
    }
    all.merge(tick);
    measured.ticks.push_back({static_cast<double>(measured.ticks.size()), 1,
                              static_cast<std::uint64_t>(rate),
                              static_cast<std::uint64_t>(rate) * 4096, tick.sparse(2)});
    ops += rate;
  }
  const double iops = ops / item.duration_s;
  const Direction more = Direction::higher_is_better;
  const Direction less = Direction::lower_is_better;
  measured.metrics = {{"iops", iops, "1/s", more, spread_of(rates)},
                      {"bandwidth", iops * 4096, "B/s", more, {}},
                      {"latency/p50", latency_ns * 1.15, "ns", less, {}},
                      {"latency/p99", latency_ns * 10, "ns", less, {}},
                      {"cpu/per-io", storage.sqpoll ? 9000.0 : 3000.0, "ns", less, {}},
                      {"syscalls/per-io", storage.sqpoll ? 0 : 0.1, "1", less, {}}};
  measured.histograms = {{"read", all.sparse()}};
  result.plan.cases.push_back(item);
  result.cases.push_back(measured);
  return result.cases.back();
}

void add_targets(Result& result) {
  Target second = result.plan.targets[1];
  result.plan.targets[1].numa_node = 0;
  second.id = second_id;
  second.label = "/mnt/store2 (xfs on nvme2n1)";
  second.numa_node = 1;
  Target set = second;
  set.numa_node.reset();
  set.members = {first_id, second_id};
  set.id = all_id;
  set.kind = TargetKind::target_set;
  set.label = "all 2 instance-store-file targets at once";
  Target slowest = set;
  slowest.id = slowest_id;
  slowest.kind = TargetKind::slowest_of_set;
  slowest.label = "the slowest of 2 instance-store-file targets";
  const auto place = result.plan.targets.begin() + 2;
  result.plan.targets.insert(place, {second, set, slowest});
}

void add_rates(Result& result) {
  for (const double percent : {10.0, 25.0, 50.0, 75.0, 90.0}) {
    StorageParameters storage = {Operation::read, Pattern::random, 4096, 1024};
    storage.arrival = Arrival::poisson;
    storage.rate_percent = percent;
    storage.rate_per_s = 400 * percent;
    const double latency_ns = 2e5 * (1 + percent * percent / 1000);
    CaseResult& measured = add(result, slowest_id, storage, fmt::format("/poisson-{:g}%", percent),
                               {400 * percent, 400 * percent}, latency_ns);
    for (const auto& [name, ns] : {std::pair{"latency/p99.9", latency_ns * 14},
                                   std::pair{"issued/latency/p99", latency_ns * 6}}) {
      measured.metrics.push_back({name, ns, "ns", Direction::lower_is_better, {}});
    }
    if (percent > 80) {
      measured.flags = {"saturated: 34000 of the intended 36000 I/Os a second were reached"};
    }
  }
}

void add_long_case(Result& result) {
  std::vector<double> rates(2400, 10000);
  for (std::size_t i = 0; i < rates.size(); ++i) {
    rates[i] += (i < 1803 ? 30000 : 0) + (i % 2 == 0 ? 200 : 0);
  }
  CaseResult& measured =
      add(result, slowest_id, {Operation::read, Pattern::random, 16384, 64}, "/long", rates, 2e6);
  measured.window_start_s = 2100;
}

}  // namespace

Result synthetic_sets_result() {
  Result result = synthetic_result();
  add_targets(result);
  const StorageParameters deep = {Operation::read, Pattern::random, 4096, 32};
  add(result, second_id, deep, "", {38200, 38000}, 8e5);
  CaseResult& all = add(result, all_id, deep, "/total-qd64", {40000, 40000}, 1.6e6);
  const double more_than_half = 24000;
  for (const auto& [id, iops] :
       {std::pair{first_id, more_than_half}, std::pair{second_id, 40000 - more_than_half}}) {
    all.metrics.push_back(
        {fmt::format("member/{}/iops", id), iops, "1/s", Direction::higher_is_better, {}});
    all.histograms.push_back({fmt::format("member/{}", id), all.histograms[0].latency});
  }
  for (const std::uint32_t depth : {4, 8, 64}) {
    StorageParameters storage = deep;
    storage.queue_depth = depth;
    add(result, slowest_id, storage, "", {9000.0 * std::min(depth, 5U), 9000.0}, 4e5);
  }
  StorageParameters polled = deep;
  polled.queue_depth = 8;
  polled.sqpoll = true;
  add(result, slowest_id, polled, "/sqpoll", {41000, 41000}, 2e5);
  add_rates(result);
  add_long_case(result);
  add_synthetic_memory(result);
  for (CaseResult& measured : result.cases) {
    if (measured.id.find(slowest_id) == std::string::npos) continue;
    measured.method.emplace_back(
        "slowest target",
        "instance-store-file-2: 80.0 % of the mean rate of 2 targets over 1 case");
  }
  return result;
}

}  // namespace assay
