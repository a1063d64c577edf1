#pragma once

#include <linux/nvme_ioctl.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "bench/storage/vendor_histogram.hpp"
#include "reports/model/result.hpp"

namespace assay {

/// Counters of the vendor log page 0xD0 of EC2's NVMe devices, cumulative since attachment. The
/// exceeded times are how long demand was above a limit, in us: of the volume (EBS only, else 0),
/// and of the instance, which has one limit for its EBS volumes and others for its local storage.
struct VendorStatistics {
  DeviceClass device_class = DeviceClass::other;
  std::uint64_t read_ops = 0;
  std::uint64_t write_ops = 0;
  std::uint64_t read_bytes = 0;
  std::uint64_t write_bytes = 0;
  std::uint64_t read_time_us = 0;
  std::uint64_t write_time_us = 0;
  std::uint64_t volume_iops_exceeded_us = 0;
  std::uint64_t volume_throughput_exceeded_us = 0;
  std::uint64_t instance_iops_exceeded_us = 0;
  std::uint64_t instance_throughput_exceeded_us = 0;
  DeviceLatency read_latency;
  DeviceLatency write_latency;
};

constexpr std::size_t vendor_log_page_bytes = 4096;

/// Parses bytes 0 to 95, the part that both device classes agree on: little endian, u32 magic
/// 0x3C23B510 (EBS) or 0xEC2C0D7E (instance store), u32 version, then u64 counters in the order of
/// amazon-ec2-utils' ebsnvme. Empty when the magic is another, or there are fewer than 96 bytes.
/// Histograms of reads at byte 512 and of writes at 2056; of instance store another layout is in
/// use too (parse_histograms_by_size), and the one that passes the checks is taken.
std::optional<VendorStatistics> parse_vendor_statistics(std::span<const std::byte> page);

/// What counted up between two readings; empty when the class changed or a counter went back (the
/// device was attached anew).
std::optional<VendorStatistics> statistics_between(const VendorStatistics& before,
                                                   const VendorStatistics& after);

/// Sends an NVMe admin command to an open device; 0, or what ioctl returns. Tests put a device
/// here.
using AdminCommand = std::function<int(int fd, nvme_admin_cmd& command)>;

/// Reads the page of a block device through a read-only descriptor (needs CAP_SYS_ADMIN). Empty
/// when the device is no NVMe, refuses, or has no such page.
std::optional<VendorStatistics> read_vendor_statistics(const std::string& device_path,
                                                       const AdminCommand& command);
AdminCommand system_admin_command();

}  // namespace assay
