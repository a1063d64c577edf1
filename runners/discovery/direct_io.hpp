#pragma once

#include <string>

#include "runners/discovery/path_facts.hpp"

namespace assay {

struct DirectIoAnswer {
  DirectIo state = DirectIo::unknown;
  std::string error;  // empty when it works
};

/// Writes and reads back one aligned 4 KiB block with O_DIRECT, in a file that never has a name
/// (O_TMPFILE), or where the file system cannot do that, one whose name is removed at once.
DirectIoAnswer try_direct_io_in_directory(const std::string& directory);

/// Reads the first 4 KiB with O_DIRECT. The open is read-only. A file or device that is shorter
/// gives what it has, which counts as working.
DirectIoAnswer try_direct_read(const std::string& path);

}  // namespace assay
