#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <system_error>
#include <utility>

#include "reports/case_key.hpp"
#include "reports/import/fio_latency.hpp"
#include "reports/import/fio_options.hpp"
#include "reports/import/fio_workload.hpp"
#include "reports/import/foreign_json.hpp"
#include "reports/import/import.hpp"
#include "reports/import/new_result.hpp"
#include "reports/model/names.hpp"

namespace assay {

namespace {

constexpr int fio_major_min = 3;

/// "3.33" of "fio-3.33"; throws for versions whose numbers are in other units.
std::string version_of(const ForeignNode& document) {
  std::string version = document.member("fio version").text();
  if (version.starts_with("fio-")) version.erase(0, 4);
  const auto major = parse_number(version.substr(0, version.find('.')));
  if (!major || *major < fio_major_min) {
    document.member("fio version")
        .fail(fmt::format("'{}': before fio 3 latencies were in microseconds and named otherwise; "
                          "measure again with fio 3 or later",
                          version.substr(0, 40)));
  }
  return version;
}

/// One entry of "jobs" with what is needed to read it.
struct FioJob {
  ForeignNode node;
  FioOptions options;
  std::size_t beside = 0;  // other entries that ran at the same time: of its group
};

/// Owns the Result while the jobs of a file are added to it.
class FioReader {
 public:
  FioReader(ForeignNode document, std::string_view file, const ImportOptions& options)
      : document_(std::move(document)),
        options_(options),
        result_(new_import("fio", version_of(document_), file, options)) {}

  Result read() {
    const std::vector<ForeignNode> jobs = jobs_of();
    std::map<std::uint64_t, std::size_t> entries;
    for (const ForeignNode& job : jobs) ++entries[group_of(job)];
    for (const ForeignNode& job : jobs) {
      add({job, FioOptions(document_, job), entries[group_of(job)] - 1});
    }
    add_times(jobs);
    add_method();
    finish_import(result_, definition_, primary_);
    return std::move(result_);
  }

 private:
  std::vector<ForeignNode> jobs_of() const {
    if (!document_.find("jobs") && document_.find("client_stats")) {
      document_.member("client_stats")
          .fail(
              "fio's client and server mode mixes machines; import what each of them writes alone");
    }
    std::vector<ForeignNode> jobs = document_.member("jobs").items();
    if (jobs.empty()) document_.member("jobs").fail("empty: fio ended before any job did");
    return jobs;
  }

  static std::uint64_t group_of(const ForeignNode& job) {
    const auto group = job.find("groupid");
    return group ? group->whole() : 0;
  }

  /// The target of a job's files, which it shares with other jobs on them.
  Target& target_of(const FioOptions& options) {
    const std::string path =
        options.get("filename").value_or(options.get("directory").value_or(""));
    const bool device = path.starts_with("/dev/");
    for (Target& target : result_.plan.targets) {
      if (target.path == path) return target;
    }
    Target target;
    target.id = std::string(name_of(options_.device_class)) + (device ? "" : "-file");
    const auto taken = std::count_if(
        result_.plan.targets.begin(), result_.plan.targets.end(), [&](const Target& one) {
          return one.id == target.id || one.id.starts_with(target.id + "-");
        });
    // "other-file" begins with "other" and is no other "other".
    const auto files = device ? count_files() : 0;
    if (taken - files > 0) target.id += fmt::format("-{}", taken - files + 1);
    target.path = path;
    target.label = path.empty() ? "files that fio named itself" : path;
    target.kind = device ? TargetKind::block_device : TargetKind::regular_file;
    target.device_class = options_.device_class;
    target.chosen = true;
    target.reason = "fio measured it";
    target.contents = "not told by fio";
    return result_.plan.targets.emplace_back(std::move(target));
  }

  std::ptrdiff_t count_files() const {
    return std::count_if(result_.plan.targets.begin(), result_.plan.targets.end(),
                         [](const Target& one) { return one.kind == TargetKind::regular_file; });
  }

