#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "bench/storage/file_handle.hpp"
#include "reports/model/plan.hpp"

namespace assay {

/// Looks at a device that has just been opened and says in words why it must not be written to;
/// empty when it may be.
using DeviceGuard = std::function<std::string(int fd, const Target& target)>;

/// Refuses every device, so that nothing is written where no guard was given.
DeviceGuard refusing_guard();

/// Opens the device of a target that has leave to be overwritten for reading and writing, with
/// O_DIRECT and O_EXCL: as long as it is open, the kernel lets nobody mount it, swap on it or build
/// upon it. Throws std::runtime_error in words when the device is held or the guard refuses;
/// nothing has been written then.
FileHandle open_to_overwrite(const Target& target, const DeviceGuard& guard);

/// Whether an earlier fill of [0, span_bytes) is still there: none of 256 random blocks holds only
/// zeros, as those of a discarded or exchanged device do. Throws std::runtime_error in words.
bool is_still_written(const std::string& path, std::uint64_t span_bytes, std::uint64_t seed);

}  // namespace assay
