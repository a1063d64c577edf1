#include "reports/case_text.hpp"

#include <fmt/format.h>

#include "reports/model/names.hpp"
#include "reports/model/units.hpp"

namespace assay {

namespace {

constexpr const char* part_of_commit = "fdatasync";

std::string storage_text(const StorageParameters& storage) {
  const std::string size = short_size(storage.block_size_bytes);
  if (storage.durability == Durability::fdatasync) return "write + fdatasync " + size;
  if (storage.durability == Durability::dsync) return "write with O_DSYNC " + size;
  const char* pattern = storage.pattern == Pattern::random ? "random" : "sequential";
  if (storage.operation == Operation::mixed) {
    return fmt::format("{} mixed {}/{} {}", pattern, storage.read_percent,
                       100 - storage.read_percent, size);
  }
  return fmt::format("{} {} {}", pattern, storage.operation == Operation::read ? "read" : "write",
                     size);
}

std::string memory_text(const MemoryParameters& memory) {
  if (memory.threads == 0) return fmt::format("memory {}, all threads", memory.kernel);
  return fmt::format("memory {}, {} thread{}", memory.kernel, memory.threads,
                     memory.threads == 1 ? "" : "s");
}

}  // namespace

std::string workload_text(const Case& item) {
  if (item.storage) return storage_text(*item.storage);
  if (item.memory) return memory_text(*item.memory);
  if (item.gpu) return "GPU " + item.gpu->kernel;
  return item.workload;
}

std::string case_text(const Case& item) {
  if (!item.storage) return workload_text(item);
  if (item.storage->arrival != Arrival::closed) {
    return fmt::format("{}, {} arrivals at {:.0f}/s", workload_text(item),
                       name_of(item.storage->arrival), item.storage->rate_per_s);
  }
  return fmt::format("{}, queue depth {}{}", workload_text(item), item.storage->queue_depth,
                     item.storage->engine == Engine::pread ? ", pread" : "");
}

std::string device_class_text(DeviceClass device_class) {
  switch (device_class) {
    case DeviceClass::instance_store:
      return "instance store";
    case DeviceClass::ebs:
      return "EBS";
    case DeviceClass::other:
      return "other device";
  }
  return "other device";
}

std::string status_text(CaseStatus status) {
  switch (status) {
    case CaseStatus::ok:
      return "ok";
    case CaseStatus::skipped:
      return "skipped";
    case CaseStatus::failed:
      return "failed";
  }
  return "failed";
}

std::string instance_text(const Result& result) {
  const std::string& name = result.host.identity.product_name;
  if (!name.empty()) return name;
  const Host& host = result.host;
  if (host.cpu.model.empty()) return "this machine";
  return fmt::format("{}, {} CPUs, {}", host.cpu.model, host.cpu.threads,
                     format_bytes(static_cast<double>(host.memory.total_bytes)));
}

const SparseHistogram* main_histogram(const CaseResult& result) {
  for (const NamedHistogram& histogram : result.histograms) {
    if (histogram.name != part_of_commit && histogram.latency.count > 0) return &histogram.latency;
  }
  return nullptr;
}

std::uint64_t io_count(const CaseResult& result) {
  std::uint64_t count = 0;
  for (const NamedHistogram& histogram : result.histograms) {
    if (histogram.name != part_of_commit) count += histogram.latency.count;
  }
  return count;
}

}  // namespace assay
