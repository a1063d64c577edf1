#include "runners/discovery/path_facts.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

#include "bench/storage/file_handle.hpp"
#include "runners/discovery/block_nodes.hpp"
#include "runners/discovery/block_usage.hpp"
#include "runners/discovery/direct_io.hpp"
#include "runners/discovery/file_system_type.hpp"
#include "runners/discovery/mounts.hpp"
#include "runners/discovery/sysfs.hpp"

namespace assay {

namespace {

std::string words_of(int error) { return std::generic_category().message(error); }

PathKind kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return PathKind::directory;
  if (S_ISREG(mode)) return PathKind::regular_file;
  if (S_ISBLK(mode)) return PathKind::block_device;
  return S_ISCHR(mode) ? PathKind::character_device : PathKind::other;
}

std::string canonical_of(const std::string& path) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(path, error);
  const std::filesystem::path canonical = std::filesystem::weakly_canonical(absolute, error);
  return error ? absolute.lexically_normal().native() : canonical.native();
}

bool is_below(const std::string& path, const std::string& mount_point) {
  if (mount_point == "/") return true;
  return path.rfind(mount_point, 0) == 0 &&
         (path.size() == mount_point.size() || path[mount_point.size()] == '/');
}

/// The mount that a path lies on: by the kernel's mount id (Linux 5.8), else by the longest mount
/// point, the last of equal ones being on top.
std::optional<Mount> mount_of(const std::string& path, const std::vector<Mount>& mounts) {
  struct statx with_id {};
  const bool known = statx(AT_FDCWD, path.c_str(), 0, STATX_MNT_ID, &with_id) == 0 &&
                     (with_id.stx_mask & STATX_MNT_ID) != 0;
  std::optional<Mount> best;
  for (const Mount& mount : mounts) {
    if (known && mount.id == with_id.stx_mnt_id) return mount;
    if (known || !is_below(path, mount.mount_point)) continue;
    if (!best || mount.mount_point.size() >= best->mount_point.size()) best = mount;
  }
  return best;
}

std::string device_of_mount(const Mount& mount) {
  const SystemRoot live;
  const std::vector<BlockNode> nodes = read_block_nodes(live);
  const auto on = nodes_of_mount(live, nodes, mount);
  return on.empty() ? std::string() : on.front()->disk;
}

/// The type of the file system that an overlay writes to. Empty when that directory is not visible
/// here, as inside a container.
std::string upper_type_of(const Mount& mount) {
  constexpr std::string_view key = ",upperdir=";
  if (mount.type != "overlay") return {};
  const std::string options = "," + mount.options;
  const std::size_t at = options.find(key);
  if (at == std::string::npos) return {};
  const std::size_t start = at + key.size();
  const std::string upper = options.substr(start, options.find(',', start) - start);
  return upper.rfind('/', 0) == 0 ? type_of_path(upper) : std::string();
}

void add_error(PathFacts& facts, const std::string& error) {
  facts.error += (facts.error.empty() ? "" : "; ") + error;
}

void inspect_file_system(PathFacts& facts) {
  if (const std::optional<Mount> mount = mount_of(facts.canonical, read_mounts({}))) {
    facts.mount_point = mount->mount_point;
    facts.file_system_type = mount->type;
    facts.upper_type = upper_type_of(*mount);
    // Without a device number of its own (btrfs) a file system still names its device.
    if (facts.device.empty() && facts.kind != PathKind::block_device &&
        facts.kind != PathKind::character_device) {
      facts.device = device_of_mount(*mount);
    }
  } else {
    facts.file_system_type = type_of_path(facts.canonical);
    if (facts.file_system_type.empty()) {
      add_error(facts, "its mount is not in /proc/self/mountinfo and its type is not known");
    }
  }
  struct statvfs sizes {};
  if (statvfs(facts.canonical.c_str(), &sizes) != 0) {
    add_error(facts, fmt::format("statvfs {}: {}", facts.canonical, words_of(errno)));
    return;
  }
  // Not f_bfree, for root either: the reserve of a file system is nothing to measure in.
  facts.available_bytes = std::uint64_t{sizes.f_bavail} * std::uint64_t{sizes.f_frsize};
}

