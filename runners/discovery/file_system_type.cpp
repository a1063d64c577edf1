#include "runners/discovery/file_system_type.hpp"

#include <linux/magic.h>
#include <sys/statfs.h>

#include <array>
#include <string_view>

namespace assay {

namespace {

constexpr long zfs_magic = 0x2FC12FC1;  // OpenZFS, not part of Linux

struct Magic {
  long magic;
  std::string_view type;
};
constexpr std::array<Magic, 10> magics{{{EXT4_SUPER_MAGIC, "ext4"},
                                        {XFS_SUPER_MAGIC, "xfs"},
                                        {BTRFS_SUPER_MAGIC, "btrfs"},
                                        {F2FS_SUPER_MAGIC, "f2fs"},
                                        {zfs_magic, "zfs"},
                                        {NFS_SUPER_MAGIC, "nfs"},
                                        {MSDOS_SUPER_MAGIC, "vfat"},
                                        {OVERLAYFS_SUPER_MAGIC, "overlay"},
                                        {TMPFS_MAGIC, "tmpfs"},
                                        {RAMFS_MAGIC, "ramfs"}}};

}  // namespace

std::string type_of_magic(long magic) {
  for (const Magic& entry : magics) {
    if (entry.magic == magic) return std::string(entry.type);
  }
  return {};
}

std::string type_of_path(const std::string& path) {
  struct statfs status {};
  return statfs(path.c_str(), &status) == 0 ? type_of_magic(status.f_type) : std::string();
}

}  // namespace assay
