#include "bench/storage/vendor_statistics.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <vector>

#include "bench/storage/file_handle.hpp"

namespace assay {

namespace {

static_assert(std::endian::native == std::endian::little, "the log page is read as it lies");

constexpr std::uint32_t magic_ebs = 0x3C23B510;
constexpr std::uint32_t magic_instance_store = 0xEC2C0D7E;
constexpr std::size_t trusted_bytes = 96;
constexpr double exceeded_percent_noted = 5;

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

struct Limit {
  const char* metric;
  const char* words;
  std::uint64_t VendorStatistics::*exceeded_us;
};

constexpr std::array<Limit, 4> limits{{
    {"exceeded/volume-iops", "the volume's IOPS limit", &VendorStatistics::volume_iops_exceeded_us},
    {"exceeded/volume-throughput", "the volume's throughput limit",
     &VendorStatistics::volume_throughput_exceeded_us},
    {"exceeded/instance-iops", "the instance's EBS IOPS limit",
     &VendorStatistics::instance_iops_exceeded_us},
    {"exceeded/instance-throughput", "the instance's EBS throughput limit",
     &VendorStatistics::instance_throughput_exceeded_us},
}};

template <class Number>
Number number_at(std::span<const std::byte> page, std::size_t offset) {
  Number number{};
  std::memcpy(&number, page.data() + offset, sizeof number);
  return number;
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
    for (const Limit& limit : limits) statistics.*limit.exceeded_us = 0;
  }
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

void describe_limits(const VendorStatistics& during, double elapsed_s, CaseResult& result) {
  if (during.device_class != DeviceClass::ebs || !(elapsed_s > 0)) return;
  const Limit* most = nullptr;
  double most_percent = exceeded_percent_noted;
  for (const Limit& limit : limits) {
    const double percent =
        std::min(100.0, static_cast<double>(during.*limit.exceeded_us) / (elapsed_s * 1e6) * 100);
    result.metrics.push_back({limit.metric, percent, "%", Direction::informative, std::nullopt});
    if (percent <= most_percent) continue;
    most_percent = percent;
    most = &limit;
  }
  if (most == nullptr) return;
  result.flags.push_back(fmt::format("bound by {}: demand exceeded it for {:.0f} % of the case",
                                     most->words, most_percent));
}

}  // namespace assay
