#include "runners/run/run_session.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <stdexcept>
#include <system_error>

#include "reports/catalog/catalog.hpp"
#include "reports/fleet/advertised.hpp"
#include "reports/html/page.hpp"
#include "reports/json/result_json.hpp"
#include "reports/trust/seal.hpp"
#include "runners/discovery/block_devices.hpp"
#include "runners/discovery/discovery.hpp"
#include "runners/discovery/path_facts.hpp"
#include "runners/plan/host_class.hpp"
#include "runners/plan/permissions.hpp"
#include "runners/plan/plan.hpp"
#include "runners/plan/preconditioning.hpp"
#include "runners/plan/targets.hpp"
#include "runners/run/journal.hpp"
#include "runners/run/progress.hpp"
#include "runners/run/provenance.hpp"
#include "runners/run/run_plan.hpp"
#include "runners/run/signals.hpp"
#include "runners/safety/device_guard.hpp"
#include "runners/usage_error.hpp"

namespace assay {

namespace fs = std::filesystem;

namespace {

RunFiles files_in(const std::string& directory) {
  return {directory, directory + "/journal.ndjson", directory + "/result.json",
          directory + "/report.html"};
}

std::string working_directory() {
  std::error_code error;
  const fs::path path = fs::current_path(error);
  if (!error) return path.string();
  throw UsageError(fmt::format("the working directory cannot be used ({}): change to another one",
                               error.message()));
}

std::uint64_t random_seed() {
  std::random_device device;
  // 53 bits, so that every reader of the JSON sees the same number.
  return ((std::uint64_t{device()} << 32) | device()) >> 11;
}

/// How long a case is measured, and in what order.
std::string window_text(const Suite& suite) {
  std::string text = "the stated duration after the warm-up; I/Os that complete in it count";
  const auto any = [&](auto&& holds) {
    return std::any_of(suite.rows.begin(), suite.rows.end(), holds);
  };
  if (any([](const SuiteRow& row) { return row.confidence.has_value(); })) {
    text += "; shorter where the 95 % interval of the median rate of the ticks is narrow enough";
  }
  if (any([](const SuiteRow& row) { return row.steady_state.has_value(); })) {
    text += "; of steady-state cases only the last five rounds (SNIA PTS 2.0.1)";
  }
  if (suite.rounds > 1) {
    text += fmt::format("; storage cases are measured in {} parts{}, which are added up",
                        suite.rounds, suite.random_order ? " in random order" : "");
  }
  return text;
}

std::vector<NamedText> method_of(const Suite& suite) {
  return {
      {"measured window", window_text(suite)},
      {"latency",
       "from before submission, in open loops from when it was due, to the completion being seen; "
       "every I/O is recorded in a "
       "log-linear histogram, relative error at most 1/128"},
      {"spread of storage metrics",
       "minimum and maximum over ticks, of one second or as the Result tells them: shorter in "
       "short "
       "cases and where a narrow interval of the median ends a case"},
      {"spread of memory and GPU metrics", "minimum and maximum over repetitions"},
      {"percentiles", "stated only where at least 10 I/Os lie above them"},
      {"data",
       "incompressible (random, from the seed), no 4 KiB block of a target written twice alike"},
      {"suite", fmt::format("{}: {}", suite.name, suite.description)},
  };
}

/// A damaged journal is the user's to replace, like any other file that cannot be read.
Result journaled_run(const RunFiles& files) {
  try {
    return read_journal(files.journal);
  } catch (const std::runtime_error& error) {
    throw UsageError(fmt::format("--resume {}: {}; start a new run with another --out",
                                 files.directory, error.what()));
  }
}

/// What the planner must know of a path, with what it takes to write to it where that is allowed.
PathFacts facts_of(const Host& host, const std::string& path, const RunOptions& options) {
  PathFacts facts = inspect_path(path);
  const BlockDevice* device = find_device(host.block_devices, facts.device);
  if (facts.kind == PathKind::block_device && device != nullptr &&
      !permission_for(host, *device, options.allow_write).empty()) {
    facts.writing = inspect_for_writing(facts.canonical);
  }
  return facts;
}

/// Equal for two paths that take their space from one file system. Each subvolume of btrfs has a
/// device number of its own.
std::string file_system_of(const PathFacts& facts) {
  const bool by_disk = facts.file_system_type == "btrfs" && !facts.device.empty();
  return by_disk ? "btrfs on " + facts.device : std::to_string(facts.file_system);
}

/// The facts of each request, in which those that share a file system are counted.
std::vector<PathFacts> facts_of_all(const Host& host, std::vector<TargetRequest>& requests,
                                    const RunOptions& options) {
  std::vector<PathFacts> all;
  std::map<std::string, std::set<std::string>> directories;  // by file system
  for (const TargetRequest& request : requests) {
    const PathFacts& facts = all.emplace_back(facts_of(host, request.path, options));
    if (facts.kind != PathKind::directory) continue;
    directories[file_system_of(facts)].insert(facts.canonical);
  }
  for (std::size_t i = 0; i < requests.size(); ++i) {
    if (all[i].kind != PathKind::directory) continue;
    requests[i].sharers = static_cast<std::uint32_t>(directories[file_system_of(all[i])].size());
  }
  return all;
}

bool is_repeated(const std::vector<Target>& targets, const Target& target) {
  return std::any_of(targets.begin(), targets.end(), [&](const Target& other) {
    return other.chosen && other.path == target.path;
  });
}

/// The class that the user gave, or the one found by the catalog and discovery.
ClassChoice class_of(const Host& host, const RunOptions& options) {
  if (options.host_class.empty()) return classify_host(host, embedded_catalog());
  return {parse_host_class("--class", options.host_class), "given by --class"};
}

}  // namespace

std::vector<Target> storage_targets(const Host& host, const RunOptions& options,
                                    const WantedSpans& wanted) {
  check_permissions(host, options);
  std::vector<Target> targets;
  std::vector<TargetRequest> requests = expand_targets(host, options.targets, working_directory());
  const std::vector<PathFacts> all_facts = facts_of_all(host, requests, options);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const TargetRequest& request = requests[i];
    const PathFacts& facts = all_facts[i];
    Target target = resolve_target(host, request, facts, wanted, options);
    if (request.named && is_repeated(targets, target)) {
      throw UsageError(fmt::format("--target {}: {} is a target already: name each target once",
                                   request.text, target.path));
    }
    if (request.named && !target.chosen) {
      throw UsageError(fmt::format("--target {}: {}", request.text, target.reason));
    }
    if (options.size_bytes && !target.chosen && options.targets.empty()) {
      throw UsageError(fmt::format("{} {}", target.path, target.reason));
    }
    targets.push_back(std::move(target));
  }
  refuse_idle_permissions(host, options, targets);
  return targets;
}

