#include "tests/fleet/synthetic_fleet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/limits/classify.hpp"
#include "reports/model/units.hpp"
#include "tests/random_numbers.hpp"

namespace assay {

namespace {

constexpr double gb = 1e9;
constexpr std::uint64_t mib = 1U << 20;

/// What one target of a synthetic instance can do.
struct Can {
  double read_iops = 0;
  double write_iops = 0;
  double bytes_per_s = 0;
  double read_ns = 0;
  double write_ns = 0;
};

/// What stands in for a GPU's data sheet: clock and width that give a peak.
struct GpuModel {
  const char* name;
  std::uint64_t clock_hz;
  std::uint64_t bus_bits;
};
constexpr GpuModel gpu_models[] = {
    {"A10G", 6251000000, 384}, {"L4", 6251000000, 192}, {"A100", 1215000000, 5120}};

std::uint64_t seed_of(const std::string& name, std::uint32_t instance, std::uint64_t seed) {
  std::uint64_t hash = 1469598103934665603ULL ^ seed;  // FNV-1a
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash ^ (std::uint64_t{instance} << 32);
}

/// Builds one Result case by case.
class Builder {
 public:
  Builder(const InstanceType& type, std::uint32_t instance, std::uint64_t seed)
      : type_(type), random_(seed_of(type.name, instance, seed)) {
    const double slow = instance % 6 == 2 ? 0.94 : 1;
    factor_ = slow * std::exp(0.012 * random_.normal());
    for (int i = 0; i < 400; ++i) {
      latency_.record(static_cast<std::uint64_t>(1e5 * std::exp(0.3 * random_.normal())));
    }
  }

  void add_host(std::uint32_t instance) {
    Host& host = result_.host;
    host.identity = {"SYNTHETIC, not a measurement", type_.name, "", "1.0",
                     fmt::format("i-synthetic-{:016x}", seed_of(type_.name, instance, 0))};
    const std::string zones[] = {"use1-az1", "use1-az2", "use1-az4"};
    Ec2Instance& ec2 = host.ec2.emplace();
    ec2.instance_id = host.identity.board_asset_tag;
    ec2.instance_type = type_.name;
    ec2.availability_zone_id = zones[instance % std::size(zones)];
    ec2.region = "us-east-1";
    host.kernel = {"6.1.0-synthetic", "Debian GNU/Linux 12 (bookworm)", ""};
    host.cpu = {"Synthetic CPU", type_.architecture, 1, type_.vcpus, type_.vcpus, "0x1", "", {}};
    host.memory = {type_.memory_bytes, type_.memory_bytes, "madvise", 2 * mib, 0};
    host.io_uring = {IoUringState::available, ""};
    add_device("nvme0n1", DeviceClass::ebs, 200ULL << 30);
    for (std::uint32_t i = 0; i < type_.disks; ++i) {
      add_device(fmt::format("nvme{}n1", i + 1), DeviceClass::instance_store,
                 type_.disk_bytes_each);
    }
    for (std::uint32_t i = 0; i < type_.gpus; ++i) add_gpu(i);
  }

  void add_cases() {
    add_storage_target("ebs", DeviceClass::ebs, {"nvme0n1"}, ebs());
    std::vector<std::string> disks;
    for (std::uint32_t i = 0; i < type_.disks; ++i) disks.push_back(fmt::format("nvme{}n1", i + 1));
    if (!disks.empty()) {
      add_storage_target(disks.size() > 1 ? "instance-store-all" : "instance-store",
                         DeviceClass::instance_store, disks, store());
    }
    add_target("host-memory", TargetKind::host_memory, DeviceClass::other, {});
    const double threads = type_.vcpus;
    for (const char* kernel : {"read", "write", "copy", "triad"}) {
      add_memory(kernel, 1, 11 * gb);
      add_memory(kernel, 0, std::min(320.0, 4.6 * threads) * gb);
    }
    add_memory("latency", 1, 104);
    for (std::uint32_t i = 0; i < type_.gpus; ++i) add_gpu_cases(i);
  }

  Result finish(std::uint32_t instance) {
    result_.provenance = {
        "0.1.0",
        "0000000synthetic",
        "none",
        "",
        "synthetic fleet",
        fmt::format("2026-01-{:02}T{:02}:00:00Z", 1 + instance % 28, instance / 28 % 24),
        fmt::format("2026-01-{:02}T{:02}:01:30Z", 1 + instance % 28, instance / 28 % 24),
        0};
    result_.plan.suite = "quick";
    result_.plan.primary = {{"storage/instance-store*/random-read/4k/qd128", "iops"},
                            {"storage/instance-store*/random-write/4k/qd128", "iops"},
                            {"storage/instance-store*/random-read/4k/qd1", "latency/p99"},
                            {"storage/ebs*/random-read/4k/qd128", "iops"},
                            {"storage/ebs*/write-fdatasync/4k/qd1", "latency/p99"},
                            {"memory/host-memory/triad/all-threads", "bandwidth"},
                            {"memory/host-memory/latency/1-thread", "latency/load"}};
    result_.plan.suite_sha256 = std::string(64, '5');
    result_.comparability = {1,
                             0,
                             result_.plan.suite_sha256,
                             "sequential-fill",
                             "incompressible",
                             "gp3, 16000 IOPS, 1000 MiB/s",
                             true};
    result_.noise = {0.1, 0.2, 0.1, 0.3, 0.4, 3400};
    classify_limits(result_, {type_.ebs.max_iops, type_.ebs.max_bytes_per_s});
    return std::move(result_);
  }

