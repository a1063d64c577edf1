#include "reports/gpu_cases.hpp"

#include <fmt/format.h>

#include "reports/model/names.hpp"
#include "reports/model/units.hpp"

namespace assay {

std::vector<GpuCase> measured_gpu_cases(const Result& result, const std::string& target_id) {
  std::vector<GpuCase> cases;
  for (const Case& item : result.plan.cases) {
    if (!item.gpu || item.target != target_id) continue;
    const CaseResult* const measured = find_case_result(result, item.id);
    if (measured == nullptr || measured->status != CaseStatus::ok) continue;
    cases.push_back({&item, measured});
  }
  return cases;
}

std::string gpu_case_text(const Case& item) {
  const GpuParameters& gpu = *item.gpu;
  std::string text = gpu.kernel;
  if (gpu.element != ElementType::f32) text += fmt::format(" {}", name_of(gpu.element));
  if (gpu.peer) text += fmt::format(" to gpu{}", *gpu.peer);
  if (gpu.array_bytes != 0) text += ", " + format_bytes(static_cast<double>(gpu.array_bytes));
  if (gpu.numa_node) text += fmt::format(", node {}", *gpu.numa_node);
  if (gpu.host_buffer != HostBuffer::pinned) text += ", pageable";
  if (gpu.mover != Mover::copy_engine) text += ", by SM";
  return text;
}

bool is_host_link(const Case& item) {
  const std::string& kernel = item.gpu->kernel;
  return kernel == "host-to-device" || kernel == "device-to-host" || kernel == "bidirectional";
}

}  // namespace assay
