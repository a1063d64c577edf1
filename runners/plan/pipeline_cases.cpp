#include "runners/plan/pipeline_cases.hpp"

#include <fmt/format.h>

#include <map>
#include <optional>

#include "reports/model/names.hpp"
#include "reports/model/units.hpp"
#include "runners/plan/gpu_cases.hpp"
#include "runners/plan/storage_cases.hpp"

namespace assay {

namespace {

std::vector<const Target*> drives_of(const Plan& plan, const Target& target) {
  if (target.members.empty()) return {&target};
  std::vector<const Target*> drives;
  for (const std::string& member : target.members) drives.push_back(find_target(plan, member));
  return drives;
}

/// The same I/O as a storage case's, for what a target allows.
StorageParameters storage_of(const Workload& workload, const PipelineParameters& pipeline) {
  StorageParameters storage;
  storage.operation = workload.operation;
  storage.pattern = Pattern::sequential;
  storage.block_size_bytes = pipeline.block_size_bytes;
  storage.queue_depth = pipeline.buffers;
  if (is_cufile(pipeline)) storage.engine = Engine::pread;  // it needs no io_uring
  storage.read_percent = workload.read_percent;
  return storage;
}

}  // namespace

std::vector<std::uint32_t> near_gpus(const Host& host, const std::vector<const Target*>& drives) {
  std::vector<std::uint32_t> chosen;
  if (host.gpu.devices.empty()) return chosen;
  std::map<std::optional<std::uint32_t>, std::size_t> drives_before;  // by the node that counts
  for (const Target* drive : drives) {
    std::vector<std::uint32_t> near;
    for (const Gpu& gpu : host.gpu.devices) {
      if (drive->numa_node && gpu.numa_node == drive->numa_node) near.push_back(gpu.index);
    }
    std::optional<std::uint32_t> node = drive->numa_node;
    if (near.empty()) {
      node.reset();
      for (const Gpu& gpu : host.gpu.devices) near.push_back(gpu.index);
    }
    chosen.push_back(near[drives_before[node]++ % near.size()]);
  }
  return chosen;
}

void add_pipeline_cases(Plan& plan, const Host& host, const Suite& suite, const SuiteRow& row,
                        const Target& target) {
  const std::vector<std::uint32_t> gpus = near_gpus(host, drives_of(plan, target));
  const auto add = [&](const Workload& workload, std::uint32_t block_size, std::uint32_t buffers,
                       PipelinePath path) {
    Case item = case_for(row, suite, workload, target);
    item.pipeline = PipelineParameters{workload.operation, block_size, buffers, gpus};
    if (path != PipelinePath::bounce) item.pipeline->path = path;
    item.skip_reason = gpus.empty() ? host.gpu.none_reason
                                    : storage_skip_reason(plan, host, target,
                                                          storage_of(workload, *item.pipeline));
    item.id = fmt::format("pipeline/{}/{}/{}/b{}", target.id, workload.name, short_size(block_size),
                          buffers);
    if (path != PipelinePath::bounce) item.id += fmt::format("/{}", name_of(path));
    plan.cases.push_back(std::move(item));
  };
  for (const Workload* workload : row.workloads) {
    for (const std::uint32_t block_size : row.pipeline.block_sizes) {
      for (const std::uint32_t buffers : row.pipeline.buffers) {
        for (const PipelinePath path : row.pipeline.paths) {
          add(*workload, block_size, buffers, path);
        }
      }
    }
  }
}

}  // namespace assay
