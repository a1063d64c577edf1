#include "reports/fleet/run_summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "reports/case_text.hpp"
#include "reports/model/units.hpp"
#include "reports/pipeline_caps.hpp"
#include "reports/sha256.hpp"
#include "reports/target_text.hpp"

namespace assay {

namespace {

std::optional<double> deviation_of(const std::vector<double>& values) {
  if (values.size() < 2) return std::nullopt;
  const auto n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / (n - 1));
}

/// Empty where the case had no 30 minutes at a stretch before: between its parts, credits come
/// back.
std::optional<LastingRates> lasting_rates(const CaseResult& measured) {
  if (is_in_parts(measured)) return std::nullopt;
  double seconds = 0;
  double ios = 0;
  double bytes = 0;
  for (const Tick& tick : measured.ticks) {
    if (tick.start_s < std::max(burst_s, measured.window_start_s)) continue;
    seconds += tick.length_s;
    ios += static_cast<double>(tick.ops);
    bytes += static_cast<double>(tick.bytes);
  }
  if (seconds < lasting_s_min) return std::nullopt;
  return LastingRates{ios / seconds, bytes / seconds};
}

CaseSummary summary_of(const Case& item, const Target* target, const CaseResult& measured,
                       const Result& result) {
  CaseSummary one;
  one.id = measured.id;
  one.workload = item.workload;
  one.target = item.target;
  if (target != nullptr) {
    one.target_kind = target->kind;
    one.device_class = target->device_class;
    const TargetDisks disks = disks_of(result, *target);
    one.devices = disks.count;
    one.untold_devices = disks.untold;
    if (item.storage && target->device_class == DeviceClass::ebs) {
      one.lasting = lasting_rates(measured);
    }
  }
  one.status = measured.status;
  one.reason = measured.reason;
  if (measured.limit) one.limit = measured.limit->kind;
  one.storage = item.storage;
  one.memory = item.memory;
  one.gpu = item.gpu;
  one.elapsed_s = measured.elapsed_s;
  one.flags = measured.flags;
  one.metrics = measured.metrics;
  for (const Sample& sample : measured.samples) {
    if (const auto found = deviation_of(sample.values)) {
      one.sample_deviations.emplace_back(sample.metric, *found);
    }
  }
  return one;
}

/// What the metadata service says goes before what firmware says. The zone's id is the same place
/// in every account, its name is not.
void add_place(RunSummary& run, const Ec2Instance& instance) {
  if (!instance.instance_type.empty()) run.instance_type = instance.instance_type;
  if (!instance.instance_id.empty()) run.instance_id = instance.instance_id;
  run.availability_zone = instance.availability_zone_id.empty() ? instance.availability_zone
                                                                : instance.availability_zone_id;
  run.region = instance.region;
}

void add_host(RunSummary& run, const Host& host) {
  const Identity& identity = host.identity;
  run.instance_type = identity.product_name;
  const std::string& tag = identity.board_asset_tag;
  if (tag.starts_with("i-") || tag.starts_with("redacted-")) run.instance_id = tag;
  if (host.ec2) add_place(run, *host.ec2);
  if (host.ec2) run.ami = host.ec2->ami_id;
  run.machine = machine_of(host);
  run.kernel = host.kernel.release;
  run.distribution = host.kernel.distribution;
  run.microcode = host.cpu.microcode;
  run.synthetic = identity.sys_vendor.find("SYNTHETIC") != std::string::npos;
  run.cpu_model = host.cpu.model;
  run.cpus = host.cpu.threads;
  run.memory_bytes = host.memory.total_bytes;
  run.gpus = static_cast<std::uint32_t>(host.gpu.devices.size());
  if (!host.gpu.devices.empty()) {
    const Gpu& first = host.gpu.devices.front();
    constexpr double transfers_a_clock = 2;
    constexpr double bits_a_byte = 8;
    run.gpu = first.name;
    run.gpu_peak_bytes_per_s = transfers_a_clock * static_cast<double>(first.memory_clock_hz) *
                               static_cast<double>(first.memory_bus_bits) / bits_a_byte;
  }
  for (const BlockDevice& device : host.block_devices) {
    const bool is_disk = device.lower_devices.empty();
    run.instance_disks += is_disk && device.device_class == DeviceClass::instance_store ? 1 : 0;
  }
}

void add_volumes(RunSummary& run, const Result& result) {
  const std::set<std::string> volumes = told_volumes(result);
  for (const BlockDevice& device : result.host.block_devices) {
    if (volumes.count(device.name) == 0) continue;
    ++run.ebs_volumes;
    run.ebs_bytes += device.size_bytes;
  }
}

/// What storage was measured on, each kind once: the same cases on a small file and on a large disk
/// are not the same.
std::string measured_on_of(const Result& result) {
  std::set<std::string> kinds;
  for (const Target& target : result.plan.targets) {
    if (!target.chosen || !target.members.empty() || target.span_bytes == 0) continue;
    kinds.insert(fmt::format("{}: {} {}", device_class_text(target.device_class),
                             target.kind == TargetKind::block_device ? "device," : "file of",
                             format_bytes(static_cast<double>(target.span_bytes))));
  }
  return fmt::format("{}", fmt::join(kinds, "; "));
}

/// Each of the ways that cuFile went in the run once.
std::string cufile_path_of(const Result& result) {
  std::set<std::string> paths;
  for (const CaseResult& measured : result.cases) {
    const Case* item = find_case(result.plan, measured.id);
    if (item == nullptr || !item->pipeline || measured.status != CaseStatus::ok) continue;
    if (is_cufile(*item->pipeline)) paths.insert(pipeline_path(*item, measured));
  }
  return fmt::format("{}", fmt::join(paths, ", "));
}

}  // namespace

