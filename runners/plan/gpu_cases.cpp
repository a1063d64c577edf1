#include "runners/plan/gpu_cases.hpp"

#include <fmt/format.h>

#include "reports/model/names.hpp"
#include "reports/model/units.hpp"

namespace assay {

Case case_for(const SuiteRow& row, const Suite& suite, const Workload& workload,
              const Target& target) {
  Case item;
  item.workload = std::string(workload.name);
  item.target = target.id;
  item.warm_up_s = suite.warm_up_s;
  item.duration_s = row.duration_s.value_or(suite.duration_s);
  item.required = row.required;
  item.priority = row.priority;
  if (!target.chosen) item.skip_reason = target.reason;
  return item;
}

std::vector<Target> gpu_targets(const Host& host) {
  std::vector<Target> targets;
  for (const Gpu& gpu : host.gpu.devices) {
    Target target;
    target.id = fmt::format("gpu{}", gpu.index);
    target.label =
        fmt::format("{} ({})", gpu.name, format_bytes(static_cast<double>(gpu.memory_bytes)));
    target.kind = TargetKind::gpu;
    target.chosen = true;
    target.reason = "GPU of this host";
    target.numa_node = gpu.numa_node;
    targets.push_back(target);
  }
  if (!targets.empty()) return targets;
  Target none;
  none.id = "gpu0";
  none.label = "no GPU";
  none.kind = TargetKind::gpu;
  none.reason = host.gpu.none_reason;
  return {none};
}

void add_gpu_cases(Plan& plan, const Suite& suite, const SuiteRow& row, const Target& target) {
  std::vector<std::uint64_t> sizes = row.gpu.array_sizes;
  std::vector<ElementType> elements = row.gpu.elements;
  if (sizes.empty()) sizes = {0};
  if (elements.empty()) elements = {ElementType::f32};
  for (const Workload* workload : row.workloads) {
    for (const ElementType element : elements) {
      for (const std::uint64_t size : sizes) {
        Case item = case_for(row, suite, *workload, target);
        item.gpu = GpuParameters{item.workload, size, element};
        item.id = fmt::format("gpu/{}/{}", target.id, workload->name);
        if (element != ElementType::f32) item.id += fmt::format("/{}", name_of(element));
        if (size != 0) item.id += "/" + short_size(size);
        plan.cases.push_back(std::move(item));
      }
    }
  }
}

}  // namespace assay
