#include "reports/fleet/headline.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "reports/case_key.hpp"
#include "reports/fleet/advertised.hpp"
#include "reports/memory_groups.hpp"

namespace assay {

namespace {

constexpr std::uint32_t kib = 1024;

/// Plain I/O in a closed loop: no commit, no polling, no page cache, no options of another tool.
bool is_plain(const CaseSummary& item, DeviceClass device_class) {
  if (!item.storage || item.device_class != device_class) return false;
  return !item.workload.starts_with(fio_workload_prefix) &&
         item.storage->arrival == Arrival::closed && assay::is_plain(*item.storage);
}

bool is_io(const CaseSummary& item, DeviceClass device_class, Operation operation,
           Pattern pattern) {
  return is_plain(item, device_class) && item.storage->operation == operation &&
         item.storage->pattern == pattern && item.storage->durability == Durability::none;
}

template <DeviceClass device_class, Operation operation>
int random_4k(const CaseSummary& item) {
  return is_io(item, device_class, operation, Pattern::random) &&
                 item.storage->block_size_bytes == 4 * kib
             ? 1
             : 0;
}

/// EBS is sold by I/Os of 16 KiB; 4 KiB counts as one I/O too.
int ebs_io(const CaseSummary& item) {
  if (!is_io(item, DeviceClass::ebs, Operation::read, Pattern::random)) return 0;
  if (item.storage->block_size_bytes == 16 * kib) return 2;
  return item.storage->block_size_bytes == 4 * kib ? 1 : 0;
}

/// EBS is sold by bytes a second at 128 KiB; larger I/Os are split.
int ebs_rate(const CaseSummary& item) {
  if (!is_io(item, DeviceClass::ebs, Operation::read, Pattern::sequential)) return 0;
  if (item.storage->block_size_bytes == 128 * kib) return 2;
  return item.storage->block_size_bytes > 128 * kib ? 1 : 0;
}

template <DeviceClass device_class, Operation operation>
int sequential(const CaseSummary& item) {
  return is_io(item, device_class, operation, Pattern::sequential) &&
                 item.storage->block_size_bytes >= 128 * kib
             ? 1
             : 0;
}

template <DeviceClass device_class>
int one_read(const CaseSummary& item) {
  return random_4k<device_class, Operation::read>(item) > 0 && item.storage->queue_depth == 1 ? 1
                                                                                              : 0;
}

template <DeviceClass device_class>
int commit(const CaseSummary& item) {
  return is_plain(item, device_class) && item.storage->durability == Durability::fdatasync &&
                 item.storage->block_size_bytes == 4 * kib && item.storage->queue_depth == 1
             ? 1
             : 0;
}

/// Of memory, not of a cache or a node; `threads` 0 means all.
bool is_memory(const CaseSummary& item, const char* kernel, std::uint32_t threads) {
  return item.memory && is_plain(*item.memory) && item.memory->kernel == kernel &&
         item.memory->threads == threads;
}

int memory_triad(const CaseSummary& item) { return is_memory(item, "triad", 0) ? 1 : 0; }

int memory_latency(const CaseSummary& item) { return is_memory(item, "latency", 1) ? 1 : 0; }

bool is_better(const HeadlineMetric& headline, double a, double b) {
  return headline.direction == Direction::lower_is_better ? a < b : a > b;
}

/// Targets of the highest are chosen from: the most devices that were attached to be measured, and
/// then the fewest others.
std::pair<std::uint32_t, int> standing(const HeadlineValue& value) {
  return {value.devices - value.untold_devices, -static_cast<int>(value.untold_devices)};
}

HeadlineValue value_of(const HeadlineMetric& headline, const CaseSummary& item, double value) {
  HeadlineValue found;
  found.value = value;
  found.case_id = item.id;
  found.devices = item.devices;
  found.untold_devices = item.untold_devices;
  if (item.storage) found.block_size_bytes = item.storage->block_size_bytes;
  found.elapsed_s = item.elapsed_s;
  found.lasting = item.lasting.has_value();
  found.burst = headline.direction == Direction::higher_is_better && is_burst(item);
  found.limit = item.limit;
  return found;
}

}  // namespace

int gpu_read(const CaseSummary& item) {
  if (!item.gpu || item.gpu->kernel != "read" || item.id.starts_with("gpu/all-gpus/")) return 0;
  if (item.gpu->array_bytes == 0) return 2;
  return item.gpu->array_bytes >= kib * kib * kib ? 1 : 0;
}

const std::vector<HeadlineMetric>& headlines() {
  constexpr DeviceClass store = DeviceClass::instance_store;
  constexpr DeviceClass ebs = DeviceClass::ebs;
  constexpr DeviceClass other = DeviceClass::other;
  constexpr Direction more = Direction::higher_is_better;
  constexpr Direction less = Direction::lower_is_better;
  static const std::vector<HeadlineMetric> all = {
      {"store-read", "Instance store read", "random reads of 4 KiB at the best queue depth", "1/s",
       "iops", more, random_4k<store, Operation::read>},
      {"store-write", "Instance store write", "random writes of 4 KiB at the best queue depth",
       "1/s", "iops", more, random_4k<store, Operation::write>},
      {"store-read-rate", "Instance store read rate", "sequential reads of 128 KiB or more", "B/s",
       "bandwidth", more, sequential<store, Operation::read>},
      {"store-write-rate", "Instance store write rate", "sequential writes of 128 KiB or more",
       "B/s", "bandwidth", more, sequential<store, Operation::write>},
      {"store-latency", "Instance store read p99", "one random read of 4 KiB at a time", "ns",
       "latency/p99", less, one_read<store>},
      {"ebs-read", "EBS read", "random reads of 16 KiB, or else of 4 KiB", "1/s", "iops", more,
       ebs_io},
      {"ebs-read-rate", "EBS read rate", "sequential reads of 128 KiB, or else of more", "B/s",
       "bandwidth", more, ebs_rate},
      {"ebs-latency", "EBS read p99", "one random read of 4 KiB at a time", "ns", "latency/p99",
       less, one_read<ebs>},
      {"ebs-commit", "EBS commit p99", "write of 4 KiB and fdatasync, one at a time", "ns",
       "latency/p99", less, commit<ebs>},
      {"disk-read", "Other disk read", "random reads of 4 KiB at the best queue depth", "1/s",
       "iops", more, random_4k<other, Operation::read>},
      {"disk-read-rate", "Other disk read rate", "sequential reads of 128 KiB or more", "B/s",
       "bandwidth", more, sequential<other, Operation::read>},
      {"memory-triad", "Memory triad", "all threads", "B/s", "bandwidth", more, memory_triad},
      {"memory-latency", "Memory latency", "one thread, dependent loads", "ns", "latency/load",
       less, memory_latency},
      {"gpu-read", "GPU memory read", "one GPU, the slowest", "B/s", "bandwidth", more, gpu_read},
  };
  return all;
}

std::optional<HeadlineValue> headline_value(const RunSummary& run, const HeadlineMetric& headline) {
  int most = 0;
  std::map<std::string, HeadlineValue> by_target;
  for (const CaseSummary& item : run.cases) {
    if (item.status != CaseStatus::ok) continue;
    const int suits = headline.suits(item);
    if (suits == 0 || suits < most) continue;
    const auto value = metric_value(item.metrics, std::string(headline.metric));
    if (!value || !(*value > 0)) continue;
    if (suits > most) by_target.clear();
    most = suits;
    const auto [place, added] =
        by_target.try_emplace(item.target, value_of(headline, item, *value));
    if (!added && is_better(headline, *value, place->second.value)) {
      place->second = value_of(headline, item, *value);
    }
  }
  std::optional<HeadlineValue> chosen;
  for (const auto& [target, value] : by_target) {
    const bool replaces =
        !chosen || standing(value) > standing(*chosen) ||
        (standing(value) == standing(*chosen) && is_better(headline, chosen->value, value.value));
    if (replaces) chosen = value;
  }
  return chosen;
}

}  // namespace assay
