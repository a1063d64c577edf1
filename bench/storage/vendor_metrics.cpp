#include "bench/storage/vendor_metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <sstream>

namespace assay {

namespace {

constexpr double exceeded_percent_noted = 5;
constexpr double foreign_share_noted = 0.05;
/// What a file system or the journal may write meanwhile is no load worth a note.
constexpr double foreign_bytes_noted = 1U << 20;
constexpr double ios_above_percentile_min = 10;
/// A bin that ends later than this has no upper bound worth stating.
constexpr std::uint64_t upper_us_max = 3'600'000'000U;

/// `local`: of instance store, nullptr where it has no such limit.
struct Limit {
  const char* metric;
  const char* ebs;
  const char* local;
  std::uint64_t VendorStatistics::*exceeded_us;
};

constexpr std::array<Limit, 4> limits{{
    {"exceeded/volume-iops", "the volume's IOPS limit", nullptr,
     &VendorStatistics::volume_iops_exceeded_us},
    {"exceeded/volume-throughput", "the volume's throughput limit", nullptr,
     &VendorStatistics::volume_throughput_exceeded_us},
    {"exceeded/instance-iops", "the instance's EBS IOPS limit",
     "the instance's IOPS limit of local storage", &VendorStatistics::instance_iops_exceeded_us},
    {"exceeded/instance-throughput", "the instance's EBS throughput limit",
     "the instance's throughput limit of local storage",
     &VendorStatistics::instance_throughput_exceeded_us},
}};

void add(CaseResult& result, std::string name, double value, const char* unit,
         std::optional<Spread> spread = std::nullopt) {
  result.metrics.push_back({std::move(name), value, unit, Direction::informative, spread});
}

void describe_limits(const VendorStatistics& during, double elapsed_s, CaseResult& result) {
  std::string most;
  double most_percent = exceeded_percent_noted;
  for (const Limit& limit : limits) {
    const char* words = during.device_class == DeviceClass::ebs ? limit.ebs : limit.local;
    if (words == nullptr) continue;
    const double percent =
        std::min(100.0, static_cast<double>(during.*limit.exceeded_us) / (elapsed_s * 1e6) * 100);
    add(result, limit.metric, percent, "%");
    if (percent <= most_percent) continue;
    most_percent = percent;
    most = words;
  }
  if (most.empty()) return;
  result.flags.push_back(
      fmt::format("bound by {}: demand exceeded it for {:.0f} % of the case", most, most_percent));
}

void describe_latency(const char* name, const DeviceLatency& latency, CaseResult& result) {
  if (!latency.dropped.empty()) {
    result.method.emplace_back(fmt::format("device's {} latencies", name),
                               "its histogram was dropped: " + latency.dropped);
    return;
  }
  const std::uint64_t count = ios_of(latency);
  for (const auto& [word, q] : {std::pair{"p50", 0.5}, std::pair{"p99", 0.99}}) {
    if (static_cast<double>(count) * (1 - q) < ios_above_percentile_min) continue;
    const std::optional<LatencyBin> bin = bin_at(latency, q);
    if (!bin) continue;
    const double lower_ns = static_cast<double>(bin->lower_us) * 1e3;
    const bool open = bin->upper_us > upper_us_max;
    const double upper_ns = open ? lower_ns : static_cast<double>(bin->upper_us) * 1e3;
    add(result, fmt::format("device-latency/{}-{}", name, word), upper_ns, "ns",
        Spread{lower_ns, (lower_ns + upper_ns) / 2, upper_ns, count});
  }
}

double mean_block_bytes(const StorageParameters& parameters) {
  if (parameters.block_mix.empty()) return parameters.block_size_bytes;
  double sum = 0;
  for (const SizeShare& share : parameters.block_mix) {
    sum += static_cast<double>(share.block_size_bytes) * share.percent / 100;
  }
  return sum;
}

}  // namespace

OwnBytes parse_own_bytes(const std::string& text) {
  std::istringstream lines(text);
  OwnBytes own;
  std::string name;
  std::uint64_t value = 0;
  int found = 0;
  while (lines >> name >> value) {
    if (name == "read_bytes:") own.read = value;
    if (name == "write_bytes:") own.written = value;
    found += name == "read_bytes:" || name == "write_bytes:" ? 1 : 0;
  }
  own.valid = found == 2;
  return own;
}

OwnBytes read_own_bytes() {
  std::ifstream file("/proc/self/io");
  std::ostringstream text;
  text << file.rdbuf();
  return parse_own_bytes(text.str());
}

void describe_device(const DeviceCase& device, CaseResult& result) {
  const VendorStatistics& during = device.during;
  describe_limits(during, device.elapsed_s, result);
  add(result, "device/reads", static_cast<double>(during.read_ops), "count");
  add(result, "device/read-bytes", static_cast<double>(during.read_bytes), "B");
  add(result, "device/writes", static_cast<double>(during.write_ops), "count");
  add(result, "device/write-bytes", static_cast<double>(during.write_bytes), "B");
  describe_latency("read", during.read_latency, result);
  describe_latency("write", during.write_latency, result);
}

/// Bytes tell whose load it is, since the kernel splits and merges I/Os on their way. The kernel
/// counts ours for the process, not for each device: those of a set are compared together.
void compare_with_own(std::span<const DeviceCase> devices, const StorageParameters& parameters,
                      CaseResult& result) {
  if (devices.empty()) return;
  const OwnBytes& own = devices.front().own;
  const auto own_bytes = static_cast<double>(own.read + own.written);
  // Nothing counted: the kernel does not, or the I/O passed it by (passthrough, page cache).
  if (!own.valid || own_bytes == 0 || parameters.block_size_bytes == 0) return;
  double device_bytes = 0;
  double device_ios = 0;
  for (const DeviceCase& device : devices) {
    device_bytes += static_cast<double>(device.during.read_bytes + device.during.write_bytes);
    device_ios += static_cast<double>(device.during.read_ops + device.during.write_ops);
  }
  const char* counted = devices.size() == 1 ? "the device counted" : "the devices together counted";
  const double off = device_bytes - own_bytes;
  if (std::abs(off) > std::max(foreign_bytes_noted, foreign_share_noted * own_bytes)) {
    result.flags.push_back(fmt::format(
        "{} {:.0f} % {} bytes than this program moved: {}", counted,
        100 * std::abs(off) / own_bytes, off > 0 ? "more" : "fewer",
        off > 0 ? "something else used it, or the file system wrote on its own"
                : "something between answered for it (a cache), or it is not the only device"));
    return;
  }
  const double own_ios = own_bytes / mean_block_bytes(parameters);
  const double ios = device_ios / own_ios;
  if (ios > 1 + foreign_share_noted && own_ios > ios_in_flight_max) {
    result.flags.push_back(fmt::format(
        "{} {:.2f} I/Os for each one of this program: they are split on their way", counted, ios));
  }
}

}  // namespace assay
