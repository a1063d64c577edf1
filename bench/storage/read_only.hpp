#pragma once

#include <string>

#include "bench/storage/file_handle.hpp"

namespace assay {

/// A device or file opened for reading with O_DIRECT. Throws std::runtime_error in words.
FileHandle open_to_read(const std::string& path);

}  // namespace assay
