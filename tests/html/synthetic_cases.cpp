#include "tests/html/synthetic_cases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "reports/model/units.hpp"
#include "tests/random_numbers.hpp"

namespace assay {

namespace {

constexpr double tick_count = 4;

/// Latencies that look like a disk's.
class Generator : public RandomNumbers {
 public:
  using RandomNumbers::RandomNumbers;

  /// Around `median`, lognormal, with a share of slow ones that have a heavy (Pareto) tail.
  double latency_ns(double median, double sigma, double slow_share) {
    const double value = median * std::exp(sigma * normal());
    return uniform() < slow_share ? value * std::min(60.0, std::pow(uniform(), -0.45)) : value;
  }
};

/// How a synthetic device answers: its unloaded latency, its limit, its tail.
struct Device {
  const char* target;
  double read_ns;
  double write_ns;
  double commit_ns;
  double iops_max;
  double bytes_per_s_max;
  double slow_share;
};

class Builder {
 public:
  explicit Builder(Result& result) : result_(result) {}

  void add_storage(const Device& device, const StorageParameters& storage,
                   const std::string& workload, double median_ns) {
    Case item;
    item.workload = workload;
    item.target = device.target;
    item.storage = storage;
    item.warm_up_s = 1;
    item.duration_s = tick_count;
    item.id = fmt::format("storage/{}/{}/{}/qd{}", device.target, workload,
                          short_size(storage.block_size_bytes), storage.queue_depth);
    result_.plan.cases.push_back(item);
    result_.cases.push_back(measure(device, item, median_ns));
  }

  void add_memory(const char* kernel, std::uint32_t threads, double value) {
    Case item;
    const bool latency = std::string_view(kernel) == "latency";
    item.id =
        fmt::format("memory/host-memory/{}/{}", kernel, threads == 0 ? "all-threads" : "1-thread");
    item.workload = kernel;
    item.target = "host-memory";
    item.memory = MemoryParameters{kernel, threads};
    CaseResult measured = started(item.id, 1.2);
    std::vector<double> samples;
    for (int i = 0; i < 9; ++i) samples.push_back(value * (1 + 0.015 * random_.normal()));
    const Spread spread = spread_of(samples);
    const char* name = latency ? "latency/load" : "bandwidth";
    const char* unit = latency ? "ns" : "B/s";
    measured.metrics = {{name, spread.median, unit,
                         latency ? Direction::lower_is_better : Direction::higher_is_better,
                         spread}};
    measured.samples = {{name, unit, samples}};
    measured.method = {{"kernel", "avx512"}, {"pages", "transparent huge pages"}};
    result_.plan.cases.push_back(item);
    result_.cases.push_back(measured);
  }

  void add_without_result(Case item, CaseStatus status, const std::string& reason) {
    CaseResult measured = started(item.id, status == CaseStatus::skipped ? 0 : 0.4);
    measured.status = status;
    measured.reason = reason;
    result_.plan.cases.push_back(std::move(item));
    result_.cases.push_back(measured);
  }

 private:
  CaseResult started(const std::string& id, double elapsed_s) {
    CaseResult measured;
    measured.id = id;
    measured.start_s = now_s_;
    measured.elapsed_s = elapsed_s;
    measured.noise = {
        std::abs(0.4 * random_.normal()), 2 + random_.uniform(),   0.1,
        std::abs(0.6 * random_.normal()), 0.3 + random_.uniform(), 3390 + 40 * random_.uniform()};
    now_s_ += elapsed_s + 0.2;
    return measured;
  }

  CaseResult measure(const Device& device, const Case& item, double median_ns) {
    const StorageParameters& storage = *item.storage;
    CaseResult measured = started(item.id, tick_count + 1);
    const double depth = storage.queue_depth;
    const double limit = std::min(
        device.iops_max, device.bytes_per_s_max / static_cast<double>(storage.block_size_bytes));
    const double offered = depth / (median_ns * 1e-9);
    const double expected = offered / std::pow(1 + std::pow(offered / limit, 6), 1.0 / 6);
    const double loaded_ns = depth / expected * 1e9 / 1.08;
    const double sigma = 0.12 + 0.25 * std::min(1.0, expected / limit);
    LatencyHistogram all;
    std::vector<double> rates;
    for (double second = 0; second < tick_count; ++second) {
      LatencyHistogram in_tick;
      const double drift = 1 + 0.02 * random_.normal();
      const auto count = static_cast<std::uint64_t>(expected * drift);
      for (std::uint64_t i = 0; i < count; ++i) {
        const double ns = random_.latency_ns(loaded_ns, sigma, device.slow_share);
        in_tick.record(static_cast<std::uint64_t>(ns));
      }
      all.merge(in_tick);
      rates.push_back(static_cast<double>(count));
      measured.ticks.push_back(
          {second, 1, count, count * storage.block_size_bytes, in_tick.sparse(2)});
    }
    add_metrics(measured, storage, all.sparse(), rates);
    const bool commit = storage.durability != Durability::none;
    const char* name = commit ? "commit" : storage.operation == Operation::write ? "write" : "read";
    measured.histograms = {{name, all.sparse()}};
    measured.method = {{"engine", "io_uring"},
                       {"flags", "SINGLE_ISSUER, DEFER_TASKRUN, registered files and buffers"},
                       {"O_DIRECT", "yes"}};
    return measured;
  }

