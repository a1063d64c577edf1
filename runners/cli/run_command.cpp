#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "reports/json/result_json.hpp"
#include "reports/model/units.hpp"
#include "reports/summary.hpp"
#include "reports/trust/signing_key.hpp"
#include "runners/cli/commands.hpp"
#include "runners/cli/run_companions.hpp"
#include "runners/discovery/discovery.hpp"
#include "runners/doctor/findings.hpp"
#include "runners/plan/hints.hpp"
#include "runners/plan/plan.hpp"
#include "runners/plan/write_rules.hpp"
#include "runners/run/journal.hpp"
#include "runners/run/run_plan.hpp"
#include "runners/run/run_session.hpp"
#include "runners/run/signals.hpp"
#include "runners/run/volume_note.hpp"
#include "runners/usage_error.hpp"
#include "runners/user_catalog.hpp"

namespace assay {

namespace {

struct RunArguments {
  RunOptions options;
  std::string duration;
  std::string size;
  std::string seed;
  std::string out;
  std::string resume;
  std::string upload;
  std::vector<std::string> tags;
  std::vector<std::string> volume_notes;
  std::string sign;
  bool redact = false;
  bool assume_written = false;
  bool account_id = false;
  bool dry_run = false;
  bool json = false;
};

void parse_values(RunArguments& arguments) {
  RunOptions& options = arguments.options;
  if (!arguments.duration.empty()) {
    options.duration_s = parse_duration_s(arguments.duration);
    if (!options.duration_s || *options.duration_s < 0.1 || *options.duration_s > 7 * 24 * 3600.0) {
      throw UsageError(
          fmt::format("--duration {}: give the time of each case, such as 10s or 2m; at "
                      "least 100ms, at most 7 days",
                      arguments.duration));
    }
  }
  if (!arguments.size.empty()) {
    options.size_bytes = parse_size(arguments.size);
    if (!options.size_bytes || *options.size_bytes < (16U << 20)) {
      throw UsageError(fmt::format("--size {}: give a size such as 512MiB or 4GiB, at least 16MiB",
                                   arguments.size));
    }
  }
  if (!arguments.seed.empty()) {
    try {
      std::size_t used = 0;
      options.seed = std::stoull(arguments.seed, &used);
      if (used != arguments.seed.size() || arguments.seed[0] == '-') throw std::out_of_range("");
      if (*options.seed >= (std::uint64_t{1} << 53)) throw std::out_of_range("");
    } catch (const std::exception&) {
      throw UsageError(
          fmt::format("--seed {}: give a whole number from 0 to 2^53 - 1", arguments.seed));
    }
  }
  if (arguments.assume_written) options.contents = Contents::assumed_written;
  if (arguments.account_id) options.account = AccountId::record;
}

/// The options of a run that its journal does not hold.
std::string given_anew(const RunArguments& arguments) {
  std::string text = arguments.redact ? " --redact" : "";
  if (!arguments.sign.empty()) text += " --sign " + arguments.sign;
  if (!arguments.upload.empty()) text += " --upload " + arguments.upload;
  return text;
}

/// Summary and file names go to stdout, or with --json to stderr, so that stdout is the Result
/// only.
void print_outcome(const RunArguments& arguments, const Result& result, const RunFiles& files) {
  std::FILE* stream = arguments.json ? stderr : stdout;
  std::string text = "\n";
  for (const std::string& line : summary_lines(result)) text += line + "\n";
  text += fmt::format("\nreport  {}\nresult  {}\n", files.report, files.result);
  if (!result.partial.empty()) {
    text +=
        fmt::format("go on   assay run --resume {}{}\n", files.directory, given_anew(arguments));
  }
  std::fputs(text.c_str(), stream);
  if (arguments.json) std::fputs((write_json(result) + "\n").c_str(), stdout);
}

/// Read before anything is measured: a wrong file must not be found out after hours.
std::optional<SigningKey> signing_key(const std::string& file) {
  if (file.empty()) return std::nullopt;
  try {
    return SigningKey::from_pem(read_file(file));
  } catch (const std::runtime_error& error) {
    throw UsageError(fmt::format("--sign {}: {}", file, error.what()));
  }
}

int dry_run(const RunArguments& arguments, const Result& planned, const Catalog& catalog) {
  std::string text = arguments.json ? write_json(planned.plan) + "\n" : describe_plan(planned.plan);
  for (const std::string& hint : plan_hints(planned, catalog)) {
    if (!arguments.json) text += "\n" + hint + "\n";
  }
  std::fputs(text.c_str(), stdout);
  return 0;
}

/// The exit code; or the end of the process right here, where taking CUDA down would wait for a GPU
/// that hangs. All files are written.
int ended(const RunEnd& end) {
  if (end.threads == Threads::left_behind) {
    std::fflush(nullptr);
    std::_Exit(end.exit_code);
  }
  return end.exit_code;
}

/// Runs with what goes on beside a run, prints, uploads. Returns the exit code.
int measure(const RunArguments& arguments, Result& result, const RunFiles& files,
            const std::optional<UploadSetting>& upload, const Handover& handover,
            const LoadedCatalog& advertised, const Journal& journal) {
  RunEnd end;
  {
    const RunCompanions companions(result.host, upload, files);
    end = execute_run(result, files, journal, handover, advertised);
  }
  print_outcome(arguments, result, files);
  end.exit_code = upload_at_end(end.exit_code, upload, files);
  return ended(end);
}

/// The same findings; what would spoil the numbers is told before they are taken.
std::vector<Finding> warned_of(std::vector<Finding> findings) {
  for (const Finding& finding : findings) {
    if (finding.severity != Severity::warning) continue;
    std::fputs(fmt::format("assay: warning: {}\n", finding_text(finding)).c_str(), stderr);
  }
  return findings;
}

int run(RunArguments& arguments, const std::vector<std::string>& command_line) {
  parse_values(arguments);
  const std::string volume_note = volume_note_text(arguments.volume_notes);
  const std::vector<NamedText> tags = run_tags(arguments.tags);
  const Handover handover{signing_key(arguments.sign),
                          arguments.redact ? Identities::removed : Identities::kept};
  const LoadedCatalog advertised = load_catalog();  // a damaged one is told before measuring
  if (!arguments.resume.empty()) {
    const RunFiles files = existing_run_files(arguments.resume);
    const Host here = discover({});
    Result result = resumed_run(files, here);
    const auto upload = wanted_upload(arguments.upload, result.host);
    install_stop_signals();
    add_new_findings(result.findings, warned_of(examine_plan(here, result.plan)));
    return measure(arguments, result, files, upload, handover, advertised,
                   Journal::resume(files.journal));
  }
  Result result = plan_run(arguments.options, command_line);
  result.comparability.volume_note = volume_note;
  result.method.insert(result.method.end(), tags.begin(), tags.end());
  const auto upload = wanted_upload(arguments.upload, result.host);
  if (arguments.dry_run) return dry_run(arguments, result, advertised.catalog);
  for (const Target& target : result.plan.targets) {
    for (const std::string& line : overwrite_lines(target)) {
      std::fputs(fmt::format("assay: {}\n", line).c_str(), stderr);
    }
    if (target.chosen || target.kind == TargetKind::gpu) continue;
    std::fputs(fmt::format("assay: {} {}\n", target.path, target.reason).c_str(), stderr);
  }
  for (const std::string& hint : plan_hints(result, advertised.catalog)) {
    std::fputs(fmt::format("assay: {}\n", hint).c_str(), stderr);
  }
  // Before anything is created: a stop from here on leaves a partial Result, not half a directory.
  install_stop_signals();
  const RunFiles files = create_run_files(arguments.out);
  result.provenance.started_utc = utc_now();
  result.findings = warned_of(examine_plan(result.host, result.plan));
  return measure(arguments, result, files, upload, handover, advertised,
                 Journal::begin(files.journal, result));
}

/// What a launcher says of the instance, and where the Result goes.
void add_launch_options(CLI::App& command, RunArguments& arguments) {
  command
      .add_option(
          "--tag", arguments.tags,
          "KEY=VALUE, recorded in the Result and shown in redacted reports, too; repeatable")
      ->take_all();
  command
      .add_option("--volume-note", arguments.volume_notes,
                  "'DEVICE TYPE iops=N mbps=N', such as 'sdf gp3 iops=16000 mbps=1000': what was "
                  "bought, which an instance cannot see (mbps in MiB/s); repeatable. Results are "
                  "compared only with their like")
      ->take_all();
  command.add_option(
      "--upload", arguments.upload,
      "upload journal (while the run goes on), result, report: to s3://bucket/prefix with the "
      "instance's role, to https://host/prefix, or to presigned URLs in a file (see assay upload "
      "--help); below a prefix in a folder named after the instance. The Result never replaces "
      "another one");
  command.add_flag("--account-id", arguments.account_id,
                   "on EC2, record the AWS account in the Result; left out otherwise");
}

}  // namespace

Action add_run_command(CLI::App& app, const std::vector<std::string>& command_line) {
  const auto arguments = std::make_shared<RunArguments>();
  CLI::App* command = app.add_subcommand("run", "Measure this machine and write a report");
  RunOptions& options = arguments->options;
  command->add_option(
      "--suite", options.suite,
      "quick, standard (20 min at most), sustained (hours), engines, gpu, "
      "high-memory, hpc, or a suite file FILE.toml; default: that of the host's class");
  command->add_option("--class", options.host_class,
                      "general, storage, gpu, high-memory or hpc, instead of what was found; "
                      "without --suite it decides suite and targets (general: quick; storage: "
                      "standard; the others: the suite of their name; all but general: --target "
                      "all)");
  command
      ->add_option("--target", options.targets,
                   "directory, block device, existing file, or class (instance-store, ebs, other, "
                   "all); "
                   "repeatable; default: the file system of the working directory")
      ->take_all();
  command
      ->add_option("--allow-write", options.allow_write,
                   "lets a --target that is a block device be overwritten: its serial number, EBS "
                   "volume id or /dev/disk/by-id link as `assay probe` shows them, ebs:NAME (also "
                   "as attached: ebs:sdf), "
                   "loop:FILE, or a class (instance-store, ebs); repeatable. Only a whole, blank, "
                   "unused disk is; never the root volume")
      ->take_all();
  command
      ->add_option("--force-destroy", options.force_destroy,
                   "serial number of a disk that --allow-write names and whose partition table or "
                   "file system may be lost; repeatable. Not for what is in use")
      ->take_all();
  command->add_option("--only", options.only, "run only cases whose id matches this glob");
  command->add_option("--duration", arguments->duration,
                      "measured time of each case, such as 10s, instead of the suite's");
  command->add_option(
      "--size", arguments->size,
      "size of the test file, such as 4GiB, at most 20 % of the free space (of several on one file "
      "system: together); of a device, or a file that is there, how much of its start");
  command->add_option("--seed", arguments->seed,
                      "seed of offsets and data; default: drawn, and recorded in the Result");
  command->add_option("--out", arguments->out,
                      "directory for journal, result.json and report.html; default: "
                      "assay-results/<UTC time>");
  add_launch_options(*command, *arguments);
  command->add_flag(
      "--assume-written", arguments->assume_written,
      "read devices and existing files though this run did not write them; the Result "
      "is labelled and not comparable");
  command->add_option("--sign", arguments->sign,
                      "private key of `assay keygen` that the Result is signed with");
  command->add_flag(
      "--redact", arguments->redact,
      "leave instance, account and volume ids, serial numbers, tags of the instance and host names "
      "out of result.json too; report.html never has them");
  command->add_flag("--dry-run", arguments->dry_run,
                    "print the Plan: every target chosen or refused and why, every case, the time");
  command->add_flag("--json", arguments->json, "print only the Result (or Plan) as JSON to stdout");
  CLI::Option* resume = command->add_option(
      "--resume", arguments->resume,
      "go on with the interrupted run in this --out directory, with the options "
      "that it was started with; --redact, --sign and --upload are to be given again");
  // Those options cannot change any more: one that would be ignored is refused.
  for (const char* name : {"--suite", "--class", "--target", "--only", "--duration", "--size",
                           "--seed", "--out", "--assume-written", "--account-id", "--tag",
                           "--volume-note", "--dry-run", "--allow-write", "--force-destroy"}) {
    resume->excludes(command->get_option(name));
  }
  return [arguments, command_line] { return run(*arguments, command_line); };
}

}  // namespace assay
