#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace assay {

/// One bin of a latency histogram that a device keeps: I/Os of lower_us up to upper_us. The device
/// counts in 32 bits and wraps.
struct LatencyBin {
  std::uint64_t lower_us = 0;
  std::uint64_t upper_us = 0;
  std::uint32_t count = 0;
};

/// Latencies as a device counted them, ascending; or in `dropped` why its histogram is not
/// believed.
struct DeviceLatency {
  std::vector<LatencyBin> bins;
  std::string dropped;
};

/// I/Os that a device may finish while it writes its page: how far a histogram's sum may be from
/// the counter of operations beside it.
constexpr std::uint32_t ios_in_flight_max = 256;

/// Reads a histogram of {u64 lower, u64 upper, u32 count, u32 reserved} behind a u64 number of bins
/// and checks it: at most 64 bins, lower < upper, ascending, and the sum of the counts is `ops`
/// modulo 2^32. `offset` is of the number of bins.
DeviceLatency parse_histogram(std::span<const std::byte> page, std::size_t offset,
                              std::uint64_t ops);

/// The reads and writes of the other layout that is in use for instance store: from byte 96 u32
/// number of histograms (at most 5, one for each I/O size), u32 number of bins (at most 32),
/// u32 sizes[8], {u64 lower, upper}[32], then {u64 read[32], write[32]} for each size
/// (aws/amazon-cloudwatch-agent, receiver/awsnvmereceiver). Sizes are added up; the same checks.
struct ReadsAndWrites {
  DeviceLatency reads;
  DeviceLatency writes;
};
ReadsAndWrites parse_histograms_by_size(std::span<const std::byte> page, std::uint64_t read_ops,
                                        std::uint64_t write_ops);

/// What was counted between two readings, each bin modulo 2^32; `ops` is how many operations the
/// device says there were. Dropped when one of them is, when the bins changed or the sum is not
/// ops.
DeviceLatency latency_between(const DeviceLatency& before, const DeviceLatency& after,
                              std::uint64_t ops);

/// The bin that holds the ceil(q * count)-th smallest latency, and the number of all I/Os in
/// `count`. Empty without I/Os.
std::optional<LatencyBin> bin_at(const DeviceLatency& latency, double q);
std::uint64_t ios_of(const DeviceLatency& latency);

}  // namespace assay
