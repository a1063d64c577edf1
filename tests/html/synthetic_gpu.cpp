#include <fmt/format.h>

#include "bench/gpu/gpu_case.hpp"
#include "tests/gpu/fake_gpu.hpp"
#include "tests/html/synthetic_result.hpp"

namespace assay {

namespace {

constexpr std::uint64_t mib = std::uint64_t{1} << 20;

/// Measures a case on a fake GPU, by the code that measures real ones.
void measure(Result& result, const std::string& target, const GpuParameters& parameters,
             const std::string& suffix, double bytes_per_s) {
  FakeGpu gpu;
  gpu.device_.name = "SYNTHETIC GPU";
  gpu.bytes_per_s = bytes_per_s;
  gpu.chase_ns = parameters.array_bytes != 0 && parameters.array_bytes < 50 * mib ? 250 : 640;
  if (parameters.peer) gpu.chase_ns = *parameters.peer == 1 ? 900 : 1100;
  gpu.slowdowns = {1.0, 1.002, 1.004};
  if (find_gpu_workload(parameters.kernel)->path == GpuPath::device_memory) {
    gpu.speed = [](const GpuVariant& one) { return 0.92 + 0.01 * one.unroll; };
  }
  Case item;
  item.id = fmt::format("gpu/{}/{}{}", target, parameters.kernel, suffix);
  item.workload = parameters.kernel;
  item.target = target;
  item.duration_s = 1;
  item.required = false;
  item.gpu = parameters;
  CaseResult measured = measure_gpu_case(gpu, item, {}, [&gpu] { return gpu.clock.now_ns(); });
  GpuState state;
  state.gpu = target == "gpu1" ? 1 : 0;
  state.readings = 12;
  state.sm_clock_mhz_min = 1755;
  state.sm_clock_mhz_max = 1980;
  state.memory_clock_mhz_min = state.memory_clock_mhz_max = 2619;
  state.power_w_max = 431;
  state.power_limit_w = 700;
  state.temperature_c_max = 58;
  if (parameters.kernel == "triad") state.throttle_reasons = {"software power cap"};
  state.pcie_generation = state.pcie_generation_max = 5;
  state.pcie_width = 8;
  state.pcie_width_max = 16;
  state.ecc = true;
  state.ecc_corrected = state.ecc_uncorrected = 0;
  state.virtualization = "pass-through";
  measured.gpu_states = std::vector<GpuState>{state};
  if (parameters.peer) measured.method.emplace_back("link", "NVLink");
  result.plan.cases.push_back(item);
  result.cases.push_back(std::move(measured));
}

void measure_memory(Result& result, const std::string& target) {
  for (const char* kernel : {"read", "write", "copy", "scale", "add", "triad", "dot", "gather"}) {
    const double share = kernel == std::string("gather") ? 0.31 : 1.0;
    measure(result, target, {.kernel = kernel}, "", 3.15e12 * share);
    if (kernel == std::string("triad") || kernel == std::string("dot")) {
      measure(result, target, {.kernel = kernel, .element = ElementType::f64}, "/f64", 3.1e12);
    }
  }
  for (std::uint64_t size = mib; size <= 4096 * mib; size *= 16) {
    const double cached = size <= 16 * mib ? 8e12 : size <= 64 * mib ? 5e12 : 3.1e12;
    const std::string suffix = fmt::format("/{}m", size / mib);
    for (const char* kernel : {"read", "copy"}) {
      measure(result, target, {.kernel = kernel, .array_bytes = size}, suffix, cached);
    }
    measure(result, target, {.kernel = "chase", .array_bytes = size}, suffix, cached);
  }
}

void measure_links(Result& result, const std::string& target, std::uint32_t peer) {
  for (const char* kernel : {"host-to-device", "device-to-host", "bidirectional"}) {
    const double both = kernel == std::string("bidirectional") ? 1.8 : 1;
    measure(result, target, {.kernel = kernel}, "", 55e9 * both);
    measure(result, target, {.kernel = kernel, .mover = Mover::multiprocessors}, "/multiprocessors",
            48e9 * both);
    measure(result, target, {.kernel = kernel, .host_buffer = HostBuffer::pageable}, "/pageable",
            9e9 * both);
  }
  for (const std::uint32_t node : {0U, 1U}) {
    measure(result, target, {.kernel = "host-to-device"}, fmt::format("/node{}", node),
            node == peer ? 41e9 : 55e9);
    result.plan.cases.back().gpu->numa_node = node;  // this machine need not have it
  }
  measure(result, target, {.kernel = "peer-copy", .peer = peer}, fmt::format("/gpu{}", peer),
          390e9);
  measure(result, target, {.kernel = "peer-latency", .peer = peer}, fmt::format("/gpu{}", peer), 0);
}

void add_ok(Result& result, Case item, double bytes_per_s) {
  CaseResult measured;
  measured.id = item.id;
  const std::vector<double> rates{0.97 * bytes_per_s, bytes_per_s, 1.02 * bytes_per_s};
  measured.metrics = {
      {"bandwidth", bytes_per_s, "B/s", Direction::higher_is_better, spread_of(rates)}};
  measured.samples = {{"bandwidth", "B/s", rates}};
  result.plan.cases.push_back(std::move(item));
  result.cases.push_back(std::move(measured));
}

void measure_pipelines(Result& result) {
  const std::string one = "instance-store-file";
  for (const Operation operation : {Operation::read, Operation::write}) {
    const bool read = operation == Operation::read;
    for (const std::string& target : {one, one + "-2"}) {
      Case item;
      item.workload = read ? "sequential-read" : "sequential-write";
      item.target = target;
      item.id = fmt::format("storage/{}/{}/1m/qd8", target, item.workload);
      item.storage = StorageParameters{operation, Pattern::sequential, 1U << 20, 8};
      if (find_case(result.plan, item.id) == nullptr) add_ok(result, item, read ? 7e9 : 4e9);
    }
    for (const std::string& target : {one, one + "-all"}) {
      Case item;
      item.workload = read ? "storage-to-gpu" : "gpu-to-storage";
      item.target = target;
      for (const std::uint32_t buffers : {4U, 16U}) {
        item.id = fmt::format("pipeline/{}/{}/1m/b{}", target, item.workload, buffers);
        item.pipeline = PipelineParameters{operation, 1U << 20, buffers, {0}};
        if (target != one) item.pipeline->gpus = {0, 1};
        const double drives = target == one ? 1 : 2;
        add_ok(result, item, drives * (read ? 6.5e9 : 3.8e9) * (buffers == 16 ? 1 : 0.7));
      }
    }
  }
}

}  // namespace

Result synthetic_gpu_result() {
  Result result = synthetic_sets_result();
  std::erase_if(result.plan.targets, [](const Target& one) { return one.id == "gpu0"; });
  std::erase_if(result.plan.cases, [](const Case& one) { return one.gpu.has_value(); });
  std::erase_if(result.cases, [](const CaseResult& one) { return one.id.starts_with("gpu/"); });
  result.host.gpu.none_reason.clear();
  for (const std::uint32_t index : {0U, 1U}) {
    Gpu gpu;
    gpu.index = index;
    gpu.name = "SYNTHETIC GPU";
    gpu.compute_capability = "9.0";
    result.host.gpu.devices.push_back(gpu);
    Target target;
    target.id = fmt::format("gpu{}", index);
    target.label = "SYNTHETIC GPU, measured by nobody";
    target.kind = TargetKind::gpu;
    target.chosen = true;
    result.plan.targets.push_back(target);
  }
  measure_memory(result, "gpu0");
  measure_links(result, "gpu0", 1);
  measure_links(result, "gpu1", 0);
  Target all = result.plan.targets.back();
  all.id = "all-gpus";
  all.members = {"gpu0", "gpu1"};
  result.plan.targets.push_back(all);
  measure(result, "all-gpus", {.kernel = "host-to-device"}, "", 99e9);
  for (const char* member : {"bandwidth/gpu0", "bandwidth/gpu1"}) {
    const double share = member == std::string("bandwidth/gpu0") ? 51e9 : 48e9;
    result.cases.back().metrics.push_back({member, share, "B/s", Direction::informative, {}});
  }
  measure_pipelines(result);
  return result;
}

}  // namespace assay
