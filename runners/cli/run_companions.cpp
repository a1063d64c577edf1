#include "runners/cli/run_companions.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "runners/identity/instance_identity.hpp"
#include "runners/run/signals.hpp"
#include "runners/watch/journal_upload.hpp"
#include "runners/watch/spot_watch.hpp"

namespace assay {

namespace {

constexpr std::chrono::seconds spot_period{5};
constexpr std::chrono::seconds journal_period{2};

void note(const std::string& words) {
  std::fputs(fmt::format("assay: {}\n", words).c_str(), stderr);
}

}  // namespace

std::optional<UploadSetting> wanted_upload(const std::string& text, const Host& host) {
  if (text.empty()) return std::nullopt;
  const std::string id = host.ec2 ? host.ec2->instance_id : std::string();
  return upload_setting(parse_destination(text), upload_folder(id));
}

RunCompanions::RunCompanions(const Host& host, const std::optional<UploadSetting>& upload,
                             const RunFiles& files) {
  const ImdsOptions imds = imds_options_from_environment();
  if (!imds.disabled && (is_ec2(host.identity) || imds.endpoint_given)) {
    const auto watch = std::make_shared<SpotWatch>(imds, &request_stop, &note);
    spot_ = std::make_unique<PeriodicThread>(spot_period, [watch] { watch->ask(); });
  }
  if (upload) {
    const auto journal = std::make_shared<JournalUpload>(*upload, files.journal, &note);
    journal_ = std::make_unique<PeriodicThread>(journal_period, [journal] { journal->step(); });
  }
}

int upload_at_end(int code, const std::optional<UploadSetting>& upload, const RunFiles& files) {
  if (!upload) return code;
  RetryRules rules;
  constexpr int interrupted = 4;
  if (code == interrupted) rules.total = std::chrono::seconds(10);  // the machine goes away
  const std::vector<std::string> failures = upload_run(*upload, {files.directory, ""}, rules);
  for (const std::string& failure : failures) note(failure);
  if (failures.empty()) {
    note(fmt::format("uploaded to {} ({})", upload->destination.text, upload->folder));
    return code;
  }
  note(fmt::format("all of it is in {}: assay upload {} {}", files.directory, files.directory,
                   upload->destination.text));
  return code == 0 ? 1 : code;
}

}  // namespace assay
