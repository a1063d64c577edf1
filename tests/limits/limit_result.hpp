#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "reports/limits/classify.hpp"
#include "tests/limits/simulated.hpp"

namespace assay {

/// A Result of one target to which cases with given rates are added.
class LimitResult {
 public:
  explicit LimitResult(DeviceClass device_class = DeviceClass::other) {
    Target target;
    target.id = "disk";
    target.chosen = true;
    target.device_class = device_class;
    result.plan.targets = {target};
    result.host.cpu.threads = 4;
  }

  /// A case whose ticks are these I/Os a second; its latency is what Little's law gives.
  CaseResult& add(const StorageParameters& storage, const std::vector<double>& rates) {
    Case item;
    item.id = fmt::format("storage/disk/{}", result.plan.cases.size());
    item.workload = storage.operation == Operation::read ? "random-read" : "random-write";
    item.target = "disk";
    item.storage = storage;
    result.plan.cases.push_back(item);
    CaseResult measured;
    measured.id = item.id;
    double ops = 0;
    for (const double rate : rates) {
      Tick tick;
      tick.start_s = static_cast<double>(measured.ticks.size());
      tick.length_s = 1;
      tick.ops = static_cast<std::uint64_t>(rate);
      tick.bytes = tick.ops * storage.block_size_bytes;
      measured.ticks.push_back(tick);
      ops += static_cast<double>(tick.ops);
    }
    const double iops = ops / static_cast<double>(rates.size());
    const auto metric = [&](const char* name, double value, const char* unit) {
      measured.metrics.push_back({name, value, unit, Direction::informative, std::nullopt});
    };
    metric("iops", iops, "1/s");
    metric("bandwidth", iops * storage.block_size_bytes, "B/s");
    metric("latency/mean", storage.queue_depth / iops * 1e9, "ns");
    metric("cpu/per-io", 1000, "ns");
    result.cases.push_back(measured);
    return result.cases.back();
  }

  CaseResult& add_read(std::uint32_t depth, const std::vector<double>& rates) {
    return add({Operation::read, Pattern::random, 4096, depth}, rates);
  }

  const Limit& limit(std::size_t index) { return result.cases.at(index).limit.value(); }
  LimitKind kind(std::size_t index) { return limit(index).kind; }

  Result result;
};

inline void set_metric(CaseResult& measured, const std::string& name, double value) {
  std::erase_if(measured.metrics, [&](const Metric& metric) { return metric.name == name; });
  measured.metrics.push_back({name, value, "%", Direction::informative, std::nullopt});
}

inline std::vector<double> steady(double rate, int ticks = 3) {
  return std::vector<double>(static_cast<std::size_t>(ticks), rate);
}

}  // namespace assay
