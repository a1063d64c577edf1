#include "bench/storage/vendor_statistics.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>

#include <array>
#include <vector>

#include "bench/storage/file_handle.hpp"
#include "bench/storage/page_bytes.hpp"

namespace assay {

namespace {

constexpr std::uint32_t magic_ebs = 0x3C23B510;
constexpr std::uint32_t magic_instance_store = 0xEC2C0D7E;
constexpr std::size_t trusted_bytes = 96;
constexpr std::size_t reads_offset = 512;
constexpr std::size_t writes_offset = 2056;

struct Field {
  std::size_t offset;
  std::uint64_t VendorStatistics::*counter;
};

constexpr std::array<Field, 10> fields{{
    {8, &VendorStatistics::read_ops},
    {16, &VendorStatistics::write_ops},
    {24, &VendorStatistics::read_bytes},
    {32, &VendorStatistics::write_bytes},
    {40, &VendorStatistics::read_time_us},
    {48, &VendorStatistics::write_time_us},
    {56, &VendorStatistics::volume_iops_exceeded_us},
    {64, &VendorStatistics::volume_throughput_exceeded_us},
    {72, &VendorStatistics::instance_iops_exceeded_us},
    {80, &VendorStatistics::instance_throughput_exceeded_us},
}};

/// Of a limit that instance store does not have.
constexpr std::array<std::uint64_t VendorStatistics::*, 2> volume_counters{
    &VendorStatistics::volume_iops_exceeded_us, &VendorStatistics::volume_throughput_exceeded_us};

void read_histograms(std::span<const std::byte> page, VendorStatistics& statistics) {
  statistics.read_latency = parse_histogram(page, reads_offset, statistics.read_ops);
  statistics.write_latency = parse_histogram(page, writes_offset, statistics.write_ops);
  const bool both =
      statistics.read_latency.dropped.empty() && statistics.write_latency.dropped.empty();
  if (both || statistics.device_class != DeviceClass::instance_store) return;
  ReadsAndWrites by_size =
      parse_histograms_by_size(page, statistics.read_ops, statistics.write_ops);
  if (!by_size.reads.dropped.empty() || !by_size.writes.dropped.empty()) return;
  statistics.read_latency = std::move(by_size.reads);
  statistics.write_latency = std::move(by_size.writes);
}

}  // namespace

std::optional<VendorStatistics> parse_vendor_statistics(std::span<const std::byte> page) {
  if (page.size() < trusted_bytes) return std::nullopt;
  VendorStatistics statistics;
  switch (number_at<std::uint32_t>(page, 0)) {
    case magic_ebs:
      statistics.device_class = DeviceClass::ebs;
      break;
    case magic_instance_store:
      statistics.device_class = DeviceClass::instance_store;
      break;
    default:
      return std::nullopt;
  }
  for (const Field& field : fields) {
    statistics.*field.counter = number_at<std::uint64_t>(page, field.offset);
  }
  if (statistics.device_class == DeviceClass::instance_store) {
    for (const auto counter : volume_counters) statistics.*counter = 0;
  }
  read_histograms(page, statistics);
  return statistics;
}

std::optional<VendorStatistics> statistics_between(const VendorStatistics& before,
                                                   const VendorStatistics& after) {
  if (before.device_class != after.device_class) return std::nullopt;
  VendorStatistics during;
  during.device_class = after.device_class;
  for (const Field& field : fields) {
    if (after.*field.counter < before.*field.counter) return std::nullopt;
    during.*field.counter = after.*field.counter - before.*field.counter;
  }
  during.read_latency = latency_between(before.read_latency, after.read_latency, during.read_ops);
  during.write_latency =
      latency_between(before.write_latency, after.write_latency, during.write_ops);
  return during;
}

std::optional<VendorStatistics> read_vendor_statistics(const std::string& device_path,
                                                       const AdminCommand& command) {
  const FileHandle handle(open(device_path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!handle.valid()) return std::nullopt;
  std::vector<std::byte> page(vendor_log_page_bytes);
  nvme_admin_cmd log_page{};
  log_page.opcode = 0x02;  // Get Log Page
  log_page.nsid = 1;
  log_page.addr = reinterpret_cast<std::uintptr_t>(page.data());
  log_page.data_len = vendor_log_page_bytes;
  // Number of dwords, zero-based, above the page's identifier.
  log_page.cdw10 = 0xD0U | ((vendor_log_page_bytes / 4 - 1) << 16);
  if (command(handle.get(), log_page) != 0) return std::nullopt;
  return parse_vendor_statistics(page);
}

AdminCommand system_admin_command() {
  return [](int fd, nvme_admin_cmd& command) { return ioctl(fd, NVME_IOCTL_ADMIN_CMD, &command); };
}

}  // namespace assay
