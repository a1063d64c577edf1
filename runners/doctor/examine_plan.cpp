#include <chrono>
#include <exception>
#include <random>
#include <set>
#include <thread>

#include "bench/measure/cpu_topology.hpp"
#include "bench/measure/noise.hpp"
#include "runners/discovery/block_devices.hpp"
#include "runners/doctor/findings.hpp"

namespace assay {

namespace {

constexpr std::uint32_t sampled_blocks = 256;
constexpr auto noise_time = std::chrono::milliseconds(500);

Noise measure_noise() {
  const NoiseMeter meter;
  std::this_thread::sleep_for(noise_time);
  return meter.end();
}

void append(std::vector<Finding>& all, std::vector<Finding> more) {
  all.insert(all.end(), more.begin(), more.end());
}

/// Other blocks each time: those that were looked at before have been loaded since.
std::uint64_t sampling_seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

}  // namespace

std::vector<Finding> examine_plan(const Host& host, const Plan& plan) {
  std::vector<Finding> findings = examine_host(host, measure_noise());
  const Demands demands = demands_of(plan);
  const CpuTopology topology;
  const std::vector<std::uint32_t> cpus = topology.allowed_cpus();
  std::set<std::string> examined;
  const auto examine = [&](const std::string& name) {
    const BlockDevice* device = find_device(host.block_devices, name);
    if (device == nullptr || !examined.insert(name).second) return;
    append(findings, examine_device(*device, demands));
    const std::vector<std::uint32_t> near = device->numa_node
                                                ? topology.cpus_on_node(cpus, *device->numa_node)
                                                : std::vector<std::uint32_t>();
    append(findings, examine_locality(host, *device, near));
  };
  for (const Target& target : plan.targets) {
    if (!target.chosen || target.device.empty()) continue;
    examine(target.device);
    for (const std::string& disk : disks_beneath(host.block_devices, target.device)) examine(disk);
  }
  for (const Target& target : plan.targets) {
    if (!target.chosen) continue;
    const bool only_read = !target.overwrite && (target.kind == TargetKind::block_device ||
                                                 target.kind == TargetKind::regular_file);
    if (!only_read) continue;
    try {
      append(findings,
             examine_contents(target.path, probe_contents(target.path, target.span_bytes,
                                                          sampled_blocks, sampling_seed())));
    } catch (const std::exception& error) {
      findings.push_back({"contents", target.path, Severity::warning,
                          "the contents could not be sampled", error.what(), ""});
    }
  }
  return findings;
}

}  // namespace assay
