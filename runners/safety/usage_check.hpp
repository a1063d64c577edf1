#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace assay::safety {

/// The device numbers of a disk and of each of its partitions, and their folders in /sys.
struct DiskNodes {
  std::vector<dev_t> numbers;
  std::vector<std::string> folders;
};

/// From /sys/dev/block. Throws std::runtime_error in words when that is not readable.
DiskNodes nodes_of_disk(dev_t disk);

/// Why the disk is in use now, in words; empty when nothing uses it. Throws std::runtime_error in
/// words when it cannot be found out.
std::string use_of(const DiskNodes& nodes);

}  // namespace assay::safety
