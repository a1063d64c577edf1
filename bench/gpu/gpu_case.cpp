#include "bench/gpu/gpu_case.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/gpu/gpu_workloads.hpp"
#include "reports/model/units.hpp"

namespace assay {
namespace {

constexpr std::uint32_t seed = 0x5EED;
constexpr std::uint32_t launches_max = 100'000;
constexpr std::uint64_t progress_interval_ns = 1'000'000'000;

/// One case while it runs: what is measured, how, and the samples so far.
struct Measurement {
  GpuMemoryDevice& device;
  const GpuWorkload& workload;
  std::uint64_t array_bytes;
  std::uint32_t launches = 1;
  std::vector<double> bytes_per_s = {};
};

std::uint64_t nanoseconds(double seconds) {
  return static_cast<std::uint64_t>(std::max(seconds, 0.0) * 1e9);
}

/// Launches that take the shortest sample and a quarter more, for the clock may still rise.
std::uint32_t launches_for(double launch_s) {
  const double wanted = std::ceil(1.25 * gpu_sample_s_min / launch_s);
  return static_cast<std::uint32_t>(std::clamp(wanted, 1.0, double{launches_max}));
}

double run_s(Measurement& m) {
  const double elapsed_s = m.device.run_s(m.launches);
  if (!(elapsed_s > 0)) {
    throw std::runtime_error(fmt::format("time {} launches of {}: the GPU's events show no time",
                                         m.launches, m.workload.name));
  }
  return elapsed_s;
}

/// Empty when the last result is right.
std::string wrong_data(Measurement& m) {
  const std::uint64_t wrong = m.device.count_mismatches();
  if (wrong == 0) return "";
  return fmt::format(
      "wrong data: {} of {} 4-byte words of {} differ from what they must be, after {} samples",
      wrong, m.array_bytes / 4, m.workload.name, m.bytes_per_s.size());
}

void warm_up(Measurement& m, double duration_s, const RunControl& control,
             const std::function<std::uint64_t()>& now_ns) {
  const std::uint64_t end_ns = now_ns() + nanoseconds(duration_s);
  do {
    const double launch_s = run_s(m) / m.launches;
    m.launches = std::max(m.launches, launches_for(launch_s));
  } while (now_ns() < end_ns && !control.stop_requested());
}

bool is_finished(std::uint64_t samples, std::uint64_t elapsed_ns, std::uint64_t duration_ns) {
  if (samples == 0) return false;
  return elapsed_ns >= duration_ns && (samples >= gpu_samples_min || elapsed_ns >= 3 * duration_ns);
}

/// Takes the samples; returns why they are worthless, or nothing.
std::string take_samples(Measurement& m, double duration_s, const RunControl& control,
                         const std::function<std::uint64_t()>& now_ns) {
  const double launch_bytes =
      static_cast<double>(m.array_bytes) * static_cast<double>(m.workload.traffic_arrays);
  const std::uint64_t start_ns = now_ns();
  std::uint64_t progress_ns = start_ns;
  for (std::uint64_t now = start_ns;
       !is_finished(m.bytes_per_s.size(), now - start_ns, nanoseconds(duration_s)) &&
       !control.stop_requested();
       now = now_ns()) {
    const double rate = launch_bytes * m.launches / run_s(m);
    std::string wrong = wrong_data(m);
    if (!wrong.empty()) return wrong;
    m.bytes_per_s.push_back(rate);
    if (now - progress_ns >= progress_interval_ns) {
      control.progress({.ops_per_s = 0, .bytes_per_s = rate});
      progress_ns = now;
    }
  }
  return "";
}

void add_peak(const Measurement& m, double bandwidth, CaseResult& result) {
  if (m.workload.path != GpuPath::device_memory) return;
  const CudaDevice& device = m.device.device();
  const double peak = gpu_derived_peak(device);
  if (peak == 0) {
    result.method.emplace_back("peak", "unknown: the driver reports no memory clock or bus width");
    return;
  }
  const double percent = 100 * bandwidth / peak;
  result.metrics.push_back({"peak/percent", percent, "%", Direction::higher_is_better, {}});
  result.method.emplace_back(
      "peak",
      fmt::format("{} = 2 x {} MHz (maximum memory clock) x {} bit / 8", format_byte_rate(peak),
                  device.memory_clock_hz / 1'000'000, device.memory_bus_bits));
  if (percent > 100) {
    result.flags.push_back(
        fmt::format("{:.1f} % of the derived peak of {}: more than the memory can deliver, so the "
                    "bandwidth or the reported clock is wrong",
                    percent, format_byte_rate(peak)));
  }
}

void add_method(const Measurement& m, CaseResult& result) {
  const bool link = m.workload.path == GpuPath::host_link;
  result.method.emplace_back("gpu", m.device.device().name);
  result.method.emplace_back("ecc", m.device.device().ecc_enabled ? "on" : "off");
  result.method.emplace_back("kernel", m.device.shape());
  result.method.emplace_back(
      "array size",
      fmt::format("{} ({} on the device)", format_bytes(static_cast<double>(m.array_bytes)),
                  m.workload.device_arrays));
  result.method.emplace_back("samples", std::to_string(m.bytes_per_s.size()));
  result.method.emplace_back("launches per sample", std::to_string(m.launches));
  result.method.emplace_back(
      "bytes counted", link ? "bytes that cross the link, as nvbandwidth"
                            : "bandwidth: read + written, as STREAM; payload: each byte once, as "
                              "nvbandwidth");
  result.method.emplace_back("data",
                             "random floats, every word checked on the GPU after each sample");
}

void add_numbers(const Measurement& m, CaseResult& result) {
  const Spread spread = spread_of(m.bytes_per_s);
  result.metrics.push_back(
      {"bandwidth", spread.median, "B/s", Direction::higher_is_better, spread});
  if (m.workload.payload_arrays != 0) {
    const double payload = spread.median * m.workload.payload_arrays / m.workload.traffic_arrays;
    result.metrics.push_back(
        {"bandwidth/payload", payload, "B/s", Direction::higher_is_better, {}});
  }
  result.samples.push_back({"bandwidth", "B/s", m.bytes_per_s});
  add_peak(m, spread.median, result);
  if (m.bytes_per_s.size() < gpu_samples_min) {
    result.flags.push_back(fmt::format("only {} samples in the time given; {} are wanted",
                                       m.bytes_per_s.size(), gpu_samples_min));
  }
}

}  // namespace

CaseResult measure_gpu_case(GpuMemoryDevice& device, const Case& item, const RunControl& control,
                            const std::function<std::uint64_t()>& now_ns) {
  CaseResult result;
  result.id = item.id;
  const std::uint64_t start_ns = now_ns();
  const GpuWorkload* const workload = find_gpu_workload(item.gpu.value().kernel);
  if (workload == nullptr) {
    throw std::runtime_error(fmt::format("unknown GPU kernel `{}`", item.gpu->kernel));
  }
  const std::uint64_t free_bytes = device.free_bytes();
  Measurement m{
      device, *workload,
      gpu_array_bytes(*workload, item.gpu->array_bytes, device.device().l2_bytes, free_bytes)};
  if (m.array_bytes == 0 || m.array_bytes > free_bytes / workload->device_arrays) {
    result.status = CaseStatus::skipped;
    result.reason = fmt::format(
        "{} arrays of {} do not fit the {} of GPU memory that are free: end what else uses the "
        "GPU, "
        "or ask for smaller arrays",
        workload->device_arrays, format_bytes(static_cast<double>(m.array_bytes)),
        format_bytes(static_cast<double>(free_bytes)));
    return result;
  }
  device.prepare(workload->kernel, m.array_bytes, seed);
  run_s(m);  // loads the kernel: its time says nothing
  result.reason = wrong_data(m);
  if (result.reason.empty()) {
    warm_up(m, item.warm_up_s, control, now_ns);
    result.reason = take_samples(m, item.duration_s, control, now_ns);
  }
  result.elapsed_s = static_cast<double>(now_ns() - start_ns) / 1e9;
  if (!result.reason.empty()) {
    result.status = CaseStatus::failed;
  } else if (!m.bytes_per_s.empty()) {
    add_numbers(m, result);
  }
  add_method(m, result);
  return result;
}

}  // namespace assay
