#pragma once

#include <cstdint>
#include <string>

#include "runners/discovery/discovery.hpp"

namespace assay {

enum class PathKind { directory, regular_file, block_device, character_device, other, missing };

/// Whether O_DIRECT was proven: `works` after an aligned 4 KiB transfer, `refused` when the file
/// system or device said no, `unknown` when it could not be tried.
enum class DirectIo { works, refused, unknown };

/// What the planner must know about a path that the user named. Of this machine only.
struct PathFacts {
  std::string path;       // as given
  std::string canonical;  // absolute, without symlinks; as far as it exists
  PathKind kind = PathKind::missing;
  bool writable = false;         // to this process, on this mount
  std::string file_system_type;  // ext4, xfs, tmpfs, overlay, ...; that a device node lies on too
  std::string upper_type;        // of the directory an overlay writes to, where it can be seen
  std::string mount_point;       // empty in a chroot whose directory is not a mount point
  std::string
      device;  // whole disk or dm or md device (BlockDevice::name), empty when there is none
  std::uint64_t size_bytes = 0;       // of the file or block device
  std::uint64_t available_bytes = 0;  // of the file system, to this user
  DirectIo direct_io = DirectIo::unknown;
  std::string direct_io_error;  // why it is not `works`
  std::string error;            // what could not be inspected, empty when all could
};

/// Inspects without leaving a trace. Directory: O_DIRECT is tried on a nameless file. Regular file
/// and block device: by reading the first 4 KiB through a read-only open; neither is ever written,
/// and nothing but a directory is opened for writing. tmpfs accepts O_DIRECT on new kernels: look
/// at the type.
PathFacts inspect_path(const std::string& path);

/// The whole disk (or dm, md device) with this device number or with a partition of it, through
/// /sys/dev/block; empty when there is none.
std::string disk_of_number(const SystemRoot& root, unsigned major_number, unsigned minor_number);

}  // namespace assay