 private:
  void add_device(const std::string& name, DeviceClass device_class, std::uint64_t bytes) {
    BlockDevice device;
    device.name = name;
    device.path = "/dev/" + name;
    device.model = "SYNTHETIC";
    device.serial = "SYNTHETIC-" + name;
    device.transport = "nvme";
    device.device_class = device_class;
    device.size_bytes = bytes;
    device.logical_block_bytes = 512;
    result_.host.block_devices.push_back(device);
  }

  const GpuModel& gpu_model() const {
    const auto* const found =
        std::find_if(std::begin(gpu_models), std::end(gpu_models),
                     [&](const GpuModel& model) { return type_.gpu == model.name; });
    return found == std::end(gpu_models) ? gpu_models[0] : *found;
  }

  void add_gpu(std::uint32_t index) {
    Gpu gpu;
    gpu.index = index;
    gpu.name = fmt::format("SYNTHETIC {}", gpu_model().name);
    gpu.memory_bytes = type_.gpu_memory_bytes_each;
    gpu.memory_clock_hz = gpu_model().clock_hz;
    gpu.memory_bus_bits = gpu_model().bus_bits;
    result_.host.gpu.devices.push_back(gpu);
  }

  Can store() {
    double planted = 1.02;
    if (type_.name == "i7ie.large") planted = 0.85;
    if (type_.name == "m6id.large") planted = 1.25;
    const double read = type_.read_iops.value_or(100000) * planted * factor_;
    const double write = type_.write_iops.value_or(50000) * planted * factor_;
    return {read, write, read * 9000, 95e3, 35e3};
  }

  /// The volume or the instance, whichever is less.
  Can ebs() const {
    const double iops = std::min(16000.0, type_.ebs.max_iops.value_or(16000));
    const double rate = std::min(1000.0 * mib, type_.ebs.max_bytes_per_s.value_or(1e9));
    return {iops * 0.999, iops * 0.999, rate * 0.998, 480e3 / factor_, 620e3 / factor_};
  }

  void add_target(const std::string& id, TargetKind kind, DeviceClass device_class,
                  const std::vector<std::string>& devices) {
    Target target;
    target.id = id;
    target.label = id;
    target.kind = kind;
    target.device_class = device_class;
    target.chosen = true;
    target.reason = "synthetic";
    target.contents = "written by this run";
    if (devices.size() == 1) target.device = devices.front();
    if (devices.size() > 1) target.members = devices;
    result_.plan.targets.push_back(target);
  }

  void add_storage_target(const std::string& id, DeviceClass device_class,
                          const std::vector<std::string>& devices, const Can& can) {
    add_target(id, devices.size() > 1 ? TargetKind::target_set : TargetKind::block_device,
               device_class, devices);
    const auto count = static_cast<std::uint32_t>(devices.size());
    for (const Operation operation : {Operation::read, Operation::write}) {
      const bool reads = operation == Operation::read;
      for (const std::uint32_t depth : {1U, 4U, 16U, 32U, 64U, 128U}) {
        const double ns = reads ? can.read_ns : can.write_ns;
        const double most = reads ? can.read_iops : can.write_iops;
        const double queue = depth * count;
        const double iops = most * (1 - std::exp(-queue / ns * 1e9 / most));
        add_storage(id, {operation, Pattern::random, 4096, depth}, count, iops);
      }
      for (const std::uint32_t kib : {128U, 1024U}) {
        add_storage(id, {operation, Pattern::sequential, kib << 10, 32}, count,
                    can.bytes_per_s * (reads ? 1 : 0.6) / (kib << 10));
      }
    }
    StorageParameters commit = {Operation::write, Pattern::random, 4096, 1};
    commit.durability = Durability::fdatasync;
    add_storage(id, commit, count, 1e9 / (can.write_ns * 1.7));
  }

  double noisy(double value, double deviation = 0.004) {
    return value * (1 + deviation * random_.normal());
  }

