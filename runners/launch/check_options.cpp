#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <regex>

#include "runners/http/url.hpp"
#include "runners/launch/user_data.hpp"
#include "runners/plan/host_class.hpp"
#include "runners/plan/permissions.hpp"
#include "runners/run/volume_note.hpp"
#include "runners/upload/destination.hpp"
#include "runners/usage_error.hpp"

namespace assay {

namespace {

struct SuiteRow {
  const char* name;
  std::uint32_t minutes;      // of the whole life of the instance
  std::uint32_t run_minutes;  // what the run takes at most; as cloud-init/fleet/plan.py
};
constexpr std::array<SuiteRow, 7> suites{{{"quick", 15, 2},
                                          {"standard", 45, 20},
                                          {"sustained", 600, 480},
                                          {"engines", 20, 5},
                                          {"gpu", 45, 20},
                                          {"high-memory", 45, 20},
                                          {"hpc", 45, 20}}};
constexpr std::uint32_t minutes_least = 5;
constexpr std::uint32_t minutes_most = 2880;
/// Boot, download and the last upload, which are no part of the run.
constexpr std::uint32_t spare_minutes = 5;

const SuiteRow& suite_of(const UserDataOptions& options) {
  for (const SuiteRow& row : suites) {
    if (options.suite == row.name) return row;
  }
  throw UsageError(fmt::format(
      "--suite {}: give quick, standard, sustained, engines, gpu, high-memory or hpc; a suite file "
      "is not on the instance",
      options.suite));
}

void check_bundle(const UserDataOptions& options) {
  if (options.bundle_url.empty() || options.bundle_sha256.empty()) {
    throw UsageError(
        "give --bundle URL and --sha256 HEX: the instance downloads this program from there, and "
        "runs nothing else (the .sha256 file beside the bundle has it)");
  }
  parse_url(options.bundle_url);
  static const std::regex sha256("[0-9a-f]{64}");
  if (!std::regex_match(options.bundle_sha256, sha256)) {
    throw UsageError("--sha256: give the bundle's SHA-256, 64 digits 0-9a-f (sha256sum FILE)");
  }
}

void check_upload(const UserDataOptions& options, long now_s) {
  if (options.upload.empty()) {
    throw UsageError(
        "give --upload s3://bucket/prefix, https://host/prefix, or a file of presigned URLs: "
        "nothing would be left of the run once the instance is gone");
  }
  if (options.urls.empty()) {
    parse_destination(options.upload);
    return;
  }
  const Destination destination = parse_presigned(options.upload, options.urls);
  if (destination.presigned.count(UploadObject::log) == 0) {
    throw UsageError(
        fmt::format("{}: no line 'log URL': a run that fails could not say why", options.upload));
  }
  const long needed_s = now_s + 60L * (minutes_max_of(options) + spare_minutes);
  for (const auto& [object, url] : destination.presigned) {
    const auto end_s = presigned_end_s(url);
    if (end_s && *end_s < needed_s) {
      throw UsageError(fmt::format(
          "{}: the URL for {} expires in {} min; the run may take {} min and the boot {} more: "
          "presign it for longer, or give a smaller --max-minutes",
          options.upload, word_of(object), (*end_s - now_s) / 60, minutes_max_of(options),
          spare_minutes));
    }
  }
}

void check_writing(const UserDataOptions& options) {
  const bool instance_store = std::find(options.allow_write.begin(), options.allow_write.end(),
                                        "instance-store") != options.allow_write.end();
  if (options.allow_write.empty() && options.instance_store == InstanceStore::unsaid) {
    throw UsageError(
        "say what to do with blank instance store, which is not measured unless it may be "
        "overwritten: --allow-write instance-store, --no-instance-store, or --allow-write "
        "ebs:DEVICE for that volume alone");
  }
  if (instance_store && options.instance_store == InstanceStore::leave_out) {
    throw UsageError("--allow-write instance-store and --no-instance-store exclude each other");
  }
  static const std::regex name("[A-Za-z0-9/:._-]{1,100}");
  for (const std::string& value : options.allow_write) {
    if (!std::regex_match(value, name)) {
      throw UsageError(fmt::format(
          "--allow-write '{}': give instance-store, ebs:DEVICE or a serial number", value));
    }
    check_permission_words(value);  // there nobody sees that nothing is measured
  }
}

void check_words(const UserDataOptions& options) {
  if (!options.need_class.empty()) parse_host_class("--need-class", options.need_class);
  for (const std::string& tag : options.tags) check_run_tag(tag);
  for (const std::string& note : options.volume_notes) parse_volume_note(note);
  if (options.minutes_max != 0 &&
      (options.minutes_max < minutes_least || options.minutes_max > minutes_most)) {
    throw UsageError(fmt::format("--max-minutes: give {} to {}", minutes_least, minutes_most));
  }
}

}  // namespace

std::uint32_t minutes_max_of(const UserDataOptions& options) {
  return options.minutes_max != 0 ? options.minutes_max : suite_of(options).minutes;
}

std::string too_short_words(const UserDataOptions& options) {
  const std::uint32_t run_minutes = suite_of(options).run_minutes;
  if (minutes_max_of(options) >= run_minutes + spare_minutes) return {};
  return fmt::format(
      "suite {} takes up to {} min and boot, download and upload {} more; --max-minutes {} ends it "
      "before: what is finished then is uploaded as a partial Result",
      options.suite, run_minutes, spare_minutes, minutes_max_of(options));
}

void check_user_data_options(const UserDataOptions& options, long now_s) {
  suite_of(options);  // one that is not known is told also with --max-minutes
  check_words(options);
  check_bundle(options);
  check_writing(options);
  check_upload(options, now_s);
}

}  // namespace assay