  void add(const FioJob& job) {
    definition_ += job.options.definition() + "\n";
    Target& target = target_of(job.options);
    if (const auto size = job.options.get("size")) {
      target.span_bytes = std::max(target.span_bytes, job.options.size(*size).value_or(0));
    }
    const std::uint32_t jobs = grouped_jobs(job);
    const FioWorkload workload = fio_workload(job.options, jobs);
    const std::string name = job.node.member("jobname").text();
    Case item;
    CaseResult measured;
    item.target = target.id;
    item.storage = workload.storage;
    measured.method = {{"fio job", name}};
    measured.method.insert(measured.method.end(), workload.method.begin(), workload.method.end());
    measured.flags = workload.flags;
    if (!workload.why_not.empty()) {
      item.workload = std::string(fio_workload_prefix) +
                      id_part(job.options.get("rw", "readwrite").value_or("job"));
      item.id = fmt::format("storage/{}/{}/{}", target.id, item.workload, id_part(name));
      measured.status = CaseStatus::skipped;
      measured.reason = workload.why_not;
    } else {
      item.workload = workload.workload;
      item.id = fmt::format("storage/{}/{}", target.id, workload.id);
      measure(job, workload.storage, jobs, measured);
      item.duration_s = measured.elapsed_s;
      const bool of_bytes = workload.storage.pattern == Pattern::sequential &&
                            workload.storage.durability == Durability::none;
      primary_.push_back({"storage/*/" + workload.id, of_bytes ? "bandwidth" : "iops"});
    }
    add_case(result_, ids_, std::move(item), std::move(measured));
  }

  /// The directions that a job has I/Os in, and what its metrics are named by.
  struct Part {
    ForeignNode node;
    std::string name;
  };

  static std::vector<Part> parts_of(const FioJob& job, const StorageParameters& io) {
    if (io.operation == Operation::mixed) {
      if (const auto both = job.node.find("mixed")) {  // unified_rw_reporting
        if (!job.node.find("read")) return {{*both, ""}};
      }
      return {{job.node.member("read"), "read"}, {job.node.member("write"), "write"}};
    }
    const std::string name(name_of(io.operation));
    if (const auto both = job.node.find("mixed"); both && !job.node.find(name)) {
      return {{*both, name}};
    }
    return {{job.node.member(name), name}};
  }

  /// Jobs that group_reporting added up into one entry: their time over the time of the longest.
  static std::uint32_t grouped_jobs(const FioJob& job) {
    const auto all_ms = job.node.find("job_runtime");
    if (!all_ms || !job.options.is_on("group_reporting")) return 1;
    double longest_ms = 0;
    for (const char* direction : {"read", "write", "trim", "mixed"}) {
      const auto part = job.node.find(direction);
      if (part) longest_ms = std::max(longest_ms, part->member("runtime").number());
    }
    const double jobs = longest_ms > 0 ? std::round(all_ms->number() / longest_ms) : 1;
    return static_cast<std::uint32_t>(std::clamp(jobs, 1.0, 1e6));
  }

