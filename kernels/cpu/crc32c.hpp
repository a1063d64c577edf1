#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace assay {

/// CRC-32C (Castagnoli, reflected polynomial 0x82F63B78, as iSCSI uses it, RFC 3720) of the bytes.
/// By the CPU's own instruction where there is one (SSE4.2, Armv8's CRC32), else by a table.
std::uint32_t crc32c(std::span<const std::byte> bytes);

/// The same by a table, on any CPU: the reference for tests.
std::uint32_t crc32c_generic(std::span<const std::byte> bytes);

}  // namespace assay