Result plan_run(RunOptions options, const std::vector<std::string>& command_line) {
  Result result;
  result.host = discover({});
  result.host.ec2 =
      identify_instance(result.host.identity, imds_options_from_environment(), options.account);
  const ClassChoice choice = class_of(result.host, options);
  if (options.suite.empty()) {
    const ClassDefaults defaults = defaults_of(choice.host_class);
    options.suite = defaults.suite;
    if (options.targets.empty() && !defaults.target.empty()) {
      options.targets.emplace_back(defaults.target);
    }
  }
  const Suite suite = apply_options(load_suite(options.suite), options);
  const std::uint64_t seed = options.seed.value_or(random_seed());
  result.plan =
      make_plan(result.host, suite, storage_targets(result.host, options, wanted_spans(suite)),
                options, seed);
  result.plan.host_class = choice.host_class;
  result.plan.class_reason = choice.reason;
  result.provenance = program_provenance();
  result.provenance.command_line = quoted_command_line(command_line);
  result.method = method_of(suite);
  result.comparability.suite_sha256 = result.plan.suite_sha256;
  result.comparability.preconditioning = preconditioning_text(result.plan);
  result.comparability.data_kind = "incompressible";
  result.comparability.comparable = options.contents == Contents::unknown;
  return result;
}

RunFiles create_run_files(const std::string& directory) {
  std::string name = directory;
  if (name.empty()) {
    name = fmt::format("assay-results/{:%Y%m%dT%H%M%SZ}", fmt::gmtime(std::time(nullptr)));
  }
  std::error_code error;
  RunFiles files = files_in(name);
  if (fs::exists(files.journal, error) || fs::exists(files.result, error) ||
      fs::exists(files.report, error)) {
    throw UsageError(
        fmt::format("--out {}: holds a run already; choose another directory, or go on "
                    "with it by --resume {}",
                    name, name));
  }
  fs::create_directories(name, error);
  if (error) {
    throw UsageError(fmt::format("--out {}: cannot be created ({}); choose another directory", name,
                                 error.message()));
  }
  if (access(name.c_str(), W_OK | X_OK) != 0) {
    throw UsageError(fmt::format("--out {}: cannot be written to ({}); choose another directory",
                                 name, std::generic_category().message(errno)));
  }
  return files;
}

RunFiles existing_run_files(const std::string& directory) {
  RunFiles files = files_in(directory);
  std::error_code error;
  if (!fs::exists(files.journal, error)) {
    throw UsageError(
        fmt::format("--resume {}: no journal.ndjson there; give the --out directory of "
                    "an interrupted run",
                    directory));
  }
  return files;
}

