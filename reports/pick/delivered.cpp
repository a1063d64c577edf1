#include "reports/pick/delivered.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "reports/case_key.hpp"
#include "reports/compare/power.hpp"
#include "reports/compare/shift.hpp"
#include "reports/fleet/advertised.hpp"
#include "reports/fleet/headline.hpp"
#include "reports/memory_groups.hpp"

namespace assay {

namespace {

constexpr double confidence = 0.95;
constexpr double t_one_degree = 6.314;  // of the t distribution at 0.95, where the expansion is off
constexpr double t_two_degrees = 2.920;
constexpr double t_three_degrees = 2.353;

double t_95(std::size_t degrees) {
  if (degrees == 1) return t_one_degree;
  if (degrees == 2) return t_two_degrees;
  if (degrees == 3) return t_three_degrees;
  return student_quantile(confidence, static_cast<double>(degrees));
}

std::optional<double> positive(const std::optional<double>& value) {
  return value && *value > 0 ? value : std::nullopt;
}

/// What a storage case delivers of the requirement, bursts or not: 0 above the limit of latency,
/// empty where the case is of something else. What the page cache, a part of the disk or a polling
/// thread gives is not what one gets of it.
std::optional<double> storage_value(const Requirement& requirement, const CaseSummary& item) {
  const DeviceClass wanted =
      requirement.subject == NeedSubject::ebs ? DeviceClass::ebs : DeviceClass::instance_store;
  if (!item.storage || item.device_class != wanted || item.workload != requirement.workload ||
      !is_plain(*item.storage)) {
    return std::nullopt;
  }
  // The price is that of the told volumes: the one the machine boots from is none of them.
  if (requirement.subject == NeedSubject::ebs && item.untold_devices > 0) return std::nullopt;
  if (requirement.block_bytes && item.storage->block_size_bytes != *requirement.block_bytes) {
    return std::nullopt;
  }
  if (!requirement.latency_metric.empty()) {
    const auto latency = metric_value(item.metrics, requirement.latency_metric);
    if (!latency || *latency > requirement.latency_ns_max) return 0;
  }
  const bool iops = requirement.quantity == NeedQuantity::iops;
  return metric_value(item.metrics, iops ? "iops" : "bandwidth");
}

double gpu_bandwidth(const RunSummary& run) {
  std::map<std::string, double> best;  // by GPU
  int most = 0;
  for (const CaseSummary& item : run.cases) {
    const int suits = item.status == CaseStatus::ok ? gpu_read(item) : 0;
    if (suits == 0 || suits < most) continue;
    if (suits > most) best.clear();
    most = suits;
    const double value = metric_value(item.metrics, "bandwidth").value_or(0);
    best[item.target] = std::max(best[item.target], value);
  }
  double sum = 0;
  for (const auto& [target, value] : best) sum += value;
  return sum;
}

double memory_bandwidth(const RunSummary& run) {
  double best = 0;
  for (const CaseSummary& item : run.cases) {
    const bool counts = item.status == CaseStatus::ok && item.memory && is_plain(*item.memory) &&
                        item.memory->threads == 0;
    if (!counts) continue;
    best = std::max(best, metric_value(item.metrics, "bandwidth").value_or(0));
  }
  return best;
}

/// The best of a run, empty where no case of it says anything of the requirement: another suite, or
/// a run that ended early. A case above the limit of latency says 0.
struct RunValues {
  std::optional<double> steady;
  std::optional<double> burst;

