#include "runners/safety/blank_check.hpp"

#include <blkid/blkid.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <system_error>

namespace assay::safety {

namespace {

using namespace std::string_view_literals;

/// `offset` counts from the start, or when negative from the end and rounded down to `alignment`.
struct Magic {
  std::string_view type;  // as libblkid calls it
  std::int64_t offset;
  std::string_view bytes;
  std::uint64_t alignment = 1;
};

/// From the on-disk formats: ext4 s_magic has two bytes only and is left to libblkid.
constexpr std::array<Magic, 17> magics{{
    {"xfs", 0, "XFSB"sv},
    {"btrfs", 0x10040, "_BHRfS_M"sv},
    {"crypto_LUKS", 0, "LUKS\xba\xbe"sv},
    {"swap", 4096 - 10, "SWAPSPACE2"sv},
    {"swap", 65536 - 10, "SWAPSPACE2"sv},
    {"LVM2_member", 0, "LABELONE"sv},
    {"LVM2_member", 512, "LABELONE"sv},
    {"LVM2_member", 1024, "LABELONE"sv},
    {"LVM2_member", 1536, "LABELONE"sv},
    {"linux_raid_member", 0, "\xfc\x4e\x2b\xa9"sv},
    {"linux_raid_member", 4096, "\xfc\x4e\x2b\xa9"sv},
    {"linux_raid_member", -8192, "\xfc\x4e\x2b\xa9"sv, 4096},    // version 1.0
    {"linux_raid_member", -65536, "\xfc\x4e\x2b\xa9"sv, 65536},  // version 0.90
    {"gpt", 512, "EFI PART"sv},
    {"gpt", 4096, "EFI PART"sv},
    {"gpt", -512, "EFI PART"sv},
    {"gpt", -4096, "EFI PART"sv},
}};

void read_at(int fd, std::uint64_t offset, char* to, std::size_t bytes) {
  const ssize_t count = pread(fd, to, bytes, static_cast<off_t>(offset));
  if (count == static_cast<ssize_t>(bytes)) return;
  throw std::runtime_error(fmt::format(
      "read it at {}: {}", offset,
      count < 0 ? std::generic_category().message(errno) : std::string("it ends there")));
}

bool is_there(int fd, std::uint64_t size_bytes, const Magic& magic) {
  const std::uint64_t from_end = static_cast<std::uint64_t>(-magic.offset);
  const std::uint64_t offset = magic.offset < 0
                                   ? (size_bytes - from_end) / magic.alignment * magic.alignment
                                   : static_cast<std::uint64_t>(magic.offset);
  std::array<char, 16> found{};
  read_at(fd, offset, found.data(), magic.bytes.size());
  return std::string_view(found.data(), magic.bytes.size()) == magic.bytes;
}

/// 55 AA at the end of the first sector and four entries whose boot flags are possible.
bool has_partition_table(int fd) {
  std::array<char, 512> sector{};
  read_at(fd, 0, sector.data(), sector.size());
  if (sector[510] != '\x55' || sector[511] != '\xaa') return false;
  for (std::size_t entry = 446; entry < 510; entry += 16) {
    if (sector[entry] != 0 && sector[entry] != '\x80') return false;
  }
  return true;
}

void add_once(std::vector<std::string>& types, std::string_view type) {
  if (std::find(types.begin(), types.end(), type) == types.end()) types.emplace_back(type);
}

/// The prober that decides what may be mounted; it gives up where several formats claim the device.
void add_mountable(int fd, std::vector<std::string>& types) {
  constexpr int found = 0;
  constexpr int nothing = 1;
  constexpr int several = -2;
  const std::unique_ptr<blkid_struct_probe, void (*)(blkid_probe)> probe(blkid_new_probe(),
                                                                         blkid_free_probe);
  if (!probe || blkid_probe_set_device(probe.get(), fd, 0, 0) != 0) {
    throw std::runtime_error("libblkid cannot look at it");
  }
  blkid_probe_enable_superblocks(probe.get(), 1);
  blkid_probe_enable_partitions(probe.get(), 1);
  const int answer = blkid_do_safeprobe(probe.get());
  if (answer == nothing) return;
  if (answer == several) return add_once(types, "several");
  if (answer != found) throw std::runtime_error("libblkid cannot read it");
  const std::size_t before = types.size();
  for (const char* key : {"TYPE", "PTTYPE"}) {
    const char* text = nullptr;
    if (blkid_probe_lookup_value(probe.get(), key, &text, nullptr) == 0) add_once(types, text);
  }
  if (types.size() == before) add_once(types, "unknown");
}

}  // namespace

std::vector<std::string> types_on(int fd, std::uint64_t size_bytes) {
  std::vector<std::string> types;
  add_mountable(fd, types);
  for (const Magic& magic : magics) {
    if (is_there(fd, size_bytes, magic)) add_once(types, magic.type);
  }
  if (has_partition_table(fd)) add_once(types, boot_sector_type);
  return types;
}

}  // namespace assay::safety
