#include "bench/gpu/gpu_bench.hpp"

#include <fmt/format.h>

#include <chrono>
#include <future>
#include <string>
#include <utility>

#include "bench/gpu/gpu_case.hpp"
#include "bench/gpu/gpu_watch.hpp"
#include "bench/measure/noise.hpp"

namespace assay {
namespace {

std::uint64_t steady_now_ns() {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(
                                        std::chrono::steady_clock::now().time_since_epoch())
                                        .count());
}

/// What only the inventory knows about a case between two GPUs.
void describe_link(const GpuSource& source, const CudaInventory& inventory, const Case& item,
                   const CudaDevice& device, CaseResult& result) {
  if (!item.gpu->peer) return;
  for (const CudaDevice& peer : inventory.devices) {
    if (static_cast<std::uint32_t>(peer.index) != *item.gpu->peer) continue;
    result.method.emplace_back(
        "link", nvml_link_between(device.pci_address, peer.pci_address, source.nvml_library));
  }
}

/// On one GPU. `member` as of measure_gpu_case.
CaseResult measure(const GpuSource& source, const Case& item, std::uint32_t gpu,
                   const RunControl& control, GpuMember* member) {
  const CudaInventory inventory = source.inventory();
  std::string reason = why_gpu_cannot_be_measured(inventory, gpu);
  if (reason.empty() && item.gpu->peer) {
    reason = why_gpu_cannot_be_measured(inventory, *item.gpu->peer);
  }
  if (!reason.empty()) return skipped_case(item, reason);
  const auto device = source.open(static_cast<int>(gpu));
  NvmlWatch watch(gpu, device->device().pci_address, source.nvml_library);
  CaseResult result = measure_gpu_case(*device, item, control, source.now_ns, member);
  const GpuState state = watch.end();
  result.gpu_states = {state};
  describe_link(source, inventory, item, device->device(), result);
  const std::string errors = ecc_failure(state);
  if (result.status == CaseStatus::ok && !errors.empty()) {
    result.status = CaseStatus::failed;
    result.reason = errors;
  }
  return result;
}

/// The cases of several GPUs, measured at once, as one: the first that did not end well decides.
CaseResult together(const Case& item, const std::vector<std::uint32_t>& gpus,
                    const std::vector<CaseResult>& each) {
  CaseResult all = each.front();
  all.metrics.clear();
  all.samples.clear();
  all.gpu_states = std::vector<GpuState>();
  double sum = 0;
  for (std::size_t i = 0; i < each.size(); ++i) {
    const CaseResult& one = each[i];
    if (one.status != CaseStatus::ok) return one;
    const double rate = metric_value(one.metrics, "bandwidth").value_or(0);
    sum += rate;
    all.metrics.push_back(
        {fmt::format("bandwidth/gpu{}", gpus[i]), rate, "B/s", Direction::informative, {}});
    if (one.gpu_states) {
      all.gpu_states->insert(all.gpu_states->end(), one.gpu_states->begin(), one.gpu_states->end());
    }
    if (i > 0) all.flags.insert(all.flags.end(), one.flags.begin(), one.flags.end());
  }
  all.id = item.id;
  all.metrics.insert(all.metrics.begin(),
                     {"bandwidth", sum, "B/s", Direction::higher_is_better, {}});
  all.method.emplace_back("at once",
                          fmt::format("{} GPUs, each by a thread of its own, from the same moment "
                                      "until all have enough samples; the sum of their medians",
                                      each.size()));
  return all;
}

CaseResult measure_together(const GpuSource& source, const Case& item,
                            const std::vector<std::uint32_t>& gpus, const RunControl& control) {
  if (gpus.size() == 1) return measure(source, item, gpus.front(), control, nullptr);
  GpuGroup group(gpus.size());
  const RunControl silent{control.stop, {}};  // one of them shows the progress
  std::vector<std::future<CaseResult>> running;
  for (std::size_t i = 0; i < gpus.size(); ++i) {
    running.push_back(std::async(std::launch::async, [&, i] {
      GpuMember member(group);
      return measure(source, item, gpus[i], i == 0 ? control : silent, &member);
    }));
  }
  std::vector<CaseResult> each;
  each.reserve(running.size());
  for (auto& one : running) one.wait();
  for (auto& one : running) each.push_back(one.get());
  return together(item, gpus, each);
}

}  // namespace

CaseResult skipped_case(const Case& item, const std::string& reason) {
  CaseResult result;
  result.id = item.id;
  result.status = CaseStatus::skipped;
  result.reason = reason;
  return result;
}

std::string why_gpu_cannot_be_measured(const CudaInventory& inventory, std::uint32_t gpu_index) {
  if (!inventory.none_reason.empty()) return inventory.none_reason;
  for (const CudaDevice& device : inventory.devices) {
    if (static_cast<std::uint32_t>(device.index) == gpu_index) return device.unusable_reason;
  }
  return fmt::format("there is no GPU {} among the {} that CUDA shows", gpu_index,
                     inventory.devices.size());
}

GpuSource cuda_source() {
  return {query_cuda_devices, open_cuda_device, steady_now_ns, "libnvidia-ml.so.1", 60,
          open_cuda_copier,   CuFileSource()};
}

CaseResult GpuBench::run(const Case& item, const std::vector<std::uint32_t>& gpus,
                         const RunControl& control) {
  std::vector<std::uint32_t> used = gpus;
  if (item.gpu->peer) used.push_back(*item.gpu->peer);
  return guard(
      item, used,
      [source = source_, item, gpus](const RunControl& inner) {
        return measure_together(source, item, gpus, inner);
      },
      control);
}

CaseResult GpuBench::guard(const Case& item, const std::vector<std::uint32_t>& gpus, GpuWork work,
                           const RunControl& control) {
  for (const std::uint32_t gpu : gpus) {
    const auto hung = hung_.find(gpu);
    if (hung == hung_.end()) continue;
    return skipped_case(item,
                        fmt::format("GPU {} does not answer any more since {}", gpu, hung->second));
  }
  const double deadline_s = item.warm_up_s + 3 * item.duration_s + source_.hang_s;
  const NoiseMeter noise;
  const auto ended = run_with_deadline(std::move(work), deadline_s, control);
  if (ended) {
    CaseResult result = *ended;
    result.noise = noise.end();
    return result;
  }
  for (const std::uint32_t gpu : gpus) hung_[gpu] = item.id;
  CaseResult result;
  result.id = item.id;
  result.status = CaseStatus::failed;
  result.reason = fmt::format(
      "GPU {} hangs: the case did not end within {:.0f} s. Look at `dmesg | grep -i xid` and "
      "`nvidia-smi`; a reset needs a reboot. Its further cases are skipped",
      fmt::join(gpus, " or "), deadline_s);
  return result;
}

}  // namespace assay
