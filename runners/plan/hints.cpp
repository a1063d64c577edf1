#include "runners/plan/hints.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "reports/fleet/advertised.hpp"
#include "reports/limits/classify.hpp"
#include "reports/target_text.hpp"

namespace assay {

namespace {

/// Who measures the root volume of an instance with disks of its own hardly means to.
std::string store_hint(const Result& planned) {
  const Plan& plan = planned.plan;
  const std::vector<BlockDevice>& devices = planned.host.block_devices;
  if (std::none_of(plan.cases.begin(), plan.cases.end(), uses_storage)) return {};
  std::set<std::string> named;
  for (const Target& target : plan.targets) {
    if (!target.device.empty()) named.merge(disks_beneath(devices, target.device));
  }
  std::vector<std::string> left_out;
  for (const BlockDevice& device : devices) {
    const bool disk =
        device.device_class == DeviceClass::instance_store && device.lower_devices.empty();
    if (disk && named.count(device.name) == 0) left_out.push_back(device.name);
  }
  if (left_out.empty()) return {};
  return fmt::format(
      "instance store is not measured ({}): --target all --allow-write instance-store measures it "
      "beside the rest, and overwrites those disks that are blank",
      fmt::join(left_out, ", "));
}

std::string volumes_hint(const Result& planned, const Catalog& catalog) {
  const std::string& note = planned.comparability.volume_note;
  const auto count = static_cast<std::uint32_t>(told_volumes(planned).size());
  if (note.empty() || count == 0) return {};
  const InstanceType* type = find_type(catalog, instance_type_of(planned.host));
  const std::string below =
      volumes_below_instance(sold_together(note, count), instance_limits(type));
  return below.empty() ? below : "EBS: " + below;
}

}  // namespace

std::vector<std::string> plan_hints(const Result& planned, const Catalog& catalog) {
  std::vector<std::string> hints;
  for (std::string& hint : std::vector{store_hint(planned), volumes_hint(planned, catalog)}) {
    if (!hint.empty()) hints.push_back(std::move(hint));
  }
  return hints;
}

}  // namespace assay
