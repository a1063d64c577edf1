#pragma once

#include <string>
#include <vector>

#include "runners/upload/put_object.hpp"

namespace assay {

/// The files of a run's directory; an empty `log` is none.
struct UploadFiles {
  std::string directory;
  std::string log;
};

/// Uploads what is there of journal, result (partial ones under a name of their own), report and
/// log. What an earlier call, also one before a reboot, has brought there is not sent again: the
/// directory's file `uploaded` has a SHA-256 for each name. `rules.total` holds for all together.
/// Returns what could not be uploaded, in words, a line each; empty: everything is there.
std::vector<std::string> upload_run(const UploadSetting& setting, const UploadFiles& files,
                                    const RetryRules& rules);

/// Below a prefix each machine has a folder of its own: the instance's id (as far as firmware or
/// the metadata service knows it), else the host's name.
std::string upload_folder(const std::string& instance_id);

}  // namespace assay