  void add_storage(const std::string& target, const StorageParameters& io, std::uint32_t devices,
                   double iops) {
    Case item;
    item.target = target;
    item.storage = io;
    item.workload = fmt::format("{}-{}", io.pattern == Pattern::random ? "random" : "sequential",
                                io.operation == Operation::read ? "read" : "write");
    if (io.durability == Durability::fdatasync) item.workload = "write-fdatasync";
    item.warm_up_s = 0.3;
    item.duration_s = 3;
    item.id =
        fmt::format("storage/{}/{}/{}/{}{}", target, item.workload, short_size(io.block_size_bytes),
                    devices > 1 ? "total-qd" : "qd", io.queue_depth * devices);
    CaseResult measured = started(item.id, 3.3);
    const double rate = noisy(iops);
    const double mean_ns = io.queue_depth * devices / rate * 1e9;
    const Spread spread = spread_of({noisy(rate), noisy(rate), rate});
    const Direction more = Direction::higher_is_better;
    const Direction less = Direction::lower_is_better;
    measured.metrics = {{"iops", rate, "1/s", more, spread},
                        {"bandwidth", rate * io.block_size_bytes, "B/s", more, {}},
                        {"latency/mean", mean_ns, "ns", less, {}},
                        {"latency/p50", mean_ns * 0.96, "ns", less, {}},
                        {"latency/p90", mean_ns * 1.2, "ns", less, {}},
                        {"latency/p99", noisy(mean_ns * 1.9, 0.03), "ns", less, {}},
                        {"latency/p99.9", noisy(mean_ns * 3.5, 0.08), "ns", less, {}},
                        {"latency/max", noisy(mean_ns * 9, 0.2), "ns", less, {}},
                        {"cpu/per-io", 3000, "ns", less, {}},
                        {"syscalls/per-io", 0.3, "1", less, {}}};
    measured.histograms = {{"read", latency_.sparse()}};
    for (int second = 0; second < 3; ++second) {
      const auto ops = static_cast<std::uint64_t>(rate);
      measured.ticks.push_back(
          {static_cast<double>(second), 1, ops, ops * io.block_size_bytes, latency_.sparse(2)});
    }
    measured.window_end_s = 3;
    measured.method = {{"engine", "io_uring"}};
    finish_case(item, measured);
  }

  void add_memory(const char* kernel, std::uint32_t threads, double value) {
    Case item;
    const bool latency = std::string_view(kernel) == "latency";
    item.id =
        fmt::format("memory/host-memory/{}/{}", kernel, threads == 0 ? "all-threads" : "1-thread");
    item.workload = kernel;
    item.target = "host-memory";
    item.duration_s = 1.5;
    item.memory = MemoryParameters{kernel, threads};
    add_bandwidth(item, latency ? "latency/load" : "bandwidth", latency ? "ns" : "B/s",
                  latency ? value / factor_ : value * factor_,
                  latency ? Direction::lower_is_better : Direction::higher_is_better);
  }

  void add_gpu_cases(std::uint32_t index) {
    const std::string target = fmt::format("gpu{}", index);
    add_target(target, TargetKind::gpu, DeviceClass::other, {});
    const double peak = 2.0 * static_cast<double>(gpu_model().clock_hz * gpu_model().bus_bits) / 8;
    for (const char* kernel : {"read", "write", "copy", "triad"}) {
      Case item;
      item.id = fmt::format("gpu/{}/{}", target, kernel);
      item.workload = kernel;
      item.target = target;
      item.duration_s = 1;
      item.gpu = GpuParameters{kernel, 1ULL << 30};
      add_bandwidth(item, "bandwidth", "B/s", peak * 0.91 * factor_, Direction::higher_is_better);
    }
  }

  void add_bandwidth(const Case& item, const char* name, const char* unit, double value,
                     Direction direction) {
    CaseResult measured = started(item.id, item.duration_s);
    std::vector<double> samples;
    for (int i = 0; i < 9; ++i) samples.push_back(noisy(value));
    const Spread spread = spread_of(samples);
    measured.metrics = {{name, spread.median, unit, direction, spread}};
    measured.samples = {{name, unit, samples}};
    finish_case(item, measured);
  }

  CaseResult started(const std::string& id, double elapsed_s) {
    CaseResult measured;
    measured.id = id;
    measured.start_s = clock_s_;
    measured.elapsed_s = elapsed_s;
    clock_s_ += elapsed_s;
    return measured;
  }

  void finish_case(const Case& item, const CaseResult& measured) {
    result_.plan.cases.push_back(item);
    result_.cases.push_back(measured);
  }

  const InstanceType& type_;
  RandomNumbers random_;
  double factor_ = 1;  // of this instance
  double clock_s_ = 0;
  LatencyHistogram latency_;
  Result result_;
};

}  // namespace

const std::vector<std::string>& synthetic_types() {
  static const std::vector<std::string> types = {
      "i4i.large",    "i4i.xlarge",  "i4i.2xlarge",  "i4i.4xlarge",  "i4i.8xlarge", "i4i.16xlarge",
      "i7ie.large",   "i7ie.xlarge", "i7ie.2xlarge", "i7ie.3xlarge", "m6id.large",  "m6id.xlarge",
      "m6id.4xlarge", "m7i.large",   "m7i.4xlarge",  "g5.xlarge",    "g5.4xlarge",  "p4d.24xlarge"};
  return types;
}

Result synthetic_instance(const InstanceType& type, std::uint32_t instance, std::uint64_t seed) {
  Builder builder(type, instance, seed);
  builder.add_host(instance);
  builder.add_cases();
  return builder.finish(instance);
}

}  // namespace assay
