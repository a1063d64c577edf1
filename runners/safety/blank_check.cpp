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
#include <utility>

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

void add_type(std::vector<Found>& contents, std::string_view type) {
  const auto is_known = [&](const Found& one) { return one.type == type; };
  if (std::any_of(contents.begin(), contents.end(), is_known)) return;
  contents.push_back({std::string(type), ""});
}

std::string value_of(blkid_probe probe, const char* key) {
  const char* text = nullptr;
  return blkid_probe_lookup_value(probe, key, &text, nullptr) == 0 ? text : "";
}

constexpr int probe_found = 0;
constexpr int probe_found_nothing = 1;
constexpr int probe_found_several = -2;

using Probe = std::unique_ptr<blkid_struct_probe, void (*)(blkid_probe)>;

Probe probe_of(int fd) {
  Probe probe(blkid_new_probe(), blkid_free_probe);
  if (!probe || blkid_probe_set_device(probe.get(), fd, 0, 0) != 0) {
    throw std::runtime_error("libblkid cannot look at it");
  }
  blkid_probe_enable_superblocks(probe.get(), 1);
  blkid_probe_enable_partitions(probe.get(), 1);
  return probe;
}

void add_probed(blkid_probe probe, std::vector<Found>& contents) {
  constexpr std::array<std::pair<const char*, const char*>, 2> keys{
      {{"TYPE", "UUID"}, {"PTTYPE", "PTUUID"}}};
  const std::size_t before = contents.size();
  for (const auto& [type_key, uuid_key] : keys) {
    const std::string type = value_of(probe, type_key);
    if (!type.empty()) contents.push_back({type, value_of(probe, uuid_key)});
  }
  if (contents.size() == before) add_type(contents, "unknown");
}

/// The prober that decides what may be mounted; where it gives up, because several formats claim
/// the device, each of them.
void add_mountable(int fd, std::vector<Found>& contents) {
  const Probe safe = probe_of(fd);
  const int answer = blkid_do_safeprobe(safe.get());
  if (answer == probe_found_nothing) return;
  if (answer == probe_found) return add_probed(safe.get(), contents);
  if (answer != probe_found_several) throw std::runtime_error("libblkid cannot read it");
  add_type(contents, several_types);
  constexpr std::size_t found_max = 64;
  const Probe all = probe_of(fd);
  while (contents.size() < found_max) {
    const int next = blkid_do_probe(all.get());
    if (next == probe_found_nothing) return;
    if (next != probe_found) throw std::runtime_error("libblkid cannot read it");
    add_probed(all.get(), contents);
  }
}

}  // namespace

std::vector<Found> contents_of(int fd, std::uint64_t size_bytes) {
  std::vector<Found> contents;
  add_mountable(fd, contents);
  for (const Magic& magic : magics) {
    if (is_there(fd, size_bytes, magic)) add_type(contents, magic.type);
  }
  if (has_partition_table(fd)) add_type(contents, boot_sector_type);
  return contents;
}

}  // namespace assay::safety
