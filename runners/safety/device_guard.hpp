#pragma once

#include <string>

#include "bench/storage/writable_device.hpp"

namespace assay {

/// The last look at a device before the first write, on the open descriptor. It shares no code with
/// discovery and the planner, so that a fault in one is caught by the other, and it refuses
/// whatever it cannot find out: the descriptor is the disk that the Plan named, by number, name,
/// serial number (NVMe disks are asked themselves) and size; held exclusively; writable; no mount
/// in any namespace that can be read, no swap, no holder, on the disk or a partition; blank, or
/// holding only what the Plan said would be lost.
DeviceGuard system_device_guard();

/// Why the device behind `fd` must not be written to, in words; empty when it may be.
std::string reason_against_writing(int fd, const Target& target);

}  // namespace assay