/// From sysfs, so that the device need not be opened.
std::uint64_t block_size_of(dev_t device) {
  constexpr std::uint64_t sector_bytes = 512;
  const std::string directory = fmt::format("/sys/dev/block/{}:{}", major(device), minor(device));
  return read_number(directory + "/size").value_or(0) * sector_bytes;
}

std::string node_of(dev_t device) {
  return resolved(fmt::format("/sys/dev/block/{}:{}", major(device), minor(device)))
      .filename()
      .native();
}

void probe_direct_io(PathFacts& facts) {
  DirectIoAnswer answer{DirectIo::unknown, "not a directory, file or block device"};
  if (facts.kind == PathKind::directory) {
    answer = facts.writable ? try_direct_io_in_directory(facts.canonical)
                            : DirectIoAnswer{DirectIo::unknown, "the directory is not writable"};
  }
  if (facts.kind == PathKind::regular_file || facts.kind == PathKind::block_device) {
    answer = try_direct_read(facts.canonical);
  }
  facts.direct_io = answer.state;
  facts.direct_io_error = std::move(answer.error);
}

}  // namespace

std::string disk_of_number(const SystemRoot& root, unsigned major_number, unsigned minor_number) {
  const std::filesystem::path directory =
      resolved(root.path / fmt::format("sys/dev/block/{}:{}", major_number, minor_number));
  if (directory.empty()) return {};
  std::error_code error;
  const bool partition = std::filesystem::exists(directory / "partition", error);
  return (partition ? directory.parent_path() : directory).filename().native();
}

std::string block_name_of_generic(const SystemRoot& root, unsigned major_number,
                                  unsigned minor_number) {
  constexpr std::string_view prefix = "ng";
  const std::string name =
      resolved(root.path / fmt::format("sys/dev/char/{}:{}", major_number, minor_number))
          .filename()
          .native();
  if (name.rfind(prefix, 0) != 0) return {};
  std::string block = "nvme" + name.substr(prefix.size());
  return resolved(root.path / "sys/block" / block).empty() ? std::string() : block;
}

WritingFacts inspect_for_writing(const std::string& path) {
  WritingFacts facts;
  facts.signatures = probe_signatures(path);
  // The kernel takes an io_uring apart after its process has ended: a run that follows another at
  // once would still find the device held.
  constexpr int attempts = 20;
  constexpr auto pause = std::chrono::milliseconds(50);
  for (int i = 0; i < attempts; ++i) {
    const FileHandle handle(open(path.c_str(), O_RDONLY | O_EXCL | O_CLOEXEC));
    facts.exclusive_error = handle.valid() ? std::string() : words_of(errno);
    if (handle.valid() || errno != EBUSY) break;
    std::this_thread::sleep_for(pause);
  }
  return facts;
}

PathFacts inspect_path(const std::string& path) {
  PathFacts facts;
  facts.path = path;
  facts.canonical = canonical_of(path);
  struct stat status {};
  if (path.empty() || stat(path.c_str(), &status) != 0) {
    const int error = path.empty() ? ENOENT : errno;
    if (error != ENOENT && error != ENOTDIR) facts.kind = PathKind::unreachable;
    facts.error = fmt::format("{}: {}", path, words_of(error));
    facts.direct_io_error = facts.error;
    return facts;
  }
  facts.kind = kind_of(status.st_mode);
  facts.file_system = status.st_dev;
  if (facts.kind == PathKind::character_device) {
    const std::string block =
        block_name_of_generic({}, major(status.st_rdev), minor(status.st_rdev));
    if (!block.empty()) return inspect_path("/dev/" + block);
  }
  const int wanted = facts.kind == PathKind::directory ? W_OK | X_OK : W_OK;
  facts.writable = faccessat(AT_FDCWD, path.c_str(), wanted, AT_EACCESS) == 0;
  const bool is_node = facts.kind == PathKind::block_device;
  const dev_t device = is_node ? status.st_rdev : status.st_dev;
  if (facts.kind != PathKind::character_device) {
    facts.device = disk_of_number({}, major(device), minor(device));
  }
  if (is_node) facts.node = node_of(device);
  facts.size_bytes = is_node ? block_size_of(device)
                     : facts.kind == PathKind::regular_file
                         ? static_cast<std::uint64_t>(std::max<off_t>(status.st_size, 0))
                         : 0;
  inspect_file_system(facts);
  probe_direct_io(facts);
  return facts;
}

}  // namespace assay
