#include "reports/target_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "reports/case_text.hpp"

namespace assay {

namespace {

/// The entry of each case on the target that names the slowest member.
std::vector<std::string> slowest_entries(const Result& result, const Target& target) {
  std::vector<std::string> entries;
  if (target.kind != TargetKind::slowest_of_set) return entries;
  for (const CaseResult& measured : result.cases) {
    const Case* item = find_case(result.plan, measured.id);
    if (item == nullptr || item->target != target.id) continue;
    const std::string entry = method_text(measured, slowest_entry, "");
    if (entry.empty()) continue;
    if (std::find(entries.begin(), entries.end(), entry) == entries.end()) {
      entries.push_back(entry);
    }
  }
  return entries;
}

bool holds_root(const BlockDevice& device) {
  const auto is_root = [](const std::string& mount) { return mount == "/"; };
  return std::any_of(device.mounts.begin(), device.mounts.end(), is_root) ||
         std::any_of(
             device.partitions.begin(), device.partitions.end(), [&](const Partition& partition) {
               return std::any_of(partition.mounts.begin(), partition.mounts.end(), is_root);
             });
}

/// The disks beneath the file system that the machine runs from.
std::set<std::string> root_disks(const std::vector<BlockDevice>& devices) {
  std::set<std::string> disks;
  for (const BlockDevice& device : devices) {
    if (holds_root(device)) disks.merge(disks_beneath(devices, device.name));
  }
  return disks;
}

/// The member an entry names: a target's id may hold a colon, but no entry begins with another id.
std::string member_of(const Target& set, const std::string& entry) {
  for (const std::string& member : set.members) {
    if (entry.rfind(member + ":", 0) == 0) return member;
  }
  return entry.substr(0, entry.find(':'));
}

}  // namespace

std::string ran_on(const Result& result, const Case& item, const CaseResult& measured) {
  return ran_on(result.plan, item, measured);
}

std::string ran_on(const Plan& plan, const Case& item, const CaseResult& measured) {
  const Target* target = find_target(plan, item.target);
  if (target == nullptr || target->kind != TargetKind::slowest_of_set) return item.target;
  const std::string entry = method_text(measured, slowest_entry, "");
  return entry.empty() ? item.target : member_of(*target, entry);
}

std::set<std::string> told_volumes(const Result& result) {
  const std::vector<BlockDevice>& devices = result.host.block_devices;
  std::set<std::string> measured;
  for (const Target& target : result.plan.targets) {
    if (!target.chosen || target.device.empty()) continue;
    measured.merge(disks_beneath(devices, target.device));
  }
  std::erase_if(measured, [&](const std::string& name) {
    const BlockDevice* device = find_device(devices, name);
    return device == nullptr || device->device_class != DeviceClass::ebs;
  });
  std::set<std::string> told = measured;
  for (const std::string& name : root_disks(devices)) told.erase(name);
  return told.empty() ? measured : told;
}

TargetDisks disks_of(const Result& result, const Target& target) {
  std::vector<const Target*> members;
  for (const std::string& id : target.members) members.push_back(find_target(result.plan, id));
  if (target.kind != TargetKind::target_set) members = {&target};
  std::set<std::string> disks;
  std::uint32_t unknown = 0;
  for (const Target* member : members) {
    if (member == nullptr || member->device.empty()) {
      ++unknown;
      continue;
    }
    disks.merge(disks_beneath(result.host.block_devices, member->device));
  }
  TargetDisks found;
  found.count = std::max(1U, static_cast<std::uint32_t>(disks.size()) + unknown);
  if (target.device_class != DeviceClass::ebs) return found;
  const std::set<std::string> told = told_volumes(result);
  found.untold = static_cast<std::uint32_t>(
      std::count_if(disks.begin(), disks.end(), [&](const std::string& name) {
        return find_device(result.host.block_devices, name) != nullptr && told.count(name) == 0;
      }));
  return found;
}

std::vector<std::string> measured_on(const Result& result, const Target& target) {
  std::vector<std::string> members;
  for (const std::string& entry : slowest_entries(result, target)) {
    const std::string member = member_of(target, entry);
    if (std::find(members.begin(), members.end(), member) == members.end()) {
      members.push_back(member);
    }
  }
  return members;
}

std::string measured_on_text(const Result& result, const Target& target) {
  std::string text;
  for (const std::string& entry : slowest_entries(result, target)) {
    const std::string member = member_of(target, entry);
    const std::string why = entry.size() > member.size() + 2 ? entry.substr(member.size() + 2) : "";
    text += fmt::format("{}{}{}", text.empty() ? "measured on " : "; also on ", member,
                        why.empty() ? "" : " (" + why + ")");
  }
  return text;
}

bool has_measured_case(const Result& result, const Target& target) {
  return std::any_of(result.cases.begin(), result.cases.end(), [&](const CaseResult& measured) {
    const Case* item = find_case(result.plan, measured.id);
    return measured.status == CaseStatus::ok && item != nullptr && item->target == target.id;
  });
}

bool in_measured_set(const Result& result, const Target& target) {
  return std::any_of(
      result.plan.targets.begin(), result.plan.targets.end(), [&](const Target& set) {
        return std::find(set.members.begin(), set.members.end(), target.id) != set.members.end() &&
               has_measured_case(result, set);
      });
}

}  // namespace assay
