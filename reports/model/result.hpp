#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "reports/model/histogram.hpp"
#include "reports/model/host.hpp"
#include "reports/model/metric.hpp"
#include "reports/model/plan.hpp"

namespace assay {

enum class CaseStatus { ok, skipped, failed };

/// One second (by default) of a case: what completed in it. Times since the case's measured start.
struct Tick {
  double start_s = 0;
  double length_s = 0;
  std::uint64_t ops = 0;
  std::uint64_t bytes = 0;
  SparseHistogram latency;  // coarse: 2 sub-bucket bits
};

/// Latencies of one kind of I/O in a case: "read", "write", "commit" (a write made durable),
/// "fdatasync" (of commits, alone), "issued" (of an open loop, from the real issue), or of one
/// target of a set: "member/ID".
struct NamedHistogram {
  std::string name;
  SparseHistogram latency;
};

/// I/Os that failed, by errno name ("EIO"), or "short" for fewer bytes than asked for.
struct ErrorCount {
  std::string error;
  std::uint64_t count = 0;
};

/// What else the machine did while a case ran. Percent of all CPUs' time; -1 where unreadable.
struct Noise {
  double steal_percent = -1;
  double iowait_percent = -1;
  double softirq_percent = -1;      // network and block completions, of any process
  double foreign_cpu_percent = -1;  // CPU time of other processes
  double load_1m = -1;
  double cpu_mhz = -1;  // mean over CPUs at the end of the case
};

/// What a case's rate was bound by. `queue_depth`: a deeper queue gives more; `offered_rate`: an
/// open loop asked for no more; `cpu`: of the process that issues the I/Os.
enum class LimitKind {
  volume,
  instance,
  device,
  host_rate_limiter,
  cpu,
  queue_depth,
  offered_rate,
  unknown
};

struct Limit {
  LimitKind kind = LimitKind::unknown;
  std::string evidence;  // in words, with the numbers; of unknown: what is missing
};

/// What a GPU did while a case ran, as NVML says every 100 ms. A field that the GPU does not report
/// is empty.
struct GpuState {
  std::uint32_t gpu = 0;  // CUDA index
  std::string unread;     // why NVML could not be asked, empty otherwise
  std::uint64_t readings = 0;
  std::optional<double> sm_clock_mhz_min;
  std::optional<double> sm_clock_mhz_max;
  std::optional<double> memory_clock_mhz_min;
  std::optional<double> memory_clock_mhz_max;
  std::optional<double> power_w_max;
  std::optional<double> power_limit_w;
  std::optional<double> temperature_c_max;
  std::vector<std::string> throttle_reasons;     // that were there in any reading, but idleness
  std::optional<std::uint32_t> pcie_generation;  // the highest of the readings: idle links go down
  std::optional<std::uint32_t> pcie_generation_max;
  std::optional<std::uint32_t> pcie_width;
  std::optional<std::uint32_t> pcie_width_max;
  std::optional<bool> ecc;
  std::optional<std::uint64_t> ecc_corrected;  // errors counted during the case
  std::optional<std::uint64_t> ecc_uncorrected;
  std::optional<bool> mig;
  std::string virtualization;  // none, pass-through, vGPU, ...; empty when unknown
};

using NamedText = std::pair<std::string, std::string>;

struct CaseResult {
  std::string id;  // Case::id
  CaseStatus status = CaseStatus::ok;
  std::string reason;  // why skipped or failed; empty when ok
  double start_s = 0;  // since the run's start
  double elapsed_s = 0;
  std::uint32_t round = 0;    // of a part of a case, from 1; 0 for the whole case
  double window_start_s = 0;  // of the ticks that count, since the measured start
  double window_end_s = 0;
  std::vector<Metric> metrics;
  std::vector<Sample> samples;
  std::vector<NamedHistogram> histograms;
  std::vector<Tick> ticks;
  std::vector<ErrorCount> errors;
  std::vector<NamedText> method;   // what took effect: engine, flags, kernel chosen, page size
  std::vector<std::string> flags;  // warnings a reader must see beside the value
  Noise noise;
  std::optional<Limit> limit;  // of storage cases that ended ok, once all cases have run
  std::optional<std::vector<GpuState>> gpu_states;  // of GPU cases: of each GPU that took part
};

/// How the run was made, for disclosure and reproduction. Times are UTC, ISO 8601.
struct Provenance {
  std::string assay_version;
  std::string git_commit;
  std::string compiler;
  std::string compiler_flags;
  std::string command_line;
  std::string started_utc;
  std::string finished_utc;
  std::uint32_t resumed = 0;  // how often an interrupted run was taken up again
};

/// `note`: good to know; `warning`: numbers are, or may be, not what the machine can do.
enum class Severity { note, warning };

/// What the state doctor found before numbers were taken.
struct Finding {
  std::string check;   // scheduler, max-sectors, zeros, ...
  std::string target;  // device or target it is about; empty for the whole machine
  Severity severity = Severity::note;
  std::string what;
  std::string effect;   // on the numbers
  std::string command;  // that mends it; empty when there is none
};

/// What was written to a target before its cases ran.
struct Preparation {
  std::string target;
  std::string what;  // sequential fill, incompressible data
  std::uint64_t bytes = 0;
  double elapsed_s = 0;
  std::string finished_utc;
};

/// Fields that must agree before two Results may be compared.
struct Comparability {
  std::uint32_t schema_major = 1;
  std::uint32_t assay_major = 0;
  std::string suite_sha256;
  std::string preconditioning;  // none, sequential-fill
  std::string data_kind;        // incompressible
  std::string volume_note;      // volume type and provisioning as told by the launcher, or empty
  bool comparable = true;       // false when contents were assumed
};

/// What lets a reader see that a Result is as it was written: the SHA-256 of its canonical content
/// (reports/trust/seal.hpp) and, where it was signed, the Ed25519 key and signature in base64.
struct Integrity {
  std::string sha256;
  std::optional<std::string> public_key;
  std::optional<std::string> signature;
};

/// Where the numbers come from when another tool measured them: "fio", "nvbandwidth",
/// "google-benchmark"; its version as it says it, and the SHA-256 of the file that was read.
struct Import {
  std::string tool;
  std::string version;
  std::string file_sha256;
};

/// What was taken out of a Result so that it can be handed on: kinds of identity, in words.
struct Redaction {
  std::vector<std::string> removed;
};

/// One run on one instance. `partial` says why a run ended before its Plan did, empty otherwise.
struct Result {
  std::string schema = "assay-result";
  std::string schema_version = "1.0.0";
  std::string partial;
  Provenance provenance;
  Host host;
  Plan plan;
  std::vector<NamedText> method;
  std::vector<Finding> findings;
  std::vector<Preparation> preparations;
  Comparability comparability;
  Noise noise;
  std::vector<CaseResult> cases;
  std::optional<Import> import;        // absent when assay measured
  std::optional<Redaction> redaction;  // absent when nothing was taken out
  std::optional<Integrity> integrity;  // absent in journals and in Results of older versions
};

/// The result of a case, or nullptr.
const CaseResult* find_case_result(const Result& result, const std::string& id);

}  // namespace assay
