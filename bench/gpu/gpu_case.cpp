#include "bench/gpu/gpu_case.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/gpu/gpu_variants.hpp"
#include "bench/gpu/gpu_workloads.hpp"
#include "bench/gpu/node_memory.hpp"
#include "bench/measure/not_applicable.hpp"
#include "reports/model/units.hpp"

namespace assay {
namespace {

constexpr std::uint32_t launches_max = 100'000;
constexpr std::uint64_t progress_interval_ns = 1'000'000'000;

/// One case while it runs: what is measured, how, and the samples so far.
struct Measurement {
  GpuMemoryDevice& device;
  const GpuWorkload& workload;
  GpuMember* member;  // of the GPUs that are measured at once; null when it is alone
  GpuTask task;
  GpuSearch search = {};
  std::uint32_t launches = 1;
  std::vector<double> launch_s = {};  // of each sample, the mean of its launches

  bool is_chase() const { return is_gpu_chase(workload); }
  /// Whether the data are checked after the last sample only: see gpu_case.hpp.
  bool checks_last_only() const { return member != nullptr && workload.path == GpuPath::host_link; }
  bool must_stop(const RunControl& control) const {
    return control.stop_requested() || (member != nullptr && member->is_broken());
  }
  /// Bytes a second of a launch that takes that long.
  double rate(double one_launch_s) const { return gpu_launch_bytes(workload, task) / one_launch_s; }
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
      "wrong data: {} elements or sums of {} differ from what they must be, after {} samples",
      wrong, m.workload.name, m.launch_s.size());
}

void warm_up(Measurement& m, double duration_s, const RunControl& control,
             const std::function<std::uint64_t()>& now_ns) {
  const std::uint64_t end_ns = now_ns() + nanoseconds(duration_s);
  do {
    const double launch_s = run_s(m) / m.launches;
    m.launches = std::max(m.launches, launches_for(launch_s));
  } while (now_ns() < end_ns && !m.must_stop(control));
}

bool is_finished(std::uint64_t samples, std::uint64_t elapsed_ns, std::uint64_t duration_ns) {
  if (samples == 0) return false;
  return elapsed_ns >= duration_ns && (samples >= gpu_samples_min || elapsed_ns >= 3 * duration_ns);
}

/// Whether this GPU has all its samples and no other needs it to go on.
bool is_done(const Measurement& m, std::uint64_t elapsed_ns, std::uint64_t duration_ns) {
  if (!is_finished(m.launch_s.size(), elapsed_ns, duration_ns)) return false;
  if (m.member == nullptr) return true;
  m.member->have_enough();
  return m.member->all_have_enough() || elapsed_ns >= 3 * duration_ns;
}

/// Takes the samples; returns why they are worthless, or nothing.
std::string take_samples(Measurement& m, double duration_s, const RunControl& control,
                         const std::function<std::uint64_t()>& now_ns) {
  const std::uint64_t start_ns = now_ns();
  std::uint64_t progress_ns = start_ns;
  for (std::uint64_t now = start_ns;
       !m.must_stop(control) && !is_done(m, now - start_ns, nanoseconds(duration_s));
       now = now_ns()) {
    const double launch_s = run_s(m) / m.launches;
    if (!m.checks_last_only()) {
      std::string wrong = wrong_data(m);
      if (!wrong.empty()) return wrong;
    }
    m.launch_s.push_back(launch_s);
    if (now - progress_ns >= progress_interval_ns) {
      control.progress({.ops_per_s = 0, .bytes_per_s = m.rate(launch_s)});
      progress_ns = now;
    }
  }
  return m.checks_last_only() && !m.launch_s.empty() ? wrong_data(m) : "";
}

/// Percent of the bandwidths that the clock and the data sheet promise; only where the cache cannot
/// have served the arrays.
void add_peak(const Measurement& m, double bandwidth, CaseResult& result) {
  if (m.workload.path != GpuPath::device_memory) return;
  const CudaDevice& device = m.device.device();
  if (!is_beyond_cache(m.task.array_bytes, device.l2_bytes)) {
    result.method.emplace_back(
        "peak",
        fmt::format("not related to that of the memory: the arrays are smaller than 8 x the "
                    "L2 cache of {}",
                    format_bytes(static_cast<double>(device.l2_bytes))));
    return;
  }
  if (const double sold = gpu_datasheet_peak(device.name); sold > 0) {
    result.metrics.push_back(
        {"peak/datasheet-percent", 100 * bandwidth / sold, "%", Direction::higher_is_better, {}});
    result.method.emplace_back("data sheet", format_byte_rate(sold));
  }
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

std::string bytes_counted(const Measurement& m) {
  if (m.workload.kernel == GpuKernel::bidirectional) {
    return "bytes that cross the link, both directions together";
  }
  if (m.is_chase()) return "none: each load waits for the one before";
  if (m.workload.path != GpuPath::device_memory) {
    return "bytes that cross the link, as nvbandwidth";
  }
  if (m.workload.kernel == GpuKernel::gather) {
    return fmt::format("a 32-byte sector for each element; payload: the {} bytes of the element",
                       element_bytes(m.task.element));
  }
  return "bandwidth: read + written, as STREAM; payload: each byte once, as nvbandwidth";
}

void add_method(const Measurement& m, CaseResult& result) {
  const auto bytes = static_cast<double>(m.task.array_bytes);
  result.method.emplace_back("gpu", m.device.device().name);
  result.method.emplace_back("ecc", m.device.device().ecc_enabled ? "on" : "off");
  const std::string shape = m.device.shape();
  result.method.emplace_back(
      "kernel", m.search.log.empty() ? shape : variant_text(m.search.winner) + ", " + shape);
  if (!m.search.log.empty()) result.method.emplace_back("search", m.search.log);
  if (m.workload.path == GpuPath::device_memory && !m.is_chase()) {
    result.method.emplace_back("element", m.task.element == GpuElement::f64 ? "f64" : "f32");
  }
  result.method.emplace_back("array size", fmt::format("{} ({} on the device)", format_bytes(bytes),
                                                       m.workload.device_arrays));
  if (m.task.passes > 1) {
    result.method.emplace_back("passes per launch", std::to_string(m.task.passes));
  }
  if (m.task.accesses > 0) {
    result.method.emplace_back("accesses per launch", std::to_string(m.task.accesses));
  }
  if (m.task.host_memory != nullptr) {
    result.method.emplace_back("host memory", "bound to the NUMA node, where all of it is");
  }
  result.method.emplace_back("samples", std::to_string(m.launch_s.size()));
  result.method.emplace_back("launches per sample", std::to_string(m.launches));
  result.method.emplace_back("bytes counted", bytes_counted(m));
  result.method.emplace_back(
      "data", m.is_chase() ? "a ring in random order, one node in each 128 bytes, each launch from "
                             "where the one before ended, checked on the GPU after each sample"
                           : fmt::format("random floats, every element or sum checked on the GPU "
                                         "after {} sample",
                                         m.checks_last_only() ? "the last" : "each"));
}

void add_latency(const Measurement& m, CaseResult& result) {
  const std::uint64_t l2_bytes = m.device.device().l2_bytes;
  if (!is_beyond_cache(m.task.array_bytes, l2_bytes)) {
    result.method.emplace_back(
        "served by", fmt::format("the L2 cache of {} where it holds the ring, which is smaller "
                                 "than 8 x that; the memory for the rest",
                                 format_bytes(static_cast<double>(l2_bytes))));
  }
  std::vector<double> ns;
  for (const double one : m.launch_s) {
    ns.push_back(1e9 * one / static_cast<double>(m.task.accesses));
  }
  const Spread spread = spread_of(ns);
  result.metrics.push_back(
      {"latency/load", spread.median, "ns", Direction::lower_is_better, spread});
  result.samples.push_back({"latency/load", "ns", std::move(ns)});
}

void add_bandwidth(const Measurement& m, CaseResult& result) {
  std::vector<double> bytes_per_s;
  for (const double one : m.launch_s) bytes_per_s.push_back(m.rate(one));
  const Spread spread = spread_of(bytes_per_s);
  result.metrics.push_back(
      {"bandwidth", spread.median, "B/s", Direction::higher_is_better, spread});
  double payload_share = 0;
  if (m.workload.payload_arrays != 0) {
    payload_share = 1.0 * m.workload.payload_arrays / m.workload.traffic_arrays;
  }
  if (m.workload.kernel == GpuKernel::gather) {
    payload_share = static_cast<double>(element_bytes(m.task.element)) / gpu_sector_bytes;
  }
  if (payload_share > 0) {
    result.metrics.push_back({"bandwidth/payload",
                              spread.median * payload_share,
                              "B/s",
                              Direction::higher_is_better,
                              {}});
  }
  result.samples.push_back({"bandwidth", "B/s", std::move(bytes_per_s)});
  add_peak(m, spread.median, result);
}

void add_numbers(const Measurement& m, CaseResult& result) {
  if (m.is_chase()) {
    add_latency(m, result);
  } else {
    add_bandwidth(m, result);
  }
  if (m.launch_s.size() < gpu_samples_min) {
    result.flags.push_back(fmt::format("only {} samples in the time given; {} are wanted",
                                       m.launch_s.size(), gpu_samples_min));
  }
}

/// Says which memories a transfer is between. What it returns must outlive the measurement.
std::unique_ptr<NodeMemory> set_link(const GpuParameters& gpu, Measurement& m) {
  m.task.host =
      gpu.host_buffer == HostBuffer::pageable ? GpuHostMemory::pageable : GpuHostMemory::pinned;
  m.task.mover =
      gpu.mover == Mover::multiprocessors ? GpuMover::multiprocessors : GpuMover::copy_engine;
  if (gpu.peer) {
    m.task.peer = static_cast<int>(*gpu.peer);
    const bool by_kernel = m.is_chase() || gpu.mover == Mover::multiprocessors;
    if (by_kernel && !m.device.can_access(m.task.peer)) {
      throw NotApplicable(fmt::format(
          "kernels on this GPU cannot reach the memory of GPU {}: there is no peer access between "
          "them (`nvidia-smi topo -p2p r`)",
          m.task.peer));
    }
  }
  if (!gpu.numa_node) return nullptr;
  auto memory = std::make_unique<NodeMemory>(2 * m.task.array_bytes, *gpu.numa_node);
  m.task.host_memory = memory->data();
  return memory;
}

/// Chooses the variant; returns why the case is worthless, or nothing.
std::string choose_variant(Measurement& m, const RunControl& control) {
  const std::vector<GpuVariant> variants =
      gpu_variants(m.task.kernel, m.task.element, m.device.device().compute_capability);
  if (variants.empty()) {
    run_s(m);  // loads the kernel: its time says nothing
    return wrong_data(m);
  }
  m.search = search_variants(m.device, variants, gpu_launch_bytes(m.workload, m.task),
                             gpu_sample_s_min, control);
  return m.search.wrong_data;
}

}  // namespace

CaseResult measure_gpu_case(GpuMemoryDevice& device, const Case& item, const RunControl& control,
                            const std::function<std::uint64_t()>& now_ns, GpuMember* member) {
  CaseResult result;
  result.id = item.id;
  const std::uint64_t start_ns = now_ns();
  const GpuWorkload* const workload = find_gpu_workload(item.gpu.value().kernel);
  if (workload == nullptr) {
    throw std::runtime_error(fmt::format("unknown GPU kernel `{}`", item.gpu->kernel));
  }
  const std::uint64_t free_bytes = device.free_bytes();
  const std::uint64_t array_bytes =
      gpu_array_bytes(*workload, item.gpu->array_bytes, device.device().l2_bytes, free_bytes);
  if (array_bytes == 0 || array_bytes > free_bytes / workload->device_arrays) {
    result.status = CaseStatus::skipped;
    result.reason = fmt::format(
        "{} arrays of {} do not fit the {} of GPU memory that are free: end what else uses the "
        "GPU, or "
        "ask for smaller arrays",
        workload->device_arrays, format_bytes(static_cast<double>(array_bytes)),
        format_bytes(static_cast<double>(free_bytes)));
    return result;
  }
  const GpuElement element =
      item.gpu->element == ElementType::f64 ? GpuElement::f64 : GpuElement::f32;
  Measurement m{device, *workload, member, gpu_task(*workload, element, array_bytes)};
  const std::unique_ptr<NodeMemory> host_memory = set_link(*item.gpu, m);
  device.prepare(m.task);
  result.reason = choose_variant(m, control);
  if (result.reason.empty() && !control.stop_requested()) {
    if (member != nullptr) member->start();
    warm_up(m, item.warm_up_s, control, now_ns);
    result.reason = take_samples(m, item.duration_s, control, now_ns);
  }
  result.elapsed_s = static_cast<double>(now_ns() - start_ns) / 1e9;
  if (!result.reason.empty()) {
    result.status = CaseStatus::failed;
  } else if (!m.launch_s.empty()) {
    add_numbers(m, result);
  }
  add_method(m, result);
  return result;
}

}  // namespace assay
