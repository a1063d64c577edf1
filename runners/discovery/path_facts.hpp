#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "runners/discovery/discovery.hpp"
#include "runners/discovery/signatures.hpp"

namespace assay {

/// `unreachable`: a directory on the way may not be entered, or the like.
enum class PathKind {
  directory,
  regular_file,
  block_device,
  character_device,
  other,
  missing,
  unreachable
};

/// Whether O_DIRECT was proven: `works` after an aligned 4 KiB transfer, `refused` when the file
/// system or device said no, `unknown` when it could not be tried.
enum class DirectIo { works, refused, unknown };

/// What must be known before a device is written to, beside what is in Host.
struct WritingFacts {
  SignatureProbe signatures;
  std::string exclusive_error;  // why it could not be opened exclusively, empty when it could
};

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
      device;        // whole disk or dm or md device (BlockDevice::name), empty when there is none
  std::string node;  // of a block device: the kernel's name, also a partition's
  std::uint64_t size_bytes = 0;       // of the file or block device
  std::uint64_t available_bytes = 0;  // of the file system, to this user
  std::uint64_t file_system = 0;      // its device number, of btrfs that of the subvolume
  DirectIo direct_io = DirectIo::unknown;
  std::string direct_io_error;          // why it is not `works`
  std::string error;                    // what could not be inspected, empty when all could
  std::optional<WritingFacts> writing;  // of a block device that may be written to
};

/// Inspects without leaving a trace. Directory: O_DIRECT is tried on a nameless file. Regular file
/// and block device: by reading the first 4 KiB through a read-only open; neither is ever written,
/// and nothing but a directory is opened for writing. tmpfs accepts O_DIRECT on new kernels: look
/// at the type. The NVMe character node /dev/ngXnY stands for the block device /dev/nvmeXnY.
PathFacts inspect_path(const std::string& path);

/// Looks for signatures, and opens the device exclusively for a moment, read-only: the kernel
/// refuses that while anything (a mount in any namespace, swap, md, LVM, ZFS) holds the disk or a
/// partition of it. It is asked for a second before that counts.
WritingFacts inspect_for_writing(const std::string& path);

/// nvme1n1 when the character device with this number is its NVMe generic node ng1n1; else empty.
std::string block_name_of_generic(const SystemRoot& root, unsigned major_number,
                                  unsigned minor_number);

/// The whole disk (or dm, md device) with this device number or with a partition of it, through
/// /sys/dev/block; empty when there is none.
std::string disk_of_number(const SystemRoot& root, unsigned major_number, unsigned minor_number);

}  // namespace assay
