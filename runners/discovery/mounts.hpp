#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runners/discovery/discovery.hpp"

namespace assay {

/// One line of /proc/self/mountinfo, octal escapes decoded, bytes otherwise as they are.
struct Mount {
  std::uint64_t id = 0;
  std::string number;  // major:minor of the device; 0:N when the file system has none of its own
  std::string mount_point;
  std::string type;
  std::string source;   // /dev/nvme1n1p1, or whatever the file system calls itself
  std::string options;  // of the mount, then those of the file system that it does not repeat
};

/// Lines of mountinfo in the format of proc(5); malformed lines are left out.
std::vector<Mount> parse_mountinfo(std::string_view text);

/// Device names of /proc/swaps, as written there; swap files are not devices and are left out.
std::vector<std::string> parse_swaps(std::string_view text);

/// "\040" and the like as the kernel writes blanks, tabs, newlines and backslashes.
std::string decode_octal(std::string_view text);

/// The mounts this process sees.
std::vector<Mount> read_mounts(const SystemRoot& root);

/// And those that any other process sees, as far as they can be read: in a chroot or a mount
/// namespace of its own, a process does not see that the system's root disk is mounted, and a disk
/// that a container has mounted is not mounted anywhere else.
std::vector<Mount> read_all_mounts(const SystemRoot& root);

}  // namespace assay
