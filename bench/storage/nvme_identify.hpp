#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "bench/storage/vendor_statistics.hpp"
#include "reports/model/host.hpp"

namespace assay {

constexpr std::size_t identify_page_bytes = 4096;

/// Identify Controller (NVM Express Base Specification, CNS 1): serial at byte 4, model at 24,
/// firmware at 64; EC2 puts the name that a device was attached with at byte 3072 ("/dev/sdf",
/// "sda", "ephemeral0:sdb"), as amazon-ec2-utils reads it.
struct IdentifyController {
  std::string serial;
  std::string model;
  std::string firmware;
  std::string vendor_name;  // byte 3072, only of Amazon's controllers
};

/// Identify Namespace (CNS 0): sizes in logical blocks at bytes 0, 8 and 16; NAWUPF at 36 where bit
/// 1 of NSFEAT says so. EC2's vendor area begins at byte 384: name, volume id at +32, torn-write
/// prevention unit, granularity (u16 at +256, +258) and boundary (u32 at +260), all zero-based.
struct IdentifyNamespace {
  std::uint64_t size_blocks = 0;
  std::uint64_t capacity_blocks = 0;
  std::uint64_t used_blocks = 0;
  std::uint32_t block_bytes = 0;
  std::optional<std::uint32_t> power_fail_blocks;
  std::string volume_id;  // "vol0123..." as it stands there
  std::uint32_t torn_write_blocks = 0;
  std::uint32_t torn_write_granularity_blocks = 0;
  std::uint64_t torn_write_boundary_blocks = 0;
};

/// Empty where the page is shorter than 4096 bytes, or (of a namespace) has no valid block size.
std::optional<IdentifyController> parse_identify_controller(std::span<const std::byte> page);
std::optional<IdentifyNamespace> parse_identify_namespace(std::span<const std::byte> page);

/// Both as a Host has them. What the vendor area says is taken only of Amazon's controllers.
NvmeIdentity nvme_identity(const IdentifyController& controller, const IdentifyNamespace& space);

/// Asks a block device for both, read-only (needs CAP_SYS_ADMIN). Where that fails, `unread` says
/// why and the rest is empty.
NvmeIdentity read_nvme_identity(const std::string& device_path, std::uint32_t namespace_id,
                                const AdminCommand& command);

}  // namespace assay