/// What would be lost now and was not to be lost when the run began. --force-destroy gives up what
/// the disk held then, of which the run may have overwritten a part, and nothing that was put there
/// later.
std::vector<std::string> later_losses(const Target& then, const Target& now) {
  if (!then.overwrite || !now.overwrite) return {};
  const std::vector<std::string>& given_up = then.overwrite->destroys;
  std::vector<std::string> later;
  for (const std::string& loss : now.overwrite->destroys) {
    if (std::find(given_up.begin(), given_up.end(), loss) == given_up.end()) later.push_back(loss);
  }
  return later;
}

/// A path may lead elsewhere by now: another file system mounted, devices numbered anew. The cases
/// that are left must be measured on what the first ones were measured on.
void refuse_changed_targets(const Result& result, const Host& here, const std::string& directory) {
  for (const Target& target : result.plan.targets) {
    if (!target.chosen || target.path.empty()) continue;
    RunOptions options;
    options.contents = Contents::assumed_written;  // asked for when the run began
    if (target.overwrite) options.allow_write = {target.overwrite->permission};
    if (target.overwrite && !target.overwrite->destroys.empty()) {
      options.force_destroy = {target.serial};
    }
    const Target now = resolve_target(here, {target.path, target.path, true, ""},
                                      facts_of(here, target.path, options),
                                      {target.span_bytes, target.span_bytes, 0}, options);
    const bool same = now.chosen && now.kind == target.kind && now.label == target.label &&
                      now.device == target.device && now.serial == target.serial &&
                      now.overwrite.has_value() == target.overwrite.has_value();
    const std::vector<std::string> later = later_losses(target, now);
    if (same && !later.empty()) {
      throw UsageError(
          fmt::format("--resume {}: {} holds {} now, which was not given up when the run began; if "
                      "all of that may be lost, start a new run with --force-destroy {}",
                      directory, target.path, fmt::join(later, ", "), target.serial));
    }
    if (same) continue;
    throw UsageError(
        fmt::format("--resume {}: {} was {} and is {} now ({}); results must not be "
                    "mixed, start a new run",
                    directory, target.path, target.label, now.label,
                    now.chosen ? "another device" : now.reason));
  }
}

Result resumed_run(const RunFiles& files, const Host& here) {
  Result result = journaled_run(files);
  std::error_code error;
  if (is_finished(result) && fs::exists(files.result, error)) {
    throw UsageError(fmt::format("--resume {}: that run is finished, nothing is left to measure",
                                 files.directory));
  }
  const auto identity = [](const Host& host) {
    return host.identity.product_name + host.identity.board_asset_tag + host.cpu.model +
           std::to_string(host.memory.total_bytes) + host.kernel.release;
  };
  if (identity(here) != identity(result.host)) {
    throw UsageError(
        fmt::format("--resume {}: that run was on another machine or kernel ({}, {}); "
                    "results must not be mixed, start a new run",
                    files.directory, result.host.cpu.model, result.host.kernel.release));
  }
  const Provenance now = program_provenance();
  if (now.assay_version != result.provenance.assay_version ||
      now.git_commit != result.provenance.git_commit) {
    throw UsageError(
        fmt::format("--resume {}: that run was made by assay {} ({}), this is {} ({}); "
                    "use the same program",
                    files.directory, result.provenance.assay_version, result.provenance.git_commit,
                    now.assay_version, now.git_commit));
  }
  refuse_changed_targets(result, here, files.directory);
  ++result.provenance.resumed;
  return result;
}

/// What this machine is called, with and without its domain.
std::vector<std::string> host_names() {
  utsname system{};
  if (uname(&system) != 0) return {};
  const std::string name = std::data(system.nodename);
  return {name, name.substr(0, name.find('.'))};
}

RunEnd execute_run(Result& result, const RunFiles& files, const Journal& journal,
                   const Handover& handover, const LoadedCatalog& advertised) {
  Progress progress(result.plan, stderr, style_for(stderr));
  const PlanEnd end = run_plan(
      result, journal, progress, stop_flag(), {system_admin_command(), system_device_guard()},
      instance_limits(find_type(advertised.catalog, instance_type_of(result.host))));
  if (const std::string reason = stop_reason(); !reason.empty() && !end.complete) {
    result.partial = fmt::format("stopped by {} after {} of {} cases", reason, result.cases.size(),
                                 result.plan.cases.size());
  }
  result.comparability.preconditioning = preconditioning_text(result.plan, &result.cases);
  result.provenance.finished_utc = utc_now();
  const std::vector<std::string> names = host_names();
  if (handover.identities == Identities::removed) redact(result, names);
  seal(result, handover.key);
  try {
    write_file_durably(files.result, write_json(result) + "\n");
    Result shown = result;
    const std::string text = redacted_copy(shown, names);
    write_file_durably(files.report, render_html(shown, text, advertised.view()));
  } catch (const std::exception& error) {
    throw std::runtime_error(
        fmt::format("{}; what was measured is in {}: make room, then assay run "
                    "--resume {}",
                    error.what(), files.journal, files.directory));
  }
  return {exit_code_of(result), end.threads};
}

}  // namespace assay
