#include "runners/plan/permissions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "reports/model/names.hpp"
#include "runners/discovery/block_devices.hpp"
#include "runners/plan/nearest.hpp"
#include "runners/usage_error.hpp"

namespace assay {

namespace {

constexpr std::string_view allow_option = "--allow-write";
constexpr std::string_view force_option = "--force-destroy";
constexpr std::string_view loop_prefix = "loop:";
constexpr std::string_view ebs_prefix = "ebs:";
constexpr std::string_view dev_prefix = "/dev/";
constexpr std::string_view by_id_prefix = "/dev/disk/by-id/";

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

/// The serial number is the volume id without its dash.
std::string serial_of_volume(std::string_view text) {
  return starts_with(text, "vol-") ? "vol" + std::string(text.substr(4)) : std::string(text);
}

bool is_in(const std::vector<std::string>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

/// Classes that may be named as a whole. `other` could be anything.
bool is_class(std::string_view text) {
  const auto device_class = named<DeviceClass>(text);
  return device_class && *device_class != DeviceClass::other;
}

/// sdf or /dev/sdf, of an EBS volume.
bool is_attached_as(const BlockDevice& device, std::string_view text) {
  if (starts_with(text, dev_prefix)) text.remove_prefix(dev_prefix.size());
  const std::string name = attached_as(device);
  return !name.empty() && !device.serial.empty() && name == text;
}

bool is_named(const BlockDevice& device, std::string_view text) {
  const std::string identity = identity_of(device);
  if (identity.empty() || text.empty()) return false;
  return identity == text || device.serial == serial_of_volume(text) ||
         is_in(proven_links(device), text);
}

/// One disk by a name of its own, never by a class.
const BlockDevice* find_named(const Host& host, std::string_view text, std::size_t& count) {
  const BlockDevice* found = nullptr;
  count = 0;
  const bool ebs_only = starts_with(text, ebs_prefix);
  if (ebs_only) text.remove_prefix(ebs_prefix.size());
  for (const BlockDevice& device : host.block_devices) {
    const bool named = is_named(device, text) || (ebs_only && is_attached_as(device, text));
    if (!device.lower_devices.empty() || !named) continue;
    if (ebs_only && device.device_class != DeviceClass::ebs) continue;
    found = &device;
    ++count;
  }
  return found;
}

bool names(const Host& host, const BlockDevice& device, std::string_view text) {
  std::size_t count = 0;
  const BlockDevice* found = find_named(host, text, count);
  return count == 1 && found->name == device.name;
}

bool is_of_class(const BlockDevice& device, std::string_view text) {
  return is_class(text) && named<DeviceClass>(text) == device.device_class &&
         device.lower_devices.empty();
}

/// The disk that the user meant by a name that may mean another one after the next boot.
const BlockDevice* find_by_kernel_name(const Host& host, std::string_view text) {
  if (starts_with(text, dev_prefix)) text.remove_prefix(dev_prefix.size());
  if (starts_with(text, "ng")) {
    return find_device(host.block_devices, "nvme" + std::string(text.substr(2)));
  }
  return find_device(host.block_devices, std::string(text));
}

[[noreturn]] void refuse(std::string_view option, std::string_view value, const std::string& why) {
  throw UsageError(fmt::format("{} {}: {}", option, value, why));
}

/// A path that names no disk for good. `value` is what the user gave, `name` what of it may be one.
void refuse_path(std::string_view option, std::string_view value, std::string_view name) {
  if (name.find('/') == std::string_view::npos || starts_with(name, loop_prefix)) return;
  refuse(option, value,
         "a path may lead to another disk after the next boot; give the serial number or the "
         "/dev/disk/by-id link that `assay probe` shows");
}

void refuse_other_class(std::string_view value) {
  if (named<DeviceClass>(value) != DeviceClass::other) return;
  refuse(allow_option, value,
         "that class could be any disk; give serial numbers, which `assay probe` shows");
}

void check_value(const Host& host, std::string_view option, const std::string& value) {
  std::size_t count = 0;
  find_named(host, value, count);
  if (count == 1) return;
  if (count > 1) {
    refuse(option, value,
           "several disks of this host have that name; give the /dev/disk/by-id link of one");
  }
  const std::string_view bare =
      starts_with(value, ebs_prefix) ? std::string_view(value).substr(ebs_prefix.size()) : value;
  if (const BlockDevice* device = find_by_kernel_name(host, bare)) {
    const std::string identity = identity_of(*device);
    refuse(option, value,
           identity.empty()
               ? "that disk has no serial number, so that nothing would tell it apart for sure: "
                 "it is only read"
               : fmt::format("kernel names move between boots; give {} instead", identity));
  }
  if (starts_with(bare, by_id_prefix)) {
    refuse(option, value,
           "no such link to a whole disk with the disk's serial number in its name; `assay probe` "
           "lists them");
  }
  refuse_path(option, value, bare);
  refuse(option, value,
         starts_with(bare, loop_prefix)
             ? "no loop device of this host stands on that file; `losetup -a` lists them"
             : "no disk of this host has that serial number; `assay probe` lists them");
}

}  // namespace

std::string permission_for(const Host& host, const BlockDevice& device,
                           const std::vector<std::string>& values) {
  for (const std::string& value : values) {
    if (is_of_class(device, value) || names(host, device, value)) return value;
  }
  return {};
}

bool is_forced(const Host& host, const BlockDevice& device,
               const std::vector<std::string>& values) {
  return std::any_of(values.begin(), values.end(),
                     [&](const std::string& value) { return names(host, device, value); });
}

void check_permission_words(const std::string& value) {
  refuse_other_class(value);
  if (is_class(value) || starts_with(value, ebs_prefix)) return;
  if (!starts_with(value, by_id_prefix)) refuse_path(allow_option, value, value);
  if (value.find_first_of("0123456789") == std::string::npos) {
    refuse(allow_option, value,
           fmt::format("neither a class nor a serial number{}; give instance-store, ebs:DEVICE or "
                       "a serial number",
                       hint_for(value, {"instance-store", "ebs"})));
  }
}

void check_permissions(const Host& host, const RunOptions& options) {
  for (const std::string& value : options.allow_write) {
    refuse_other_class(value);
    if (!is_class(value)) check_value(host, allow_option, value);
  }
  for (const std::string& value : options.force_destroy) {
    if (named<DeviceClass>(value)) {
      refuse(force_option, value, "a class is never destroyed as a whole; give serial numbers");
    }
    check_value(host, force_option, value);
    const bool allowed = std::any_of(
        host.block_devices.begin(), host.block_devices.end(), [&](const BlockDevice& device) {
          return names(host, device, value) &&
                 !permission_for(host, device, options.allow_write).empty();
        });
    if (!allowed) {
      refuse(force_option, value,
             fmt::format("it also takes {} to write to that disk", allow_option));
    }
  }
}

void refuse_idle_permissions(const Host& host, const RunOptions& options,
                             const std::vector<Target>& targets) {
  const auto is_used = [&](const std::string& value) {
    return std::any_of(targets.begin(), targets.end(), [&](const Target& target) {
      const BlockDevice* device = find_device(host.block_devices, target.device);
      return device != nullptr && !permission_for(host, *device, {value}).empty();
    });
  };
  // A launcher gives leave for a class on types that have no such disk: --target all stands for
  // what there is. Named targets, and leave for none of them, are a mistake.
  const bool by_class =
      !options.targets.empty() &&
      std::all_of(options.targets.begin(), options.targets.end(),
                  [](const std::string& text) { return text == every_class || is_class(text); });
  const auto has_none = [&](const std::string& value) {
    return is_class(value) && std::none_of(host.block_devices.begin(), host.block_devices.end(),
                                           [&](const BlockDevice& device) {
                                             return !permission_for(host, device, {value}).empty();
                                           });
  };
  const auto check = [&](std::string_view option, const std::vector<std::string>& values) {
    for (const std::string& value : values) {
      if (by_class && has_none(value)) continue;
      if (!is_used(value)) refuse(option, value, "no --target of this run is that disk");
    }
  };
  check(allow_option, options.allow_write);
  check(force_option, options.force_destroy);
}

}  // namespace assay
