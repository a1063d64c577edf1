#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assay::safety {

/// What `types_on` calls a first sector that ends like a partition table or a boot sector.
constexpr std::string_view boot_sector_type = "boot sector";

/// The types of what the device behind `fd` holds: libblkid's answer to "what would be mounted
/// here", and magic numbers that are looked for by hand at their offsets from the start and from
/// the end. Throws std::runtime_error in words when it cannot be read: then it is not blank.
/// `fd` must be open without O_DIRECT.
std::vector<std::string> types_on(int fd, std::uint64_t size_bytes);

}  // namespace assay::safety
