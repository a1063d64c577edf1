#include <chrono>
#include <exception>
#include <random>
#include <set>
#include <thread>

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
  std::set<std::string> examined;
  for (const Target& target : plan.targets) {
    if (!target.chosen) continue;
    const BlockDevice* device = find_device(host.block_devices, target.device);
    if (device != nullptr && examined.insert(device->name).second) {
      append(findings, examine_device(host, *device, demands));
    }
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
