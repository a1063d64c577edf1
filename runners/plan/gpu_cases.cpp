#include "runners/plan/gpu_cases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

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

namespace {

constexpr const char* all_gpus_id = "all-gpus";

bool wants_all(const Suite& suite) {
  return std::any_of(suite.rows.begin(), suite.rows.end(),
                     [](const SuiteRow& row) { return row.gpu.all_gpus; });
}

Target all_gpus(const std::vector<Target>& each) {
  Target all;
  all.id = all_gpus_id;
  all.label = fmt::format("{} GPUs at once", each.size());
  all.kind = TargetKind::gpu;
  all.chosen = each.size() > 1;
  all.reason = all.chosen ? "the suite asks for all GPUs at once"
                          : "all GPUs at once: there is only one GPU";
  for (const Target& one : each) all.members.push_back(one.id);
  return all;
}

template <class T>
std::vector<T> or_default(const std::vector<T>& values) {
  return values.empty() ? std::vector<T>{T{}} : values;
}

/// NUMA nodes of the host buffer: those of the host, or none in particular.
std::vector<std::optional<std::uint32_t>> nodes_of(const Host& host, const SuiteRow& row) {
  if (!row.gpu.each_numa_node) return {std::nullopt};
  std::vector<std::optional<std::uint32_t>> nodes;
  for (const NumaNode& node : host.numa_nodes) nodes.emplace_back(node.index);
  return nodes.empty() ? std::vector<std::optional<std::uint32_t>>{std::nullopt} : nodes;
}

std::string id_of(const Case& item) {
  const GpuParameters& gpu = *item.gpu;
  std::string id = fmt::format("gpu/{}/{}", item.target, item.workload);
  if (gpu.peer) id += fmt::format("/gpu{}", *gpu.peer);
  if (gpu.element != ElementType::f32) id += fmt::format("/{}", name_of(gpu.element));
  if (gpu.host_buffer != HostBuffer::pinned) id += fmt::format("/{}", name_of(gpu.host_buffer));
  if (gpu.mover != Mover::copy_engine) id += fmt::format("/{}", name_of(gpu.mover));
  if (gpu.numa_node) id += fmt::format("/node{}", *gpu.numa_node);
  if (gpu.array_bytes != 0) id += "/" + short_size(gpu.array_bytes);
  return id;
}

/// The case once for each other GPU; where there is none, once and skipped.
void add_to_peers(Plan& plan, const Host& host, Case item) {
  bool added = false;
  for (const Gpu& gpu : host.gpu.devices) {
    if (fmt::format("gpu{}", gpu.index) == item.target) continue;
    item.gpu->peer = gpu.index;
    item.id = id_of(item);
    plan.cases.push_back(item);
    added = true;
  }
  if (added) return;
  if (item.skip_reason.empty()) item.skip_reason = "there is only one GPU";
  item.id = id_of(item);
  plan.cases.push_back(std::move(item));
}

void add_combinations(Plan& plan, const Host& host, const SuiteRow& row, const Case& base) {
  for (const ElementType element : or_default(row.gpu.elements)) {
    for (const HostBuffer buffer : or_default(row.gpu.host_buffers)) {
      for (const Mover mover : or_default(row.gpu.movers)) {
        for (const auto& node : nodes_of(host, row)) {
          for (const std::uint64_t size : or_default(row.gpu.array_sizes)) {
            Case item = base;
            item.gpu = GpuParameters{base.workload, size, element, buffer, mover, node, {}};
            item.id = id_of(item);
            if (base.workload == "peer-copy" || base.workload == "peer-latency") {
              add_to_peers(plan, host, std::move(item));
            } else {
              plan.cases.push_back(std::move(item));
            }
          }
        }
      }
    }
  }
}

}  // namespace

std::vector<Target> gpu_targets(const Host& host, const Suite& suite) {
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
  if (!targets.empty()) {
    if (wants_all(suite)) targets.push_back(all_gpus(targets));
    return targets;
  }
  Target none;
  none.id = "gpu0";
  none.label = "no GPU";
  none.kind = TargetKind::gpu;
  none.reason = host.gpu.none_reason;
  if (!wants_all(suite)) return {none};
  Target all = none;
  all.id = all_gpus_id;
  return {none, all};
}

void add_gpu_cases(Plan& plan, const Host& host, const Suite& suite, const SuiteRow& row,
                   const Target& target) {
  if (row.gpu.all_gpus != (target.id == all_gpus_id)) return;
  for (const Workload* workload : row.workloads) {
    add_combinations(plan, host, row, case_for(row, suite, *workload, target));
  }
}

}  // namespace assay