  static void add_metrics(CaseResult& measured, const StorageParameters& storage,
                          const SparseHistogram& latency, const std::vector<double>& rates) {
    std::vector<double> bytes;
    for (const double rate : rates) bytes.push_back(rate * storage.block_size_bytes);
    const double iops = static_cast<double>(latency.count) / tick_count;
    measured.metrics = {{"iops", iops, "1/s", Direction::higher_is_better, spread_of(rates)},
                        {"bandwidth", iops * storage.block_size_bytes, "B/s",
                         Direction::higher_is_better, spread_of(bytes)},
                        {"latency/mean", latency.mean_ns(), "ns", Direction::lower_is_better, {}}};
    constexpr std::pair<double, const char*> percentiles[] = {
        {0.5, "p50"}, {0.9, "p90"}, {0.99, "p99"}, {0.999, "p99.9"}, {0.9999, "p99.99"}};
    for (const auto& [q, name] : percentiles) {
      if (static_cast<double>(latency.count) * (1 - q) < 10) continue;
      measured.metrics.push_back({fmt::format("latency/{}", name),
                                  static_cast<double>(latency.quantile(q)),
                                  "ns",
                                  Direction::lower_is_better,
                                  {}});
    }
    measured.samples = {{"iops", "1/s", rates}};
  }

  Result& result_;
  Generator random_{20260101};
  double now_s_ = 33;
};

void add_device(Builder& builder, const Device& device) {
  constexpr std::uint32_t depths[] = {1, 4, 8, 16, 32, 64, 128};
  constexpr std::uint32_t block = 4096;
  for (const std::uint32_t depth : depths) {
    builder.add_storage(device, {Operation::read, Pattern::random, block, depth}, "random-read",
                        device.read_ns);
  }
  for (const std::uint32_t depth : depths) {
    builder.add_storage(device, {Operation::write, Pattern::random, block, depth, 0},
                        "random-write", device.write_ns);
  }
  builder.add_storage(device,
                      {Operation::write, Pattern::random, block, 1, 0, Durability::fdatasync},
                      "write-fdatasync", device.commit_ns);
  builder.add_storage(device, {Operation::write, Pattern::random, block, 1, 0, Durability::dsync},
                      "write-dsync", device.commit_ns * 0.8);
  for (const std::uint32_t size : {1U << 20, 128U << 10}) {
    builder.add_storage(device, {Operation::read, Pattern::sequential, size, 16}, "sequential-read",
                        device.read_ns * 4);
    builder.add_storage(device, {Operation::write, Pattern::sequential, size, 16, 0},
                        "sequential-write", device.write_ns * 5);
  }
  builder.add_storage(device, {Operation::mixed, Pattern::random, block, 32, 70},
                      "random-mixed-70-30", device.read_ns * 1.1);
}

}  // namespace

void add_synthetic_cases(Result& result) {
  Builder builder(result);
  add_device(builder, {"ebs-file", 480e3, 610e3, 890e3, 16000, 1.05e9, 0.03});
  add_device(builder, {"instance-store-file", 190e3, 60e3, 78e3, 42000, 2.1e9, 0.01});
  result.cases[6].flags = {"the volume's IOPS limit was reached: latency is mostly queueing"};
  Case failed;
  failed.id = "storage/instance-store-file/random-read/16k/qd32";
  failed.workload = "random-read";
  failed.target = "instance-store-file";
  failed.storage = StorageParameters{Operation::read, Pattern::random, 16384, 32};
  builder.add_without_result(failed, CaseStatus::failed,
                             "read 16 KiB at offset 73728: Input/output error (EIO); see dmesg");
  for (const char* kernel : {"read", "write", "copy", "triad"}) {
    const double factor = std::string_view(kernel) == "read" ? 1.0 : 0.8;
    builder.add_memory(kernel, 1, 17.6e9 * factor);
    builder.add_memory(kernel, 0, 61.2e9 * factor);
  }
  builder.add_memory("latency", 1, 104);
  Case gpu;
  gpu.id = "gpu/gpu0/copy";
  gpu.workload = "copy";
  gpu.target = "gpu0";
  gpu.gpu = GpuParameters{"copy"};
  builder.add_without_result(gpu, CaseStatus::skipped, "No NVIDIA GPU on the PCI bus.");
}

}  // namespace assay
