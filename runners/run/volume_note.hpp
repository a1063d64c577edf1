#pragma once

#include <string>
#include <vector>

#include "reports/model/result.hpp"

namespace assay {

/// What the launcher knows of a volume and the instance cannot see.
struct VolumeNote {
  std::string device;  // sdf
  std::string type;    // gp3, io2, ...
  std::string iops;    // digits, or empty
  std::string mbps;    // MiB/s, digits, or empty
};

/// From "DEVICE TYPE [iops=N] [mbps=N]", mbps in MiB/s as EC2 counts. Throws UsageError in words.
VolumeNote parse_volume_note(const std::string& text);

/// The notes as a Result carries them (Comparability::volume_note): "gp3, 16000 IOPS, 1000 MiB/s"
/// where all volumes are alike, else "sdf gp3, 3000 IOPS; sdg io2, 64000 IOPS".
std::string volume_note_text(const std::vector<std::string>& notes);

/// Throws UsageError unless it is KEY=VALUE.
void check_run_tag(const std::string& text);

/// "tag KEY" and VALUE, for the Result's method.
std::vector<NamedText> run_tags(const std::vector<std::string>& tags);

}  // namespace assay
