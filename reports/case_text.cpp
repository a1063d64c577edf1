#include "reports/case_text.hpp"

#include <fmt/format.h>

#include "reports/gpu_cases.hpp"
#include "reports/model/names.hpp"
#include "reports/model/units.hpp"

namespace assay {

namespace {

/// Histograms of a part of I/Os that another histogram has whole: the fdatasync of a commit, the
/// time from issue of an open loop, what one member of a set did.
bool is_of_parts(const NamedHistogram& histogram) {
  return histogram.name == "fdatasync" || histogram.name == "issued" ||
         histogram.name.rfind("member/", 0) == 0;
}

/// "4k", "70 % 4k + 30 % 64k"
std::string size_text(const StorageParameters& storage) {
  if (storage.block_mix.empty()) return short_size(storage.block_size_bytes);
  std::string text;
  for (const SizeShare& share : storage.block_mix) {
    text += fmt::format("{}{} % {}", text.empty() ? "" : " + ", share.percent,
                        short_size(share.block_size_bytes));
  }
  return text;
}

std::string pattern_text(const StorageParameters& storage) {
  switch (storage.pattern) {
    case Pattern::random:
      return "random";
    case Pattern::sequential:
      return storage.streams > 1 ? fmt::format("{}-stream sequential", storage.streams)
                                 : "sequential";
    case Pattern::zipf:
      return fmt::format("Zipf {:g}", storage.zipf_theta);
    case Pattern::full_coverage:
      return "full-coverage";
  }
  return "random";
}

std::string range_of_target(const StorageParameters& storage) {
  if (storage.range_begin_percent <= 0 && storage.range_end_percent >= 100) return {};
  return fmt::format(" in {:g} to {:g} % of the target", storage.range_begin_percent,
                     storage.range_end_percent);
}

std::string storage_text(const StorageParameters& storage) {
  const std::string size = size_text(storage) + range_of_target(storage);
  if (storage.durability == Durability::fdatasync) return "write + fdatasync " + size;
  if (storage.durability == Durability::dsync) return "write with O_DSYNC " + size;
  const std::string pattern = pattern_text(storage);
  if (storage.operation == Operation::mixed) {
    return fmt::format("{} mixed {}/{} {}", pattern, storage.read_percent,
                       100 - storage.read_percent, size);
  }
  return fmt::format("{} {} {}", pattern, storage.operation == Operation::read ? "read" : "write",
                     size);
}

/// "poisson arrivals at 16000/s (50 % of the highest rate)"
std::string arrival_text(const StorageParameters& storage) {
  const std::string arrivals = fmt::format("{} arrivals at ", name_of(storage.arrival));
  const std::string share = fmt::format("{:g} % of the highest rate", storage.rate_percent);
  if (storage.rate_refinement && !(storage.rate_percent > 0)) {
    return arrivals + "a rate chosen where latency changes most";
  }
  if (!(storage.rate_percent > 0)) return arrivals + fmt::format("{:.0f}/s", storage.rate_per_s);
  if (!(storage.rate_per_s > 0)) return arrivals + share;
  return arrivals + fmt::format("{:.0f}/s ({})", storage.rate_per_s, share);
}

/// What is not as usual, each with a comma before it: ", CPUs of node 0, memory of node 1".
std::string memory_place_text(const MemoryParameters& memory) {
  std::string text;
  if (memory.l3_domain) text += fmt::format(" of L3 domain {}", *memory.l3_domain);
  if (memory.cpu_node) text += fmt::format(", CPUs of node {}", *memory.cpu_node);
  if (memory.memory_node) text += fmt::format(", memory of node {}", *memory.memory_node);
  if (memory.working_set_bytes > 0) text += ", " + short_size(memory.working_set_bytes);
  if (memory.memory_percent > 0) text += fmt::format(", {:g} % of memory", memory.memory_percent);
  if (memory.pages == MemoryPages::small) text += ", small pages";
  return text;
}

std::string memory_text(const MemoryParameters& memory) {
  return fmt::format("memory {}, {}{}", memory.kernel, threads_text(memory.threads),
                     memory_place_text(memory));
}

std::string pipeline_text(const Case& item) {
  return fmt::format(
      "{}{}, {}, {} buffers{}",
      item.pipeline->operation == Operation::read ? "storage to GPU" : "GPU to storage",
      is_cufile(*item.pipeline) ? " by cuFile" : "", short_size(item.pipeline->block_size_bytes),
      item.pipeline->buffers, item.pipeline->gpus.size() > 1 ? " a drive" : "");
}

}  // namespace

std::string workload_text(const Case& item) {
  if (item.storage) return storage_text(*item.storage);
  if (item.memory) return memory_text(*item.memory);
  if (item.gpu) return "GPU " + gpu_case_text(item);
  if (item.pipeline) return pipeline_text(item);
  return item.workload;
}

std::string threads_text(std::uint32_t threads) {
  if (threads == 0) return "all threads";
  return fmt::format("{} thread{}", threads, threads == 1 ? "" : "s");
}

std::string engine_text(const StorageParameters& storage) {
  std::string text = storage.engine == Engine::io_uring           ? "io_uring"
                     : storage.engine == Engine::pread            ? "pread"
                     : storage.engine == Engine::nvme_passthrough ? "NVMe passthrough"
                     : storage.engine == Engine::libaio           ? "libaio"
                                                                  : "another engine";
  if (storage.iopoll) text += ", IOPOLL";
  if (storage.sqpoll) text += ", SQPOLL";
  if (!storage.direct) text += ", page cache";
  return text;
}

std::string case_text(const Case& item) {
  if (!item.storage) return workload_text(item);
  const StorageParameters& storage = *item.storage;
  std::string text = workload_text(item) + ", ";
  text += storage.arrival == Arrival::closed ? fmt::format("queue depth {}", storage.queue_depth)
                                             : arrival_text(storage);
  if (storage.threads > 1) text += fmt::format(", {} threads", storage.threads);
  const std::string engine = engine_text(storage);
  if (engine != "io_uring") text += ", " + engine;
  if (storage.alignment_bytes > 0) text += ", aligned to " + short_size(storage.alignment_bytes);
  return text + (storage.verify ? ", verified" : "");
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

bool is_in_parts(const CaseResult& measured) { return !method_text(measured, "parts", "").empty(); }

std::string method_text(const CaseResult& measured, std::string_view name, std::string otherwise) {
  for (const auto& [entry, text] : measured.method) {
    if (entry == name) return text;
  }
  return otherwise;
}

std::string instance_text(const Result& result) {
  if (std::string name = instance_type_of(result.host); !name.empty()) return name;
  const Host& host = result.host;
  if (result.import) return "unknown machine";
  if (host.cpu.model.empty()) return "this machine";
  return fmt::format("{}, {} CPUs, {}", host.cpu.model, host.cpu.threads,
                     format_bytes(static_cast<double>(host.memory.total_bytes)));
}

const SparseHistogram* main_histogram(const CaseResult& result) {
  for (const NamedHistogram& histogram : result.histograms) {
    if (!is_of_parts(histogram) && histogram.latency.count > 0) return &histogram.latency;
  }
  return nullptr;
}

std::uint64_t io_count(const CaseResult& result) {
  std::uint64_t count = 0;
  for (const NamedHistogram& histogram : result.histograms) {
    // A commit is one, of a write and its fdatasync.
    if (histogram.name == "commit") return histogram.latency.count;
    if (!is_of_parts(histogram)) count += histogram.latency.count;
  }
  return count;
}

}  // namespace assay
