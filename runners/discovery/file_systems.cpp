#include "runners/discovery/file_systems.hpp"

#include <sys/statvfs.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "runners/discovery/block_usage.hpp"
#include "runners/discovery/sysfs.hpp"

namespace assay {

namespace {

constexpr std::array<std::string_view, 12> listed_types{"ext2",  "ext3", "ext4",    "xfs",
                                                        "btrfs", "f2fs", "zfs",     "nfs",
                                                        "nfs4",  "vfat", "overlay", "tmpfs"};

bool is_listed(const Mount& mount) {
  // What lives below these is no place for files, tmpfs or not.
  for (const std::string_view kernel_owned : {"/proc/", "/sys/"}) {
    if (mount.mount_point.rfind(kernel_owned, 0) == 0) return false;
  }
  return std::find(listed_types.begin(), listed_types.end(), mount.type) != listed_types.end();
}

bool is_remote(const Mount& mount) { return mount.type.rfind("nfs", 0) == 0; }

/// Containers mount single files (/etc/hosts) from the host's file system: not a place for files.
bool is_live_directory(const std::string& mount_point) {
  std::error_code error;
  return std::filesystem::is_directory(mount_point, error);
}

void read_sizes(FileSystem& file_system, const std::string& mount_point) {
  struct statvfs sizes {};
  if (statvfs(mount_point.c_str(), &sizes) != 0) return;
  file_system.size_bytes = std::uint64_t{sizes.f_blocks} * sizes.f_frsize;
  file_system.available_bytes = std::uint64_t{sizes.f_bavail} * sizes.f_frsize;
}

}  // namespace

std::vector<FileSystem> discover_file_systems(const SystemRoot& root,
                                              const std::vector<BlockNode>& nodes,
                                              const std::vector<Mount>& mounts) {
  std::vector<FileSystem> file_systems;
  for (const Mount& mount : mounts) {
    const std::string mount_point = clean_text(mount.mount_point);
    // Whatever was mounted there before is hidden by this one.
    file_systems.erase(
        std::remove_if(file_systems.begin(), file_systems.end(),
                       [&](const FileSystem& each) { return each.mount_point == mount_point; }),
        file_systems.end());
    const bool ask = root.is_live() && !is_remote(mount);
    if (!is_listed(mount) || (ask && !is_live_directory(mount.mount_point))) continue;
    FileSystem file_system;
    file_system.mount_point = mount_point;
    file_system.type = clean_text(mount.type);
    file_system.source = clean_text(mount.source);
    file_system.options = clean_text(mount.options);
    const auto on = nodes_of_mount(root, nodes, mount);
    if (!on.empty()) file_system.device = on.front()->disk;
    if (ask) read_sizes(file_system, mount.mount_point);
    file_systems.push_back(std::move(file_system));
  }
  std::stable_sort(file_systems.begin(), file_systems.end(),
                   [](const FileSystem& a, const FileSystem& b) {
                     return natural_less(a.mount_point, b.mount_point);
                   });
  return file_systems;
}

}  // namespace assay