  void measure(const FioJob& job, const StorageParameters& io, std::uint32_t jobs,
               CaseResult& measured) {
    const std::vector<Part> parts = parts_of(job, io);
    double ios = 0;
    double rate = 0;
    double bytes_per_s = 0;
    double bytes = 0;
    for (const Part& part : parts) {
      ios += static_cast<double>(part.node.member("total_ios").whole());
      rate += part.node.member("iops").number();
      bytes_per_s += part.node.member("bw_bytes").number();
      bytes += part.node.member("io_bytes").number();
      constexpr double ms = 1e-3;
      measured.elapsed_s = std::max(measured.elapsed_s, part.node.member("runtime").number() * ms);
    }
    add_failure(job, ios, measured);
    if (!(ios > 0)) return;
    const auto add = [&](const char* name, double value, const char* unit, Direction direction) {
      measured.metrics.push_back({name, value, unit, direction, std::nullopt});
    };
    add("iops", rate, "1/s", Direction::higher_is_better);
    add("bandwidth", bytes_per_s, "B/s", Direction::higher_is_better);
    add("ios", ios, "count", Direction::informative);
    if (io.arrival != Arrival::closed) {
      add("rate/intended", io.rate_per_s, "1/s", Direction::informative);
      add_saturation(rate, io.rate_per_s, ios, measured);
    }
    for (const Part& part : parts) {
      add_part(part, parts.size() > 1, io, measured);
      // fio adds up the windows' lowest and highest of the jobs of a group: of none of them.
      if (std::max(jobs, io.threads) == 1) add_windows(part, parts.size() > 1, measured);
    }
    if (io.durability == Durability::fdatasync) {
      if (const auto sync = job.node.find("sync")) {
        add_fio_latency(sync->member("lat_ns"), "fdatasync/", measured);
      }
    }
    add_doubts(job, io, jobs, bytes / ios, measured);
  }

  /// A cap that was not reached within 1 %, or within what chance does to so few arrivals: the
  /// words begin as those of an open loop do.
  static void add_saturation(double rate, double cap, double ios, CaseResult& measured) {
    const double shortfall_max = std::max(0.01, 3 / std::sqrt(ios));
    if (rate >= cap * (1 - shortfall_max)) return;
    measured.flags.push_back(fmt::format(
        "saturated: {:.0f} of the {:.0f} I/Os a second that the job allows", rate, cap));
  }

  /// Latency and distribution of one direction. A write that is followed by fdatasync is no commit
  /// yet, and a capped rate is measured from the issue: their names say so, as assay's do.
  void add_part(const Part& part, bool one_of_several, const StorageParameters& io,
                CaseResult& measured) {
    const FioLatency source = latency_source(part.node);
    sources_.insert(source);
    const ForeignNode latency =
        part.node.member(source == FioLatency::total ? "lat_ns" : "clat_ns");
    const bool syncs = io.durability == Durability::fdatasync;
    const bool issued = io.arrival != Arrival::closed;
    std::string prefix = one_of_several || syncs ? part.name + "/" : "";
    if (issued) prefix += "issued/";
    add_fio_latency(latency, prefix, measured);
    if (one_of_several) {
      measured.metrics.push_back({part.name + "/iops", part.node.member("iops").number(), "1/s",
                                  Direction::higher_is_better, std::nullopt});
    }
    measured.method.emplace_back(one_of_several ? part.name + " latency" : "latency",
                                 latency_words(source));
    std::string why;
    auto histogram = fio_histogram(latency, why);
    if (!why.empty()) measured.method.emplace_back("distribution", why);
    if (!histogram || syncs || (issued && one_of_several)) return;
    const std::string name = issued                               ? "issued"
                             : io.durability == Durability::dsync ? "commit"
                             : part.name.empty()                  ? "read and write"
                                                                  : part.name;
    measured.histograms.push_back({name, std::move(*histogram)});
  }

  /// What fio says of its windows (half a second each): no median, so no spread.
  static void add_windows(const Part& part, bool one_of_several, CaseResult& measured) {
    const auto samples = part.node.find("iops_samples");
    if (!samples || samples->whole() < 2) return;
    const std::string prefix = one_of_several ? part.name + "/" : "";
    for (const auto& [name, of] : {std::pair{"iops_min", "windows/iops-min"},
                                   {"iops_mean", "windows/iops-mean"},
                                   {"iops_max", "windows/iops-max"},
                                   {"iops_stddev", "windows/iops-deviation"}}) {
      const auto value = part.node.find(name);
      if (!value) continue;
      measured.metrics.push_back(
          {prefix + of, value->number(), "1/s", Direction::informative, std::nullopt});
    }
  }