  std::optional<double> best(BurstRule rule) const {
    if (rule != BurstRule::accepted || !burst) return steady;
    return std::max(*burst, steady.value_or(0));
  }
};

RunValues values_of(const Requirement& requirement, const RunSummary& run) {
  if (requirement.subject == NeedSubject::gpu_memory) return {positive(gpu_bandwidth(run)), {}};
  if (requirement.subject == NeedSubject::memory) return {positive(memory_bandwidth(run)), {}};
  RunValues values;
  for (const CaseSummary& item : run.cases) {
    const auto value =
        item.status == CaseStatus::ok ? storage_value(requirement, item) : std::nullopt;
    if (!value) continue;
    std::optional<double>& best = is_burst(item) ? values.burst : values.steady;
    best = std::max(best.value_or(0), *value);
  }
  return values;
}

/// Capacities and counts: the catalog's, for a Host sees less memory than is sold, or the Host's.
/// Empty where neither tells.
std::optional<double> capacity_of(const Requirement& requirement, const RunSummary& run,
                                  const InstanceType* type) {
  if (type != nullptr) return advertised_of(requirement, *type);
  switch (requirement.subject) {
    case NeedSubject::memory:
      return static_cast<double>(run.memory_bytes);
    case NeedSubject::vcpus:
      return run.cpus;
    case NeedSubject::gpus:
      return run.gpus;
    default:  // a summary has the number of GPUs, and not their memory
      return run.gpus == 0 ? std::optional<double>(0) : std::nullopt;
  }
}

bool is_capacity(const Requirement& requirement) {
  return requirement.quantity == NeedQuantity::count || requirement.quantity == NeedQuantity::bytes;
}

}  // namespace

std::optional<double> lower_bound_of(const std::vector<double>& values) {
  if (values.size() < 2) return std::nullopt;
  const auto n = static_cast<double>(values.size());
  double sum = 0;
  for (const double value : values) sum += value;
  double squares = 0;
  for (const double value : values) squares += (value - sum / n) * (value - sum / n);
  const double deviation = std::sqrt(squares / (n - 1));
  return std::max(0.0, sum / n - t_95(values.size() - 1) * deviation / std::sqrt(n));
}

namespace {

/// Of the size that is advertised, or smaller: an I/O of it is one I/O.
bool is_advertised_size(const Requirement& requirement) {
  constexpr std::uint32_t advertised_bytes = 4096;
  return !requirement.block_bytes || *requirement.block_bytes <= advertised_bytes;
}

/// I/Os of a size run into the limit of I/Os or into that of bytes, whichever comes first.
std::optional<double> advertised_of_ebs(const Requirement& requirement, const EbsAdvertised& ebs) {
  const bool burst = requirement.burst == BurstRule::accepted;
  const auto iops = positive(burst ? ebs.max_iops : ebs.base_iops);
  const auto bytes_per_s = positive(burst ? ebs.max_bytes_per_s : ebs.base_bytes_per_s);
  const bool wants_iops = requirement.quantity == NeedQuantity::iops;
  if (!requirement.block_bytes) return wants_iops ? iops : bytes_per_s;
  if (!iops || !bytes_per_s) return std::nullopt;
  const double block = *requirement.block_bytes;
  return wants_iops ? std::min(*iops, *bytes_per_s / block) : std::min(*bytes_per_s, *iops * block);
}

}  // namespace

std::optional<double> advertised_of(const Requirement& requirement, const InstanceType& type) {
  const bool iops = requirement.quantity == NeedQuantity::iops;
  const bool capacity = requirement.quantity == NeedQuantity::bytes;
  switch (requirement.subject) {
    case NeedSubject::instance_store:
      if (type.disks == 0) return 0;
      if (!iops || !requirement.latency_metric.empty() || !is_advertised_size(requirement)) {
        return std::nullopt;
      }
      if (requirement.workload == "random-read") return type.read_iops;
      if (requirement.workload == "random-write") return type.write_iops;
      return std::nullopt;
    case NeedSubject::ebs:
      if (!requirement.latency_metric.empty()) return std::nullopt;
      return advertised_of_ebs(requirement, type.ebs);
    case NeedSubject::memory:
      if (capacity) return static_cast<double>(type.memory_bytes);
      return std::nullopt;
    case NeedSubject::gpu_memory:
      if (type.gpus == 0) return 0;
      if (capacity) return static_cast<double>(type.gpus * type.gpu_memory_bytes_each);
      return std::nullopt;
    case NeedSubject::vcpus:
      return type.vcpus;
    case NeedSubject::gpus:
      break;
  }
  return type.gpus;
}

Delivered delivered_of(const Requirement& requirement, const std::vector<const RunSummary*>& runs,
                       const InstanceType* type) {
  Delivered delivered;
  if (is_capacity(requirement)) {
    delivered.from_catalog = type != nullptr;
    for (const RunSummary* run : runs) {
      const auto capacity = capacity_of(requirement, *run, type);
      if (!capacity) return delivered;
      delivered.bound = std::min(delivered.bound.value_or(*capacity), *capacity);
    }
    delivered.median = delivered.bound.value_or(0);
    return delivered;
  }
  struct Sum {
    double value = 0;
    double runs = 0;
    double burst = 0;
  };
  std::map<std::string, Sum> machines;
  for (const RunSummary* run : runs) {
    const RunValues values = values_of(requirement, *run);
    Sum& sum = machines[run->machine.empty() ? run->file : run->machine];
    sum.burst = std::max(sum.burst, values.burst.value_or(0));
    const std::optional<double> best = values.best(requirement.burst);
    if (!best) continue;
    sum.value += *best;
    ++sum.runs;
  }
  std::vector<double> means;
  for (const auto& [machine, sum] : machines) {
    means.push_back(sum.runs > 0 ? sum.value / sum.runs : 0);
    if (means.back() > 0) ++delivered.with_value;
    if (!(means.back() > 0) && sum.burst > 0) ++delivered.bursts;
  }
  delivered.instances = means.size();
  delivered.median = median_of(means);
  delivered.bound = lower_bound_of(means);
  return delivered;
}

}  // namespace assay
