#pragma once

#include <memory>
#include <optional>

#include "reports/model/host.hpp"
#include "runners/run/run_session.hpp"
#include "runners/upload/upload_run.hpp"
#include "runners/watch/periodic_thread.hpp"

namespace assay {

/// Where --upload says that a run goes, with a folder of this instance's own. Empty text: nowhere.
/// Throws UsageError in words.
std::optional<UploadSetting> wanted_upload(const std::string& text, const Host& host);

/// What goes on beside a run, on threads that sleep nearly always: on EC2 the spot notice is
/// polled, which asks for a stop; with a destination, the journal is uploaded as it grows.
class RunCompanions {
 public:
  RunCompanions(const Host& host, const std::optional<UploadSetting>& upload,
                const RunFiles& files);

 private:
  std::unique_ptr<PeriodicThread> spot_;
  std::unique_ptr<PeriodicThread> journal_;
};

/// Uploads what a run left, a stopped one in a hurry, and says so on stderr. Returns the exit code:
/// `code`, or 1 instead of 0 when something did not arrive.
int upload_at_end(int code, const std::optional<UploadSetting>& upload, const RunFiles& files);

}  // namespace assay
