#include "runners/doctor/findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "reports/model/units.hpp"

namespace assay {

namespace {

using enum Severity;

constexpr double steal_percent_noted = 1;
constexpr double foreign_cpu_percent_noted = 10;
constexpr double zero_share_noted = 0.05;
constexpr double first_touch_ratio_noted = 2;
constexpr double used_share_noted = 0.9;
constexpr std::uint32_t ebs_io_timeout_ms = 4294967295U;  // facts of the vendor's udev rules

bool is_disk_with_queue(const BlockDevice& device) {
  return device.lower_devices.empty() && device.transport != "loop";
}

/// The run itself refuses a disk that is not blank.
std::string fill_command(const BlockDevice& device) {
  return fmt::format("assay run --target {} --allow-write {}   # of a blank disk: fills it first",
                     device.path, device.serial.empty() ? "SERIAL" : device.serial);
}

/// What max_sectors_kb can be set to; nothing can make a device take more.
std::string larger_ios_command(const BlockDevice& device, const Demands& demands) {
  const std::uint32_t wanted_kb = demands.block_size_bytes_max / 1024;
  const std::uint32_t most_kb = device.max_hw_sectors_kb.value_or(wanted_kb);
  if (most_kb <= device.max_sectors_kb) {
    return fmt::format(
        "block_size of at most \"{}k\" in the suite   # the device takes no larger "
        "I/O",
        device.max_sectors_kb);
  }
  return fmt::format("echo {} > /sys/block/{}/queue/max_sectors_kb{}", std::min(wanted_kb, most_kb),
                     device.name, most_kb < wanted_kb ? "   # the device takes no larger I/O" : "");
}

constexpr std::string_view test_file_command =
    "assay run --target DIRECTORY   # on a file system of it: a test file is filled first";

/// What the vendor advises for a volume made from a snapshot.
std::string read_all_command(const std::string& path) {
  return fmt::format("dd if={} of=/dev/null bs=1M iflag=direct status=progress", path);
}

/// parted refuses a disk that is in use.
std::string new_partition_command(const BlockDevice& device) {
  const bool root =
      std::any_of(device.partitions.begin(), device.partitions.end(), [](const Partition& one) {
        return std::find(one.mounts.begin(), one.mounts.end(), "/") != one.mounts.end();
      });
  if (root) return "launch from an image whose partitions begin at whole MiB";
  return fmt::format(
      "parted --script --align optimal {} mklabel gpt mkpart data 1MiB 100%   # first move the "
      "data "
      "away and unmount it: what the disk holds is lost",
      device.path);
}

/// Blocks of the file system or of the cases that do not lie on whole blocks of the device. What a
/// device calls its physical block may be less than what its medium keeps: 4 KiB at least.
std::vector<Finding> examine_alignment(const BlockDevice& device, const Demands& demands) {
  constexpr std::uint32_t medium_block_bytes = 4096;
  const std::uint64_t block_bytes = std::max(medium_block_bytes, device.physical_block_bytes);
  std::vector<Finding> findings;
  for (const Partition& partition : device.partitions) {
    const bool used = !partition.mounts.empty() || !partition.holders.empty() || partition.swap;
    if (!used || !partition.start_bytes || *partition.start_bytes % block_bytes == 0) continue;
    findings.push_back(
        {"alignment", device.name, warning,
         fmt::format("{} begins at byte {}, no multiple of the device's block of {}",
                     partition.name, *partition.start_bytes, short_size(block_bytes)),
         "each block of a file lies across two of the device: reads move both, writes read them "
         "first",
         new_partition_command(device)});
  }
  if (demands.block_size_bytes_min < device.physical_block_bytes) {
    findings.push_back({"alignment", device.name, warning,
                        fmt::format("blocks of {} are asked for, the device's are {}",
                                    short_size(demands.block_size_bytes_min),
                                    short_size(device.physical_block_bytes)),
                        "a smaller write reads the rest of its block first",
                        fmt::format("block_size = [\"{}\"]   # in the suite, at least",
                                    short_size(device.physical_block_bytes))});
  }
  return findings;
}

std::vector<Finding> examine_nvme(const BlockDevice& device) {
  std::vector<Finding> findings;
  if (device.transport == "nvme" && !device.io_poll) {
    findings.push_back(
        {"poll-queues", device.name, note, "the NVMe driver has no queues to poll",
         "cases with polled completions (iopoll) are skipped; all others are as they should be",
         "add nvme.poll_queues=4 to the kernel's command line and reboot"});
  }
  if (!device.nvme || device.nvme->size_bytes == 0) return findings;
  const auto used_bytes = static_cast<double>(device.nvme->used_bytes);
  const auto size_bytes = static_cast<double>(device.nvme->size_bytes);
  if (used_bytes / size_bytes < used_share_noted) {
    findings.push_back(
        {"never-written", device.name, note,
         fmt::format("{:.0f} % of its blocks were never written or are trimmed (NUSE {} of NSZE "
                     "{})",
                     100 * (1 - used_bytes / size_bytes), format_bytes(used_bytes),
                     format_bytes(size_bytes)),
         "reads of such blocks of the device are answered without the medium; a test file that "
         "this program wrote has none",
         fill_command(device)});
  }
  return findings;
}

}  // namespace

Demands demands_of(const Plan& plan) {
  if (plan.cases.empty()) return {};
  Demands demands{std::numeric_limits<std::uint32_t>::max(), 0, 0};
  for (const Case& item : plan.cases) {
    if (!item.storage || !item.skip_reason.empty()) continue;
    demands.block_size_bytes_max =
        std::max(demands.block_size_bytes_max, item.storage->block_size_bytes);
    demands.block_size_bytes_min =
        std::min(demands.block_size_bytes_min, item.storage->block_size_bytes);
    // That of an open loop is a bound, which only a rate that is not reached comes to.
    if (item.storage->arrival != Arrival::closed) continue;
    demands.queue_depth_max = std::max(demands.queue_depth_max, item.storage->queue_depth);
  }
  return demands;
}

std::vector<Finding> examine_host(const Host& host, const Noise& noise) {
  std::vector<Finding> findings;
  if (host.io_uring.state != IoUringState::available) {
    findings.push_back({"io-uring", "", warning, "io_uring cannot be used", host.io_uring.reason,
                        host.io_uring.state == IoUringState::disabled_by_sysctl
                            ? "sysctl -w kernel.io_uring_disabled=0"
                            : ""});
  }
  if (!host.cpu.governor.empty() && host.cpu.governor != "performance") {
    findings.push_back({"governor", "", warning,
                        fmt::format("the CPU frequency governor is {}", host.cpu.governor),
                        "short cases run before the clock is up: latencies higher, IOPS lower",
                        "cpupower frequency-set -g performance"});
  }
  if (host.memory.transparent_huge_pages == "never") {
    findings.push_back({"huge-pages", "", warning, "transparent huge pages are off",
                        "memory bandwidth and latency are those of 4 KiB pages",
                        "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled"});
  }
  if (noise.steal_percent >= steal_percent_noted) {
    findings.push_back(
        {"steal", "", warning,
         fmt::format("the hypervisor takes {:.1f} % of the CPU time", noise.steal_percent),
         "latencies include waiting for a CPU; burstable instances run out of credit",
         "aws ec2 modify-instance-credit-specification --instance-credit-specifications "
         "InstanceId=ID,CpuCredits=unlimited   # of burstable types; of others another host: stop "
         "and start the instance"});
  }
  if (noise.foreign_cpu_percent >= foreign_cpu_percent_noted) {
    findings.push_back(
        {"foreign-load", "", warning,
         fmt::format("other processes use {:.0f} % of the CPU time", noise.foreign_cpu_percent),
         "they compete for CPUs, memory and perhaps the device: numbers are lower than "
         "the machine can do",
         "top -o %CPU   # and stop them"});
  }
  return findings;
}

std::vector<Finding> examine_device(const BlockDevice& device, const Demands& demands) {
  std::vector<Finding> findings;
  const auto queue = [&](const char* file) {
    return fmt::format("/sys/block/{}/queue/{}", device.name, file);
  };
  const auto add = [&](const char* check, Severity severity, std::string what, const char* effect,
                       std::string command) {
    findings.push_back({check, device.name, severity, std::move(what), effect, std::move(command)});
  };
  const bool has_queue = is_disk_with_queue(device);
  if (has_queue && !device.rotational && !device.scheduler.empty() && device.scheduler != "none") {
    add("scheduler", note, fmt::format("I/O scheduler {}", device.scheduler),
        "costs CPU time for each I/O and may reorder; a solid-state device needs none",
        fmt::format("echo none > {}", queue("scheduler")));
  }
  if (has_queue && device.nomerges == 0 && !device.rotational) {
    add("nomerges", note, "neighbouring I/Os are looked for and merged",
        "costs CPU time on random I/O; merged sequential I/Os reach the device larger than issued",
        fmt::format("echo 2 > {}", queue("nomerges")));
  }
  const std::uint64_t sectors_bytes = std::uint64_t{device.max_sectors_kb} * 1024;
  if (sectors_bytes > 0 && sectors_bytes < demands.block_size_bytes_max) {
    add("max-sectors", warning,
        fmt::format("the kernel splits I/Os above {} KiB, and blocks of up to {} are asked for",
                    device.max_sectors_kb, short_size(demands.block_size_bytes_max)),
        "a large I/O is several on the device: its latency is that of the slowest part",
        larger_ios_command(device, demands));
  }
  if (has_queue && device.nr_requests > 0 && device.nr_requests < demands.queue_depth_max) {
    add("nr-requests", warning,
        fmt::format("the kernel's queue holds {} requests, a depth of {} is asked for",
                    device.nr_requests, demands.queue_depth_max),
        "deeper queues wait in the kernel and not in the device",
        // Without a scheduler the number is the driver's: the kernel refuses more.
        device.scheduler.empty() || device.scheduler == "none"
            ? std::string()
            : fmt::format("echo {} > {}", demands.queue_depth_max, queue("nr_requests")));
  }
  for (Finding& finding : examine_nvme(device)) findings.push_back(std::move(finding));
  if (device.write_cache == "write back") {
    add("write-cache", note, "the device has a volatile write cache",
        "writes complete before they are durable; compare write-fdatasync and write-dsync",
        device.transport == "nvme"
            ? fmt::format(
                  "nvme set-feature {} --namespace-id=0xffffffff --feature-id=6 --value=0   "
                  "# turns it off",
                  device.path)
            : "");
  }
  if (device.device_class == DeviceClass::ebs && device.io_timeout_ms &&
      *device.io_timeout_ms != ebs_io_timeout_ms) {
    add("io-timeout", note,
        fmt::format("I/O time-out {} ms, while {} is advised for EBS", *device.io_timeout_ms,
                    ebs_io_timeout_ms),
        "a volume that stalls for that long fails its I/Os",
        fmt::format("echo {} > {}", ebs_io_timeout_ms, queue("io_timeout")));
  }
  for (Finding& finding : examine_alignment(device, demands)) {
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<Finding> examine_locality(const Host& host, const BlockDevice& device,
                                      std::span<const std::uint32_t> near_cpus) {
  if (host.numa_nodes.size() < 2 || !near_cpus.empty() || !is_disk_with_queue(device)) return {};
  const char* effect = "I/O issued from CPUs of another node crosses the link between them";
  if (!device.numa_node) {
    return {{"numa", device.name, note, "the kernel does not say which NUMA node it is attached to",
             effect, "numactl --cpunodebind=N assay run ...   # on each node N, and compare"}};
  }
  const auto node =
      std::find_if(host.numa_nodes.begin(), host.numa_nodes.end(),
                   [&](const NumaNode& candidate) { return candidate.index == *device.numa_node; });
  if (node == host.numa_nodes.end() || node->cpus.empty()) return {};
  return {{"numa", device.name, warning,
           fmt::format("it is attached to NUMA node {}, and this process may run on none of the "
                       "node's CPUs {}",
                       node->index, node->cpus),
           effect, fmt::format("taskset --cpu-list {} assay run ...", node->cpus)}};
}

std::vector<Finding> examine_contents(const std::string& target, const ContentsProbe& probe) {
  std::vector<Finding> findings;
  const double zero_share = static_cast<double>(probe.zero_blocks) / std::max(1U, probe.blocks);
  if (zero_share >= zero_share_noted) {
    findings.push_back(
        {"zeros", target, warning,
         fmt::format("{:.0f} % of {} sampled blocks hold only zeros", 100 * zero_share,
                     probe.blocks),
         "blocks that were never written or are trimmed are answered without reading the medium",
         std::string(test_file_command)});
  }
  if (probe.second_modes) {
    findings.push_back(
        {"two-kinds", target, warning,
         fmt::format(
             "reads are of two kinds: {:.0f} % take {}, the others {} (medians of {} reads)",
             100 * probe.second_modes->slow_share,
             format_duration_ns(probe.second_modes->slow_ns_median),
             format_duration_ns(probe.second_modes->fast_ns_median), probe.blocks),
         "part of the blocks is answered without the medium (never written, trimmed, in a cache), "
         "or another load delays part of the reads; a median tells of one kind only",
         std::string(test_file_command)});
  }
  const bool in_part = probe.first_modes && !probe.second_modes;
  if (in_part &&
      probe.first_modes->fast_ns_median < first_touch_ratio_noted * probe.second_ns_median) {
    findings.push_back(
        {"first-touch", target, warning,
         fmt::format("{:.0f} % of the first reads of a block take {}, the others {}; the second "
                     "read takes {} (medians)",
                     100 * probe.first_modes->slow_share,
                     format_duration_ns(probe.first_modes->slow_ns_median),
                     format_duration_ns(probe.first_modes->fast_ns_median),
                     format_duration_ns(probe.second_ns_median)),
         "a volume made from a snapshot loads part of its blocks lazily, or a cache answers the "
         "second read",
         read_all_command(target)});
  } else if (probe.first_ns_median > first_touch_ratio_noted * probe.second_ns_median) {
    findings.push_back(
        {"first-touch", target, warning,
         fmt::format("the first read of a block takes {}, the second {} (medians)",
                     format_duration_ns(probe.first_ns_median),
                     format_duration_ns(probe.second_ns_median)),
         "a volume made from a snapshot loads lazily, or a cache answers the second read",
         read_all_command(target)});
  }
  return findings;
}

void add_new_findings(std::vector<Finding>& known, std::vector<Finding> found) {
  const std::vector<Finding> before = known;
  for (Finding& finding : found) {
    const bool is_known = std::any_of(before.begin(), before.end(), [&](const Finding& one) {
      return one.check == finding.check && one.target == finding.target;
    });
    if (!is_known) known.push_back(std::move(finding));
  }
}

std::string describe_findings(std::vector<Finding> findings) {
  if (findings.empty()) return "Nothing found that would spoil a measurement.\n";
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return a.severity == warning && b.severity != warning;
  });
  std::string text;
  for (const Finding& finding : findings) {
    text += fmt::format("{:<8} {}{}{}\n           effect   {}\n",
                        finding.severity == warning ? "warning" : "note", finding.target,
                        finding.target.empty() ? "" : ": ", finding.what, finding.effect);
    if (!finding.command.empty()) text += fmt::format("           mend it  {}\n", finding.command);
  }
  return text;
}

}  // namespace assay
