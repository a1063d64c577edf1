#include <fmt/format.h>
#include <signal.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <memory>
#include <optional>

#include "runners/cli/commands.hpp"
#include "runners/collect/bucket.hpp"
#include "runners/collect/coverage.hpp"
#include "runners/collect/sync.hpp"
#include "runners/upload/destination.hpp"
#include "runners/upload/role_credentials.hpp"
#include "runners/upload/s3.hpp"
#include "runners/usage_error.hpp"

namespace assay {

namespace {

constexpr int exit_not_all_done = 1;
constexpr std::string_view s3_scheme = "s3://";

struct CollectArguments {
  std::string source;
  std::string matrix;
  std::string directory;  // -o
  std::string region;
};

/// --region, else AWS_REGION, else the matrix's, else this instance's.
std::string chosen_region(const CollectArguments& arguments, const std::optional<Matrix>& matrix,
                          const ImdsOptions& imds) {
  if (!arguments.region.empty()) return arguments.region;
  const bool in_environment =
      std::getenv("AWS_REGION") != nullptr || std::getenv("AWS_DEFAULT_REGION") != nullptr;
  if (!in_environment && matrix && !matrix->region.empty()) return matrix->region;
  return find_region(imds);
}

/// fleet-NAME as launch.py calls it, of the matrix's name or the last part of what was given.
std::string chosen_directory(const CollectArguments& arguments, const std::optional<Matrix>& matrix,
                             const Destination& source) {
  if (!arguments.directory.empty()) return arguments.directory;
  if (matrix && !matrix->name.empty()) return "fleet-" + matrix->name;
  const std::string& prefix = source.key_prefix;
  const std::string last = prefix.substr(prefix.rfind('/') + 1);
  return "fleet-" + (last.empty() ? source.bucket : last);
}

/// Brings what is in the bucket into the directory; false where something of it is not here now.
bool bring_from_bucket(const CollectArguments& arguments, const std::optional<Matrix>& matrix,
                       const Destination& source, const std::string& directory) {
  signal(SIGPIPE, SIG_IGN);  // a server that hangs up is told in words
  const ImdsOptions imds = imds_options_from_environment();
  Bucket bucket(
      {source.bucket, chosen_region(arguments, matrix, imds), s3_endpoint_from_environment(), imds},
      RetryRules());
  const auto say = [](const std::string& line) {
    std::fputs(fmt::format("{}\n", line).c_str(), stderr);
  };
  const SyncReport report =
      sync_results(bucket, {source.bucket, source.key_prefix, directory}, say);
  if (report.listed == 0 && report.problems.empty()) {
    say(fmt::format("assay: nothing of a run lies below {}: is this where the runs upload to?",
                    arguments.source));
  } else {
    say(fmt::format("{} of {} objects fetched, {} were here already", report.fetched, report.listed,
                    report.same));
  }
  for (const std::string& note : report.notes) say(note);
  for (const std::string& problem : report.problems) say("assay: " + problem);
  return report.problems.empty();
}

/// A matrix that assay-matrix has left in the directory counts where none is given.
std::optional<Matrix> chosen_matrix(const CollectArguments& arguments) {
  if (!arguments.matrix.empty()) return read_matrix(arguments.matrix);
  const std::string left = arguments.source + "/matrix.json";
  if (arguments.source.rfind(s3_scheme, 0) == 0 || !std::filesystem::exists(left)) return {};
  return read_matrix(left);
}

int collect(const CollectArguments& arguments) {
  const bool in_bucket = arguments.source.rfind(s3_scheme, 0) == 0;
  if (!in_bucket && !std::filesystem::is_directory(arguments.source)) {
    throw UsageError(fmt::format("{}: no such directory; give s3://bucket/prefix or a directory",
                                 arguments.source));
  }
  if (!in_bucket && (!arguments.directory.empty() || !arguments.region.empty())) {
    throw UsageError("-o and --region are for s3://bucket/prefix; a directory stays where it is");
  }
  const std::optional<Matrix> matrix = chosen_matrix(arguments);
  std::string directory = arguments.source;
  bool all_here = true;
  if (in_bucket) {
    const Destination source = parse_destination(arguments.source);
    directory = chosen_directory(arguments, matrix, source);
    all_here = bring_from_bucket(arguments, matrix, source, directory);
  }
  std::vector<FoundRun> found;
  if (std::filesystem::is_directory(directory)) found = find_runs(directory, std::time(nullptr));
  if (found.empty() && !matrix) {
    throw std::runtime_error(
        fmt::format("{}: nothing of a run is there (result.json, "
                    "result-partial.json, journal.ndjson or assay.log)",
                    arguments.source));
  }
  const Coverage coverage = matrix ? cover(*matrix, found) : cover(found);
  std::fputs(coverage_text(coverage, matrix, directory).c_str(), stdout);
  return all_here && coverage.open.empty() ? 0 : exit_not_all_done;
}

}  // namespace

Action add_collect_command(CLI::App& app) {
  const auto arguments = std::make_shared<CollectArguments>();
  CLI::App* command = app.add_subcommand(
      "collect",
      "Bring the Results of a fleet here, verify them, and say what is done, partial, failed and "
      "missing");
  command
      ->add_option("source", arguments->source,
                   "s3://bucket/prefix, of which only what is new or changed is fetched, or a "
                   "directory")
      ->required();
  command->add_option("--matrix", arguments->matrix,
                      "what was planned: the matrix file of launch.py, or the matrix.json that "
                      "assay-matrix leaves in its --out directory and that is found there");
  command->add_option("-o,--out", arguments->directory,
                      "directory for what is fetched; default: fleet-NAME of the matrix or prefix");
  command->add_option("--region", arguments->region,
                      "of the bucket; default: AWS_REGION, the matrix's, this instance's");
  command->footer(
      "Credentials: AWS_ACCESS_KEY_ID and its like, else the role of this instance; "
      "AWS_ENDPOINT_URL_S3 names another server. Exit codes: 0 all are done and verified; 1 "
      "something is partial, failed, missing, not verified or could not be fetched; 2 usage.");
  return [arguments] { return collect(*arguments); };
}

}  // namespace assay
