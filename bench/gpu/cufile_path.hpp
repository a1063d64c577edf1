#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "bench/gpu/cufile_driver.hpp"

namespace assay {

/// What can be seen of the way that cuFile went: it tells nobody who does not ask (NVIDIA's
/// gds-nvidia-fs, issue 78).
struct CuFileEvidence {
  std::uint64_t calls = 0;             // that ended well between `before` and `after`
  std::optional<CuFileCounts> before;  // of cuFile itself; empty where it counts nothing
  std::optional<CuFileCounts> after;
  std::optional<bool> compat_allowed;  // as cuFile says
  CuFileMode mode;                     // as it was asked for
  std::string nvidia_fs;               // "2.24", or empty where that driver is not loaded
  std::optional<std::uint64_t> nvidia_fs_before;  // calls that nvidia-fs itself counted
  std::optional<std::uint64_t> nvidia_fs_after;
};

/// The way that the calls went, and what says so. `path` is "p2pdma", "nvidia-fs" or "compat" where
/// cuFile counted every call and all went that way; of a cuFile that counts nothing, "nvidia-fs"
/// where compatibility mode was not allowed and that driver counted as many calls. It is "mixed"
/// where cuFile counted several ways, and "unknown" in all other cases: what is allowed or loaded
/// is no proof of what ran.
struct CuFilePath {
  std::string path;
  std::string seen;
};
CuFilePath path_of(const CuFileEvidence& evidence);

/// What a reader must see beside a rate whose data did not, or not for sure, go directly between
/// drive and GPU; empty where all did.
std::string path_warning(const CuFilePath& path);

/// What nvidia-fs tells of itself in `folder` (/proc/driver/nvidia-fs): its version, empty where it
/// is not loaded; the reads or writes that ended well since it was loaded, empty where it does not
/// count.
std::string nvidia_fs_version(const std::string& folder);
std::optional<std::uint64_t> nvidia_fs_calls(const std::string& folder, Operation operation);

}  // namespace assay
