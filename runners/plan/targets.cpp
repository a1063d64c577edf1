#include "runners/plan/targets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

#include "reports/model/names.hpp"
#include "reports/model/units.hpp"
#include "runners/discovery/block_devices.hpp"
#include "runners/plan/nearest.hpp"
#include "runners/plan/permissions.hpp"
#include "runners/plan/write_rules.hpp"
#include "runners/usage_error.hpp"

namespace assay {

namespace {

constexpr std::uint64_t mib = 1U << 20;
constexpr std::uint64_t test_file_bytes_min = 16 * mib;

std::string human(std::uint64_t bytes) { return format_bytes(static_cast<double>(bytes)); }

/// The mount point with the most free space of any file system on that device.
const FileSystem* largest_mount(const Host& host, const std::string& device) {
  const FileSystem* best = nullptr;
  for (const FileSystem& system : host.file_systems) {
    if (system.device != device || system.type == "vfat") continue;
    if (best == nullptr || system.available_bytes > best->available_bytes) best = &system;
  }
  return best;
}

constexpr std::array<std::string_view, 4> memory_types{"tmpfs", "ramfs", "devtmpfs", "hugetlbfs"};

bool is_memory(std::string_view type) {
  return std::find(memory_types.begin(), memory_types.end(), type) != memory_types.end();
}

/// New kernels accept O_DIRECT on tmpfs, and on an overlay above it: only the type tells. Empty
/// when the path is not in memory.
std::string in_memory_words(const PathFacts& facts) {
  const bool below = is_memory(facts.upper_type);
  if (!below && !is_memory(facts.file_system_type)) return {};
  return fmt::format(
      "is in memory ({}{}), not on storage: choose a directory on a disk with --target",
      facts.file_system_type, below ? " on " + facts.upper_type : "");
}

Target refused(Target target, const std::string& reason) {
  target.chosen = false;
  target.reason = reason;
  return target;
}

Target resolve_directory(Target target, const TargetRequest& request, const PathFacts& facts,
                         const WantedSpans& wanted, const RunOptions& options) {
  target.kind = TargetKind::file_system;
  target.id = std::string(name_of(target.device_class)) + "-file";
  target.label = fmt::format("{} ({}{}{})", target.path, facts.file_system_type,
                             facts.device.empty() ? "" : " on ", facts.device);
  if (const std::string words = in_memory_words(facts); !words.empty()) {
    return refused(target, words);
  }
  if (!facts.writable) {
    return refused(target,
                   "is not writable (read-only file system, or no permission): choose another "
                   "directory with --target, or run as root");
  }
  if (facts.direct_io == DirectIo::refused) {
    return refused(target, fmt::format("has no direct I/O ({}; {}): choose a directory on a local "
                                       "disk with --target",
                                       facts.file_system_type, facts.direct_io_error));
  }
  const std::uint64_t cap = test_file_bytes_max(facts.available_bytes, request.sharers);
  const std::string share =
      request.sharers > 1
          ? fmt::format("this target's part of 20 % ({} targets are on that file system)",
                        request.sharers)
          : std::string("20 %");
  if (options.size_bytes && *options.size_bytes > cap) {
    return refused(
        target,
        fmt::format("--size {} is more than {} of the {} free there: ask for {} at most",
                    human(*options.size_bytes), share, human(facts.available_bytes), human(cap)));
  }
  if (cap < test_file_bytes_min) {
    return refused(target,
                   fmt::format("has {} free, and a test file of {} may take at most {} of "
                               "it: free some space, or choose another --target",
                               human(facts.available_bytes), human(test_file_bytes_min), share));
  }
  target.span_bytes = std::min(options.size_bytes.value_or(wanted.file_bytes), cap) / mib * mib;
  target.contents = "written by this run";
  target.chosen = true;
  target.reason = fmt::format("{}; test file of {}", request.why, human(target.span_bytes));
  return target;
}

Target resolve_readable(Target target, const TargetRequest& request, const PathFacts& facts,
                        const RunOptions& options) {
  target.label = fmt::format("{} ({})", target.path, human(facts.size_bytes));
  if (facts.size_bytes == 0) {
    return refused(target, target.kind == TargetKind::block_device
                               ? "has size 0: nothing can be read from it"
                               : "is an empty file: name a directory to measure its file system, "
                                 "or a file with data in it");
  }
  if (facts.size_bytes < mib) {
    return refused(target, "is smaller than 1 MiB: too small to measure storage with");
  }
  // A device node itself lies on devtmpfs.
  if (const std::string words = in_memory_words(facts);
      target.kind == TargetKind::regular_file && !words.empty()) {
    return refused(target, words);
  }
  if (facts.direct_io != DirectIo::works) {
    return refused(target, fmt::format("cannot be read with O_DIRECT ({}): run as root, or choose "
                                       "another --target",
                                       facts.direct_io_error));
  }
  target.span_bytes =
      std::min(options.size_bytes.value_or(facts.size_bytes), facts.size_bytes) / mib * mib;
  target.contents =
      options.contents == Contents::assumed_written ? "assumed written" : "contents unknown";
  target.chosen = true;
  const std::string part =
      options.size_bytes ? fmt::format(" of the first {}", human(target.span_bytes)) : "";
  target.reason = fmt::format("{}; reads only{}, {}", request.why, part, target.contents);
  return target;
}

/// What --size asks for, else what the suite wants; never the part at the end that is to stay
/// unwritten.
std::uint64_t overwrite_bytes(const BlockDevice& device, const WantedSpans& wanted,
                              const RunOptions& options) {
  if (options.size_bytes) return std::min(*options.size_bytes, device.size_bytes) / mib * mib;
  const auto most = static_cast<std::uint64_t>(static_cast<double>(device.size_bytes) *
                                               (1 - wanted.unwritten_percent / 100));
  return std::min(wanted.device_bytes, most) / mib * mib;
}

/// A disk that --allow-write names. It is overwritten or refused, never read instead: a user who
/// asks for writing must not get numbers of something else.
Target resolve_overwrite(Target target, const TargetRequest& request, const Host& host,
                         const BlockDevice& device, const PathFacts& facts,
                         const WantedSpans& wanted, const RunOptions& options) {
  target.label = fmt::format("{} ({}{}{})", target.path, device.model,
                             device.model.empty() ? "" : ", ", human(device.size_bytes));
  const std::string reason = refusal_to_overwrite(host, device, facts, options);
  if (!reason.empty()) return refused(target, reason);
  if (facts.direct_io != DirectIo::works) {
    return refused(target, fmt::format("cannot be used with O_DIRECT ({}): choose another --target",
                                       facts.direct_io_error));
  }
  target.span_bytes = overwrite_bytes(device, wanted, options);
  target.contents = "written by this run";
  target.overwrite =
      Overwrite{device.model, device.size_bytes, permission_for(host, device, options.allow_write),
                losses_of(device, facts)};
  target.chosen = true;
  target.reason = fmt::format("{}; the first {} are overwritten, allowed by --allow-write {}",
                              request.why, human(target.span_bytes), target.overwrite->permission);
  return target;
}

}  // namespace

WantedSpans wanted_spans(const Suite& suite) {
  return {suite.file_size_bytes, suite.device_span_bytes, suite.unwritten_percent};
}

std::uint64_t test_file_bytes_max(std::uint64_t available_bytes, std::uint32_t sharers) {
  return available_bytes / 5 / sharers / mib * mib;
}

std::string device_in_use(const BlockDevice& device) {
  const auto use = [](const std::string& name, const std::vector<std::string>& mounts,
                      const std::vector<std::string>& holders, bool swap) -> std::string {
    if (!mounts.empty()) {
      return fmt::format("{} is mounted at {}: measure it through its file system with --target {}",
                         name, mounts[0], mounts[0]);
    }
    if (swap) return fmt::format("{} is swap space", name);
    if (!holders.empty()) {
      return fmt::format("{} is part of {}: measure that instead", name, fmt::join(holders, ", "));
    }
    return {};
  };
  std::string reason = use(device.name, device.mounts, device.holders, device.swap);
  for (const Partition& partition : device.partitions) {
    if (!reason.empty()) return reason;
    reason = use(partition.name, partition.mounts, partition.holders, partition.swap);
  }
  return reason;
}

namespace {

/// Disks that a class, or "all" for every one, stands for; of what is built on others only what is
/// mounted, and with "all" no loop device and no disk in memory.
bool is_in_class(const BlockDevice& device, const std::string& text) {
  const bool built_on_others = !device.lower_devices.empty();
  if (built_on_others && device.mounts.empty()) return false;
  if (text != every_class) return named<DeviceClass>(text) == device.device_class;
  const bool in_memory = device.name.rfind("zram", 0) == 0 || device.name.rfind("ram", 0) == 0;
  return device.size_bytes > 0 && device.transport != "loop" && !in_memory;
}

/// Leaves of the file systems on one disk, as with LVM, that with the most free space: measured at
/// once, or one after the other, they are one disk.
/// Returns the mount points of the others.
std::vector<std::string> keep_one_mount_a_disk(const Host& host,
                                               std::vector<const BlockDevice*>& devices) {
  const auto free_bytes = [&](const BlockDevice* device) {
    return largest_mount(host, device->name)->available_bytes;
  };
  std::vector<const BlockDevice*> mounted = devices;
  std::erase_if(mounted,
                [&](const BlockDevice* one) { return largest_mount(host, one->name) == nullptr; });
  std::stable_sort(mounted.begin(), mounted.end(),
                   [&](const auto* a, const auto* b) { return free_bytes(a) > free_bytes(b); });
  std::set<std::string> taken;
  std::vector<std::string> left_out;
  for (const BlockDevice* device : mounted) {
    std::set<std::string> disks = disks_beneath(host.block_devices, device->name);
    disks.insert(device->name);
    const bool shared = std::any_of(disks.begin(), disks.end(),
                                    [&](const std::string& disk) { return taken.count(disk) > 0; });
    if (shared) {
      std::erase(devices, device);
      left_out.push_back(largest_mount(host, device->name)->mount_point);
    } else {
      taken.insert(disks.begin(), disks.end());
    }
  }
  return left_out;
}

/// A mounted disk is measured through its largest file system.
TargetRequest request_for(const Host& host, const BlockDevice& device, const std::string& text) {
  const FileSystem* mounted = largest_mount(host, device.name);
  const std::string what = text == every_class ? "device" : text + " device";
  if (mounted == nullptr) return {text, device.path, false, what + " of this host"};
  return {text, mounted->mount_point, false,
          fmt::format("{} {} is mounted here", what, device.name)};
}

}  // namespace

std::vector<TargetRequest> expand_targets(const Host& host, const std::vector<std::string>& targets,
                                          const std::string& working_directory) {
  if (targets.empty()) {
    return {{working_directory, working_directory, false, "file system of the working directory"}};
  }
  std::vector<TargetRequest> requests;
  for (const std::string& text : targets) {
    if (text.empty()) {
      throw UsageError(
          "--target '': give a directory, a block device, a file or a class (instance-store, ebs, "
          "other, all)");
    }
    if (text != every_class && !named<DeviceClass>(text)) {
      requests.push_back({text, text, true, "named by --target"});
      continue;
    }
    const std::size_t before = requests.size();
    std::vector<const BlockDevice*> devices;
    for (const BlockDevice& device : host.block_devices) {
      if (is_in_class(device, text)) devices.push_back(&device);
    }
    const std::vector<std::string> left_out = keep_one_mount_a_disk(host, devices);
    for (const BlockDevice* device : devices) {
      requests.push_back(request_for(host, *device, text));
    }
    if (!left_out.empty()) {
      requests.back().why += fmt::format("; left out, as others on their disks have more space: {}",
                                         fmt::join(left_out, ", "));
    }
    if (requests.size() == before) {
      throw UsageError(
          fmt::format("--target {}: this host has no block device of that class; "
                      "`assay probe` lists what there is",
                      text));
    }
  }
  return requests;
}

Target resolve_target(const Host& host, const TargetRequest& request, const PathFacts& facts,
                      const WantedSpans& wanted, const RunOptions& options) {
  Target target;
  target.path = facts.canonical.empty() ? request.path : facts.canonical;
  target.label = target.path;
  target.device = facts.device;
  target.device_class = class_of_device(host, facts.device);
  target.id = std::string(name_of(target.device_class));
  const BlockDevice* device = find_device(host.block_devices, facts.device);
  if (device != nullptr) target.serial = identity_of(*device);
  switch (facts.kind) {
    case PathKind::missing:
      return refused(target,
                     fmt::format("no such file, directory or class{}",
                                 hint_for(request.text, {"instance-store", "ebs", "other"})));
    case PathKind::unreachable:
      return refused(target, fmt::format("cannot be looked at ({}): run as root, or name another "
                                         "path with --target",
                                         facts.error));
    case PathKind::directory:
      return resolve_directory(target, request, facts, wanted, options);
    case PathKind::regular_file:
      target.kind = TargetKind::regular_file;
      target.id += "-existing-file";
      return resolve_readable(target, request, facts, options);
    case PathKind::block_device: {
      target.kind = TargetKind::block_device;
      if (device == nullptr) return refused(target, "is not a disk of this host");
      if (!permission_for(host, *device, options.allow_write).empty()) {
        return resolve_overwrite(target, request, host, *device, facts, wanted, options);
      }
      const std::string use = device_in_use(*device);
      if (!use.empty()) return refused(target, "is in use: " + use);
      return resolve_readable(target, request, facts, options);
    }
    case PathKind::character_device:
    case PathKind::other:
      break;
  }
  return refused(target, "is neither a directory nor a file nor a block device");
}

void number_targets(std::vector<Target>& targets) {
  std::map<std::string, int> count_by_id;
  std::set<std::string> paths;
  for (Target& target : targets) {
    // However a disk is named, it is overwritten once.
    const std::string place = target.overwrite ? "/dev/" + target.device : target.path;
    if (target.chosen && !place.empty() && !paths.insert(place).second) {
      target = refused(target, "is a target already");
    }
    const int count = ++count_by_id[target.id];
    if (count > 1) target.id += fmt::format("-{}", count);
  }
}

}  // namespace assay
