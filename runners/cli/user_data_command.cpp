#include <fmt/format.h>

#include <cstdio>
#include <ctime>
#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

#include "runners/cli/commands.hpp"
#include "runners/launch/user_data.hpp"
#include "runners/run/journal.hpp"
#include "runners/usage_error.hpp"

namespace assay {

namespace {

struct UserDataArguments {
  UserDataOptions options;
  std::string format = "cloud-config";
  std::string on_finish = "terminate";
  bool no_instance_store = false;
};

template <class Enum>
using Words = std::vector<std::pair<std::string, Enum>>;

/// Throws UsageError that lists the words.
template <class Enum>
Enum meant_by(const char* option, const std::string& text, const Words<Enum>& words) {
  std::string list;
  for (const auto& [word, value] : words) {
    if (text == word) return value;
    list += (list.empty() ? "" : ", ") + word;
  }
  throw UsageError(fmt::format("{} {}: give one of {}", option, text, list));
}

int print_user_data(UserDataArguments& arguments) {
  UserDataOptions& options = arguments.options;
  if (arguments.no_instance_store) options.instance_store = InstanceStore::leave_out;
  options.format = meant_by<UserDataFormat>("--format", arguments.format,
                                            {{"cloud-config", UserDataFormat::cloud_config},
                                             {"script", UserDataFormat::script},
                                             {"mime", UserDataFormat::mime}});
  options.on_finish = meant_by<OnFinish>(
      "--on-finish", arguments.on_finish,
      {{"terminate", OnFinish::terminate}, {"stop", OnFinish::stop}, {"keep", OnFinish::keep}});
  std::error_code error;
  if (std::filesystem::is_regular_file(options.upload, error)) {
    try {
      options.urls = read_file(options.upload);
    } catch (const std::runtime_error& failure) {
      throw UsageError(fmt::format("--upload: {}", failure.what()));
    }
    if (options.urls.empty()) throw UsageError(options.upload + ": the file of URLs is empty");
  }
  check_user_data_options(options, std::time(nullptr));
  const std::string too_short = too_short_words(options);
  if (!too_short.empty()) std::fputs(fmt::format("assay: note: {}\n", too_short).c_str(), stderr);
  std::fputs(render_user_data(options).c_str(), stdout);
  return 0;
}

void add_what_happens(CLI::App& command, UserDataArguments& arguments) {
  UserDataOptions& options = arguments.options;
  command
      .add_option("--suite", options.suite,
                  "quick, standard, sustained, engines, gpu, high-memory or hpc")
      ->capture_default_str();
  command.add_option("--need-class", options.need_class,
                     "general, storage, gpu, high-memory or hpc: an instance of another class, or "
                     "of gpu without one that can be measured, ends at once");
  command
      .add_option("--allow-write", options.allow_write,
                  "as for assay run: instance-store (every blank, unused one; then all targets are "
                  "measured), ebs:DEVICE or a serial number; repeatable")
      ->take_all();
  command.add_flag("--no-instance-store", arguments.no_instance_store,
                   "measure EBS only and leave instance store alone");
  command.add_option("--max-minutes", options.minutes_max,
                     "the instance powers itself off after this time, whatever happens; default: "
                     "by the suite (quick 15, standard 45, sustained 600, engines 20, others 45)");
  command
      .add_option("--on-finish", arguments.on_finish,
                  "terminate or stop (powers off; which of the two it is, "
                  "InstanceInitiatedShutdownBehavior says at launch), or keep")
      ->capture_default_str();
  command
      .add_option(
          "--tag", options.tags,
          "KEY=VALUE, recorded in the Result and shown in redacted reports, too; repeatable")
      ->take_all();
  command
      .add_option("--volume-note", options.volume_notes,
                  "'DEVICE TYPE iops=N mbps=N': what was bought, as for assay run; repeatable")
      ->take_all();
}

}  // namespace

Action add_user_data_command(CLI::App& app) {
  const auto arguments = std::make_shared<UserDataArguments>();
  CLI::App* command = app.add_subcommand(
      "user-data", "Print EC2 user-data that measures an instance, uploads and switches it off");
  UserDataOptions& options = arguments->options;
  command->add_option(
      "--bundle", options.bundle_url,
      "URL of the bundle (assay-VERSION-linux-x86_64.tar.gz, on Graviton -aarch64), may be "
      "presigned");
  command->add_option("--sha256", options.bundle_sha256, "the bundle's SHA-256");
  command->add_option("--upload", options.upload,
                      "s3://bucket/prefix (by the instance's role), https://host/prefix, or a file "
                      "of presigned URLs (see assay upload --help), which become part of the "
                      "user-data");
  add_what_happens(*command, *arguments);
  command
      ->add_option("--format", arguments->format,
                   "cloud-config, script (both are user-data as they stand), or mime, to be joined "
                   "with other parts")
      ->capture_default_str();
  return [arguments] { return print_user_data(*arguments); };
}

}  // namespace assay
