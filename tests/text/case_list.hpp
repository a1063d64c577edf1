#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "reports/model/result.hpp"

namespace assay {

/// A Result put together from targets and cases with given rates.
class CaseList {
 public:
  Target& target(const std::string& id, TargetKind kind, DeviceClass device_class) {
    Target made;
    made.id = id;
    made.label = id;
    made.kind = kind;
    made.device_class = device_class;
    made.chosen = true;
    result.plan.targets.push_back(made);
    return result.plan.targets.back();
  }

  CaseResult& add(const std::string& target, const std::string& workload,
                  const StorageParameters& storage, double iops) {
    Case item;
    item.id = fmt::format("storage/{}/{}/{}", target, workload, result.plan.cases.size());
    item.workload = workload;
    item.target = target;
    item.storage = storage;
    result.plan.cases.push_back(item);
    CaseResult measured;
    measured.id = item.id;
    measured.metrics = {
        {"iops", iops, "1/s", Direction::higher_is_better, {}},
        {"bandwidth", iops * storage.block_size_bytes, "B/s", Direction::higher_is_better, {}}};
    result.cases.push_back(measured);
    return result.cases.back();
  }

  CaseResult& read(const std::string& target, std::uint32_t depth, double iops) {
    return add(target, "random-read", {Operation::read, Pattern::random, 4096, depth}, iops);
  }

  static void metric(CaseResult& measured, const std::string& name, double value,
                     const std::string& unit) {
    measured.metrics.push_back({name, value, unit, Direction::informative, {}});
  }

  Result result;
};

/// Four disks of 100 k IOPS alone, two on each NUMA node; together at queue depth 8 they do 80, 80,
/// 60 and 40 k. "disk-slowest" was disk-4, which ran depth 64 under that name.
inline CaseList four_disks() {
  CaseList list;
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < 4; ++i) {
    names.push_back(fmt::format("disk-{}", i + 1));
    list.target(names.back(), TargetKind::block_device, DeviceClass::instance_store).numa_node =
        i / 2;
    list.read(names.back(), 8, 100000);
  }
  list.target("disk-all", TargetKind::target_set, DeviceClass::instance_store).members = names;
  list.target("disk-slowest", TargetKind::slowest_of_set, DeviceClass::instance_store).members =
      names;
  for (const std::uint32_t depth : {8, 64}) {
    CaseResult& all = list.read("disk-all", depth, 260000);
    const double rates[] = {80000, 80000, 60000, 40000};
    for (std::size_t i = 0; i < 4; ++i) {
      CaseList::metric(all, "member/" + names[i] + "/iops", rates[i], "1/s");
    }
  }
  list.read("disk-slowest", 64, 120000).method = {
      {"slowest target", "disk-4: 91.0 % of the mean rate of 4 targets over 1 case"}};
  return list;
}

}  // namespace assay
