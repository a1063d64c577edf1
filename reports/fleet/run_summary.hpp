#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reports/model/result.hpp"

namespace assay {

/// The maximum of an instance's EBS bandwidth lasts this long, once in 24 hours.
constexpr double burst_s = 30 * 60;
/// Less than this after it says nothing of what lasts.
constexpr double lasting_s_min = 60;

/// Rates of a case's ticks that began burst_s or more after it did.
struct LastingRates {
  double ios_per_s = 0;
  double bytes_per_s = 0;
};

/// What is kept of one case: its metrics, and what they mean; no histogram, sample or tick.
struct CaseSummary {
  std::string id;
  std::string workload;
  std::string target;  // Target::id
  TargetKind target_kind = TargetKind::file_system;
  DeviceClass device_class = DeviceClass::other;
  std::uint32_t devices = 1;         // measured at once: of a set, beneath a stripe
  std::uint32_t untold_devices = 0;  // of these, not of the volumes in the note: TargetDisks
  CaseStatus status = CaseStatus::ok;
  std::string reason;
  std::optional<LimitKind> limit;
  std::optional<StorageParameters> storage;
  std::optional<MemoryParameters> memory;
  std::optional<GpuParameters> gpu;
  double elapsed_s = 0;
  std::optional<LastingRates> lasting;  // of EBS, where it was measured for lasting_s_min of them
  std::vector<std::string> flags;
  std::vector<Metric> metrics;
  /// Of a metric's samples, where there are at least two: their standard deviation.
  std::vector<std::pair<std::string, double>> sample_deviations;
};

/// What is kept of one Result when thousands are read. A fleet is a list of these.
struct RunSummary {
  std::string file;               // that it was read from
  std::string instance_type;      // "i4i.4xlarge"; off EC2 the product name of the firmware
  std::string instance_id;        // "i-0123...", empty when not known
  std::string machine;            // tells one machine from another: see machine_of, unknown_machine
  std::string availability_zone;  // empty when not known
  std::string region;             // empty when not known
  std::string started_utc;
  std::string suite;
  std::string assay_version;
  std::string schema_version;
  std::string measured_by = "assay";  // or the tool that the Result was imported from
  std::string partial;                // why the run ended before its Plan did
  bool synthetic = false;  // made up by a generator, not measured: its sys_vendor says SYNTHETIC
  Comparability comparability;
  std::vector<PrimaryMetric> primary;  // that the suite declared
  std::string ami;
  std::string kernel;
  std::string distribution;
  std::string microcode;
  std::string cpu_model;
  std::uint32_t cpus = 0;
  std::uint64_t memory_bytes = 0;
  std::string gpu;  // model of the first
  std::uint32_t gpus = 0;
  std::string measured_on;  // storage: "EBS: file of 8.00 GiB; instance store: device, 64.0 GiB"
  std::string cufile_path;  // PipelineOutcome::path of its cuFile cases that ended ok: "p2pdma"
  double gpu_peak_bytes_per_s = 0;   // of one GPU: 2 x memory clock x bus width / 8; 0: not known
  std::uint32_t instance_disks = 0;  // instance-store disks that the Host has, no stripe of them
  std::uint32_t ebs_volumes = 0;     // told_volumes, and how large they are together
  std::uint64_t ebs_bytes = 0;
  std::vector<std::string> flags;  // of the whole run: "burst", "not comparable", ...
  std::vector<CaseSummary> cases;
};

/// The instance id where there is one, also a redacted one. Off EC2 a digest of CPU, memory and the
/// serial numbers of the disks: machines without any that are built alike count as one.
std::string machine_of(const Host& host);

/// RunSummary::machine of imports, which do not say what machine they come from: one for all of an
/// instance type, so that no more instances are claimed than are sure to be there.
constexpr std::string_view unknown_machine_start = "unknown machine of type ";
std::string unknown_machine(const std::string& instance_type);

/// What of a Result a fleet needs. Cases that were not reached are left out.
RunSummary summarize(const Result& result, const std::string& file = {});

/// One number of one case of one run, as it stands in .csv and .ndjson: what the run and the case
/// say applies to it.
struct SummaryRow {
  const RunSummary& run;
  const CaseSummary& item;
  const Metric& metric;
};

/// Every metric of every case that ended ok, in the order of the run. The rows refer to `run`.
std::vector<SummaryRow> rows_of(const RunSummary& run);

}  // namespace assay