  static void add_failure(const FioJob& job, double ios, CaseResult& measured) {
    const auto error = job.node.find("error");
    const std::uint64_t code = error ? error->whole() : 0;
    if (const auto total = job.node.find("total_err"); total && total->whole() > 0) {
      const auto first = job.node.find("first_err");
      measured.errors.push_back(
          {first ? fmt::format("errno {}", first->whole()) : "error", total->whole()});
      measured.reason = fmt::format("{} I/Os failed", total->whole());
    }
    if (code != 0) {
      constexpr std::uint64_t errno_max = 4095;
      const std::string words =
          code <= errno_max ? std::generic_category().message(static_cast<int>(code)) : "unknown";
      measured.reason = fmt::format("fio ended the job with error {} ({})", code, words);
    } else if (!(ios > 0) && measured.reason.empty()) {
      measured.reason = "no I/O completed in the direction that its rw names";
    }
    if (!measured.reason.empty()) measured.status = CaseStatus::failed;
  }

  /// What makes a reader doubt that the options say what was done.
  static void add_doubts(const FioJob& job, const StorageParameters& io, std::uint32_t jobs,
                         double bytes_each, CaseResult& measured) {
    constexpr double tolerance = 0.01;
    if (std::abs(bytes_each / io.block_size_bytes - 1) > tolerance) {
      measured.flags.push_back(
          fmt::format("an I/O was {:.0f} B on average, not {} B as its bs says", bytes_each,
                      io.block_size_bytes));
    }
    if (job.beside > 0) {
      measured.flags.push_back(
          fmt::format("{} other job{} of its group ran at the same time: this is its share",
                      job.beside, job.beside == 1 ? "" : "s"));
    }
    if (jobs <= io.threads) return;
    measured.flags.push_back(fmt::format(
        "fio added up {} jobs and numjobs says {}: others of the group are in it, and the "
        "queue depth is higher than told",
        jobs, io.threads));
  }

  /// fio says when it wrote the file and how many seconds it had been running.
  void add_times(const std::vector<ForeignNode>& jobs) {
    const auto written = document_.find("timestamp");
    if (!written) return;
    double elapsed = 0;
    for (const ForeignNode& job : jobs) {
      if (const auto seconds = job.find("elapsed")) elapsed = std::max(elapsed, seconds->number());
    }
    result_.provenance.finished_utc = utc_text(written->number());
    if (elapsed > 0) result_.provenance.started_utc = utc_text(written->number() - elapsed);
  }

  void add_method() {
    auto& method = result_.method;
    method.emplace_back("started", "fio's time stamp less the seconds it says to have run");
    for (const FioLatency source : sources_) {
      method.emplace_back("latency", latency_words(source));
      definition_ += latency_words(source) + "\n";
    }
    method.emplace_back("percentiles",
                        "those that fio printed, within 1/128; stated only where at least 10 I/Os "
                        "lie above them");
    const bool has_any = std::any_of(result_.cases.begin(), result_.cases.end(),
                                     [](const CaseResult& one) { return !one.histograms.empty(); });
    if (has_any) {
      method.emplace_back(
          "distributions",
          "fio's buckets of json+ as they are: 64 an octave, half as fine as assay's");
    }
    method.emplace_back("queue depth",
                        "iodepth, which fio means for each job, times the numjobs that "
                        "group_reporting adds up; 1 a job with an engine that waits for each I/O");
    method.emplace_back("data", "what fio wrote; what the blocks held before is not told");
  }

  const ForeignNode document_;
  const ImportOptions& options_;
  Result result_;
  UniqueIds ids_;
  std::string definition_;
  std::vector<PrimaryMetric> primary_;  // wherever the files of a job lay
  std::set<FioLatency> sources_;
};

}  // namespace

Result import_fio(std::string_view text, const ImportOptions& options) {
  const nlohmann::json json = parse_foreign(text);
  check_tool(json, "fio");
  return FioReader(ForeignNode(json, ""), text, options).read();
}

}  // namespace assay
