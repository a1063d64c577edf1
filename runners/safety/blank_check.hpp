#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assay::safety {

/// What `contents_of` calls a first sector that ends like a partition table or a boot sector.
constexpr std::string_view boot_sector_type = "boot sector";

/// What it calls it that several formats claim the device; each of them is found as well.
constexpr std::string_view several_types = "several";

/// Something that a device holds. `uuid` tells two of one type apart; empty where there is none, or
/// where only a magic number was seen.
struct Found {
  std::string type;  // as libblkid calls it, boot_sector_type, several_types, "unknown"
  std::string uuid;
};

/// What the device behind `fd` holds: libblkid's answer to "what would be mounted here", and magic
/// numbers that are looked for by hand at their offsets from the start and from the end. Throws
/// std::runtime_error in words when it cannot be read: then it is not blank. `fd` must be open
/// without O_DIRECT.
std::vector<Found> contents_of(int fd, std::uint64_t size_bytes);

}  // namespace assay::safety
