#include "runners/doctor/findings.hpp"

#include <fmt/format.h>

#include <algorithm>

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
         ""});
  }
  return findings;
}

}  // namespace

Demands demands_of(const Plan& plan) {
  if (plan.cases.empty()) return {};
  Demands demands{0, 0};
  for (const Case& item : plan.cases) {
    if (!item.storage || !item.skip_reason.empty()) continue;
    demands.block_size_bytes_max =
        std::max(demands.block_size_bytes_max, item.storage->block_size_bytes);
    demands.queue_depth_max = std::max(demands.queue_depth_max, item.storage->queue_depth);
  }
  return demands;
}

std::vector<Finding> examine_host(const Host& host, const Noise& noise) {
  std::vector<Finding> findings;
  if (host.io_uring.state != IoUringState::available) {
    findings.push_back(
        {"io-uring", "", warning, "io_uring cannot be used", host.io_uring.reason, ""});
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
         "latencies include waiting for a CPU; burstable instances run out of credit", ""});
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

std::vector<Finding> examine_device(const Host& host, const BlockDevice& device,
                                    const Demands& demands) {
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
        fmt::format("echo {} > {}", demands.block_size_bytes_max / 1024, queue("max_sectors_kb")));
  }
  if (has_queue && device.nr_requests > 0 && device.nr_requests < demands.queue_depth_max) {
    add("nr-requests", warning,
        fmt::format("the kernel's queue holds {} requests, a depth of {} is asked for",
                    device.nr_requests, demands.queue_depth_max),
        "deeper queues wait in the kernel and not in the device",
        fmt::format("echo {} > {}", demands.queue_depth_max, queue("nr_requests")));
  }
  for (Finding& finding : examine_nvme(device)) findings.push_back(std::move(finding));
  if (device.write_cache == "write back") {
    add("write-cache", note, "the device has a volatile write cache",
        "writes complete before they are durable; compare write-fdatasync and write-dsync", "");
  }
  if (device.device_class == DeviceClass::ebs && device.io_timeout_ms &&
      *device.io_timeout_ms != ebs_io_timeout_ms) {
    add("io-timeout", note,
        fmt::format("I/O time-out {} ms, while {} is advised for EBS", *device.io_timeout_ms,
                    ebs_io_timeout_ms),
        "a volume that stalls for that long fails its I/Os",
        fmt::format("echo {} > {}", ebs_io_timeout_ms, queue("io_timeout")));
  }
  if (host.numa_nodes.size() > 1 && device.numa_node) {
    add("numa", note, fmt::format("the device is attached to NUMA node {}", *device.numa_node),
        "I/O issued from CPUs of another node crosses the link between them",
        fmt::format("numactl --cpunodebind={0} --membind={0} assay run ...", *device.numa_node));
  }
  return findings;
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
         "measure a test file on a file system of it, or write the whole device first"});
  }
  if (probe.first_ns_median > first_touch_ratio_noted * probe.second_ns_median) {
    findings.push_back(
        {"first-touch", target, warning,
         fmt::format("the first read of a block takes {}, the second {} (medians)",
                     format_duration_ns(probe.first_ns_median),
                     format_duration_ns(probe.second_ns_median)),
         "a volume made from a snapshot loads lazily, or a cache answers the second read",
         "read the whole volume once before measuring"});
  }
  return findings;
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
