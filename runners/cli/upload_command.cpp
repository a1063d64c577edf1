#include <fmt/format.h>
#include <signal.h>

#include <cstdio>
#include <filesystem>
#include <memory>

#include "runners/cli/commands.hpp"
#include "runners/discovery/discovery.hpp"
#include "runners/discovery/machine.hpp"
#include "runners/identity/instance_identity.hpp"
#include "runners/upload/upload_run.hpp"
#include "runners/usage_error.hpp"

namespace assay {

namespace {

struct UploadArguments {
  UploadFiles files;
  std::string destination;
};

int upload(const UploadArguments& arguments) {
  std::error_code error;
  if (!std::filesystem::is_directory(arguments.files.directory, error)) {
    throw UsageError(fmt::format("{}: no such directory; give the --out directory of a run",
                                 arguments.files.directory));
  }
  const auto has = [&](const char* name) {
    return std::filesystem::exists(arguments.files.directory + "/" + name, error);
  };
  if (!has("result.json") && !has("journal.ndjson") && arguments.files.log.empty()) {
    throw UsageError(
        fmt::format("{}: neither result.json nor journal.ndjson in it; give the --out "
                    "directory of a run",
                    arguments.files.directory));
  }
  const Destination destination = parse_destination(arguments.destination);
  signal(SIGPIPE, SIG_IGN);  // a server that hangs up is told in words
  const Identity firmware = discover_identity({});
  std::string id;
  // A file of URLs has no folder to choose.
  if (destination.presigned.empty()) {
    const Ec2Instance instance =
        identify_instance(firmware, imds_options_from_environment(), AccountId::leave_out);
    id = instance.instance_id;
  }
  const UploadSetting setting = upload_setting(destination, upload_folder(id));
  const auto failures = upload_run(setting, arguments.files, RetryRules());
  for (const std::string& failure : failures) {
    std::fputs(fmt::format("assay: {}\n", failure).c_str(), stderr);
  }
  if (!failures.empty()) return 1;
  std::fputs(fmt::format("uploaded to {} ({})\n", destination.text, setting.folder).c_str(),
             stdout);
  return 0;
}

}  // namespace

Action add_upload_command(CLI::App& app) {
  const auto arguments = std::make_shared<UploadArguments>();
  CLI::App* command = app.add_subcommand(
      "upload",
      "Upload what a run left in its --out directory; what is there already is not sent "
      "again");
  command->add_option("directory", arguments->files.directory, "--out directory of a run")
      ->required();
  command
      ->add_option("destination", arguments->destination,
                   "s3://bucket/prefix, https://host/prefix, or a file with a line 'NAME URL' "
                   "(presigned for PUT) for each of result, report, journal, log and, of a stopped "
                   "run, partial")
      ->required();
  command->add_option("--log", arguments->files.log, "a file to upload as the run's log");
  return [arguments] { return upload(*arguments); };
}

}  // namespace assay
