#pragma once

#include <cstdint>
#include <span>

#include "bench/storage/vendor_statistics.hpp"
#include "reports/model/result.hpp"

namespace assay {

/// Bytes that this process made the kernel read from and write to storage; direct I/O counts when
/// it is issued. `valid` is false where the kernel does not count them.
struct OwnBytes {
  std::uint64_t read = 0;
  std::uint64_t written = 0;
  bool valid = false;
};

/// Parses /proc/PID/io.
OwnBytes parse_own_bytes(const std::string& text);
OwnBytes read_own_bytes();

/// What a device counted during one case, and what this whole process moved meanwhile.
struct DeviceCase {
  VendorStatistics during;
  double elapsed_s = 0;  // above 0
  OwnBytes own;
};

/// Adds what the device counted to a case's metrics, all informative: exceeded/volume-iops (EBS
/// only), exceeded/instance-iops and so on, percent of the time; the limit that was exceeded for
/// most of it, over 5 %, is flagged; device/reads, device/read-bytes and the same of writes;
/// device-latency/read-p50 and so on, in ns, of the histogram that the device keeps: the upper
/// bound of the bin (its lower bound where it has no upper one), the bounds as the metric's spread.
void describe_device(const DeviceCase& device, CaseResult& result);

/// Flags a difference of over 5 % between the bytes of all devices of a case and ours as load of
/// others, more I/Os than ours at equal bytes as I/Os that were split. Precondition: no device is
/// named twice.
void compare_with_own(std::span<const DeviceCase> devices, const StorageParameters& parameters,
                      CaseResult& result);

}  // namespace assay
