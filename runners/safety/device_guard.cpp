#include "runners/safety/device_guard.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <linux/nvme_ioctl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <optional>
#include <string_view>
#include <vector>

#include "runners/safety/blank_check.hpp"
#include "runners/safety/raw_files.hpp"
#include "runners/safety/usage_check.hpp"

namespace assay {

namespace {

constexpr std::string_view loop_prefix = "loop:";

/// The descriptor, the Plan's words about it, and the device number that the kernel gives for it.
struct Opened {
  int fd;
  const Target& target;
  dev_t number = 0;

  std::string folder() const {
    return fmt::format("/sys/dev/block/{}:{}", major(number), minor(number));
  }
  std::string own_path() const { return fmt::format("/proc/self/fd/{}", fd); }
};

std::string has_leave(const Opened& opened) {
  const Target& target = opened.target;
  const bool leave = target.chosen && target.kind == TargetKind::block_device && target.overwrite &&
                     !target.overwrite->permission.empty() && !target.serial.empty();
  return leave ? std::string() : "the Plan gives no leave to write to it";
}

std::string is_the_named_disk(const Opened& opened) {
  std::array<char, 4096> link{};
  const ssize_t length = readlink(opened.folder().c_str(), link.data(), link.size());
  if (length <= 0) return opened.folder() + " cannot be read";
  const std::string_view path(link.data(), static_cast<std::size_t>(length));
  const std::string_view name = path.substr(path.rfind('/') + 1);
  if (name != opened.target.device) {
    return fmt::format("it is {} now, and the Plan named {}", name, opened.target.device);
  }
  const bool partition = access((opened.folder() + "/partition").c_str(), F_OK) == 0;
  return partition ? "it is a partition" : "";
}

/// Identify Controller, bytes 4 to 23 (NVM Express base specification); empty where the device is
/// no NVMe or does not answer.
std::string serial_of_controller(int fd) {
  constexpr std::size_t serial_at = 4;
  constexpr std::size_t serial_bytes = 20;
  alignas(4096) std::array<char, 4096> page{};
  nvme_admin_cmd command{};
  command.opcode = 0x06;
  command.cdw10 = 1;
  command.addr = reinterpret_cast<std::uint64_t>(page.data());
  command.data_len = page.size();
  if (ioctl(fd, NVME_IOCTL_ADMIN_CMD, &command) != 0) return {};
  const std::string_view serial(page.data() + serial_at, serial_bytes);
  const std::size_t end = serial.find_last_not_of(std::string_view(" \0", 2));
  return std::string(serial.substr(0, end == std::string_view::npos ? 0 : end + 1));
}

/// A loop device is its file: the same inode, all of it, and no second name of a disk.
std::string has_backing_file(const Opened& opened) {
  struct loop_info64 info {};
  struct stat file {};
  const std::string path = opened.target.serial.substr(loop_prefix.size());
  if (ioctl(opened.fd, LOOP_GET_STATUS64, &info) != 0) return "it is no loop device";
  if (stat(path.c_str(), &file) != 0) return path + " cannot be found";
  if (!S_ISREG(file.st_mode)) return path + " is no regular file";
  // lo_device is in the kernel's encoding of device numbers, equal to glibc's low 32 bits.
  const bool same = info.lo_inode == file.st_ino &&
                    info.lo_device == (file.st_dev & 0xFFFF'FFFFULL) && info.lo_rdevice == 0;
  if (!same) return fmt::format("it does not stand on {}", path);
  return info.lo_offset == 0 ? "" : "it shows only a part of its file: set it up without an offset";
}

std::string has_the_serial(const Opened& opened) {
  const std::string& wanted = opened.target.serial;
  if (std::string_view(wanted).substr(0, loop_prefix.size()) == loop_prefix) {
    return has_backing_file(opened);
  }
  std::string found = safety::attribute_of(opened.folder() + "/device/serial").value_or("");
  if (found.empty()) found = safety::attribute_of(opened.folder() + "/serial").value_or("");
  const std::string told = serial_of_controller(opened.fd);
  if (found == wanted && (told.empty() || told == wanted)) return {};
  return fmt::format("its serial number is '{}', and the Plan named {}",
                     found == wanted ? told : found, wanted);
}

std::string has_the_size(const Opened& opened) {
  std::uint64_t bytes = 0;
  if (ioctl(opened.fd, BLKGETSIZE64, &bytes) != 0) return "its size cannot be read";
  const std::uint64_t planned = opened.target.overwrite->device_bytes;
  if (bytes != planned) {
    return fmt::format("it has {} bytes now, and the Plan says {}", bytes, planned);
  }
  return opened.target.span_bytes <= bytes ? "" : "the Plan would write beyond its end";
}

std::string is_writable(const Opened& opened) {
  int read_only = 1;
  if (ioctl(opened.fd, BLKROGET, &read_only) != 0 || read_only != 0) return "it is read-only";
  const int flags = fcntl(opened.fd, F_GETFL);
  return flags >= 0 && (flags & O_ACCMODE) == O_RDWR ? "" : "it was not opened for writing";
}

/// The kernel forgets O_EXCL in the flags; that a second exclusive open fails shows it.
std::string is_held_exclusively(const Opened& opened) {
  const FileHandle second(open(opened.own_path().c_str(), O_RDONLY | O_EXCL | O_CLOEXEC));
  if (second.valid()) return "it is not held exclusively";
  return errno == EBUSY ? "" : "it cannot be proven that it is held exclusively";
}

std::string is_unused(const Opened& opened) {
  return safety::use_of(safety::nodes_of_disk(opened.number));
}

/// Whether the user was told that this would be lost: of two of one type, this one. What was put
/// there after that is another one.
bool is_given_up(const safety::Found& found, const std::vector<std::string>& destroys) {
  const auto is_told = [&](std::string_view type) {
    const std::string begin = std::string(type) + " ";
    const std::string end = found.uuid.empty() ? "" : "UUID " + found.uuid + ")";
    return std::any_of(destroys.begin(), destroys.end(), [&](std::string_view told) {
      return told.starts_with(begin) && told.ends_with(end);
    });
  };
  if (found.type == safety::several_types) return destroys.size() > 1;
  if (found.type != safety::boot_sector_type) return is_told(found.type);
  constexpr std::array<std::string_view, 6> with_boot_sector{"dos",  "gpt",  "PMBR",
                                                             "vfat", "ntfs", "exfat"};
  return std::any_of(with_boot_sector.begin(), with_boot_sector.end(), is_told);
}

std::string is_blank(const Opened& opened) {
  const FileHandle buffered(open(opened.own_path().c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (!buffered.valid() || fstat(buffered.get(), &status) != 0 || status.st_rdev != opened.number) {
    return "it cannot be opened for reading";
  }
  const Overwrite& overwrite = *opened.target.overwrite;
  for (const safety::Found& found : safety::contents_of(buffered.get(), overwrite.device_bytes)) {
    if (is_given_up(found, overwrite.destroys)) continue;
    return fmt::format(
        "it holds something now that the Plan did not know of ({}): if that may be lost, wipe it "
        "and start a new run",
        found.type);
  }
  return {};
}

}  // namespace

std::string reason_against_writing(int fd, const Target& target) {
  struct stat status {};
  if (fstat(fd, &status) != 0 || !S_ISBLK(status.st_mode)) return "it is no block device";
  const Opened opened{fd, target, status.st_rdev};
  using Check = std::string (*)(const Opened&);
  constexpr std::array<Check, 8> checks{has_leave,    is_the_named_disk, has_the_serial,
                                        has_the_size, is_writable,       is_held_exclusively,
                                        is_unused,    is_blank};
  try {
    for (const Check check : checks) {
      std::string reason = check(opened);
      if (!reason.empty()) return reason;
    }
  } catch (const std::exception& error) {
    return fmt::format("its safety cannot be proven ({})", error.what());
  }
  return {};
}

DeviceGuard system_device_guard() { return reason_against_writing; }

}  // namespace assay