std::string machine_of(const Host& host) {
  const std::string& tag = host.identity.board_asset_tag;
  if (tag.starts_with("i-") || tag.starts_with("redacted-")) return tag;
  if (host.ec2 && !host.ec2->instance_id.empty()) return host.ec2->instance_id;
  std::string text = fmt::format("{} {} {} {}", tag, host.identity.product_name, host.cpu.model,
                                 host.memory.total_bytes);
  for (const BlockDevice& device : host.block_devices) text += " " + device.serial;
  return "machine-" + sha256_hex(text).substr(0, 12);
}

std::string unknown_machine(const std::string& instance_type) {
  return std::string(unknown_machine_start) + instance_type;
}

RunSummary summarize(const Result& result, const std::string& file) {
  RunSummary run;
  run.file = file;
  add_host(run, result.host);
  add_volumes(run, result);
  run.measured_on = measured_on_of(result);
  run.cufile_path = cufile_path_of(result);
  run.started_utc = result.provenance.started_utc;
  run.suite = result.plan.suite;
  run.assay_version = result.provenance.assay_version;
  run.schema_version = result.schema_version;
  if (result.import) {
    run.measured_by = result.import->tool;
    run.machine = unknown_machine(run.instance_type);
  }
  run.partial = result.partial;
  run.comparability = result.comparability;
  run.primary = result.plan.primary.value_or(std::vector<PrimaryMetric>{});
  if (!result.partial.empty()) run.flags.emplace_back("partial");
  if (!result.comparability.comparable) run.flags.emplace_back("not comparable");
  for (const CaseResult& measured : result.cases) {
    const Case* item = find_case(result.plan, measured.id);
    if (item == nullptr) continue;
    run.cases.push_back(
        summary_of(*item, find_target(result.plan, item->target), measured, result));
  }
  return run;
}

std::vector<SummaryRow> rows_of(const RunSummary& run) {
  std::vector<SummaryRow> rows;
  for (const CaseSummary& item : run.cases) {
    if (item.status != CaseStatus::ok) continue;
    for (const Metric& metric : item.metrics) rows.push_back({run, item, metric});
  }
  return rows;
}

}  // namespace assay
