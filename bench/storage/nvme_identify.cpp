#include "bench/storage/nvme_identify.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <system_error>
#include <vector>

#include "bench/storage/file_handle.hpp"
#include "bench/storage/page_bytes.hpp"

namespace assay {

namespace {

constexpr std::uint8_t opcode_identify = 0x06;
constexpr std::uint32_t cns_namespace = 0;
constexpr std::uint32_t cns_controller = 1;
constexpr std::size_t vendor_area = 384;  // of Identify Namespace
constexpr std::string_view amazon = "Amazon ";

/// "vol0123" -> "vol-0123"; empty for anything else.
std::string with_dash(const std::string& volume) {
  if (volume.rfind("vol", 0) != 0 || volume.size() < 4) return {};
  return volume[3] == '-' ? volume : "vol-" + volume.substr(3);
}

/// "ephemeral0:none" was attached under no name.
std::string attachment_of(const std::string& name) {
  constexpr std::string_view unnamed = ":none";
  const std::size_t at = name.rfind(unnamed);
  return at != std::string::npos && at + unnamed.size() == name.size() ? name.substr(0, at) : name;
}

std::string words_of_errno() { return std::generic_category().message(errno); }

}  // namespace

std::optional<IdentifyController> parse_identify_controller(std::span<const std::byte> page) {
  if (page.size() < identify_page_bytes) return std::nullopt;
  IdentifyController controller;
  controller.serial = text_at(page, 4, 20);
  controller.model = text_at(page, 24, 40);
  controller.firmware = text_at(page, 64, 8);
  if (controller.model.rfind(amazon, 0) == 0) controller.vendor_name = text_at(page, 3072, 32);
  return controller;
}

std::optional<IdentifyNamespace> parse_identify_namespace(std::span<const std::byte> page) {
  if (page.size() < identify_page_bytes) return std::nullopt;
  IdentifyNamespace space;
  space.size_blocks = number_at<std::uint64_t>(page, 0);
  space.capacity_blocks = number_at<std::uint64_t>(page, 8);
  space.used_blocks = number_at<std::uint64_t>(page, 16);
  const auto features = number_at<std::uint8_t>(page, 24);
  // The format in use, of 16 (the lowest 4 bits): byte 2 of its entry is log2 of the block's bytes.
  const auto format = static_cast<std::size_t>(number_at<std::uint8_t>(page, 26) & 0xFU);
  const auto block_bits = number_at<std::uint8_t>(page, 128 + 4 * format + 2);
  if (block_bits < 9 || block_bits > 16 || space.size_blocks > (UINT64_MAX >> block_bits) ||
      space.used_blocks > space.size_blocks || space.capacity_blocks > space.size_blocks) {
    return std::nullopt;
  }
  space.block_bytes = 1U << block_bits;
  if ((features & 2U) != 0) space.power_fail_blocks = number_at<std::uint16_t>(page, 36) + 1U;
  space.volume_id = text_at(page, vendor_area + 32, 32);
  space.torn_write_blocks = number_at<std::uint16_t>(page, vendor_area + 256) + 1U;
  space.torn_write_granularity_blocks = number_at<std::uint16_t>(page, vendor_area + 258) + 1U;
  space.torn_write_boundary_blocks =
      std::uint64_t{number_at<std::uint32_t>(page, vendor_area + 260)} + 1;
  return space;
}

NvmeIdentity nvme_identity(const IdentifyController& controller, const IdentifyNamespace& space) {
  NvmeIdentity identity;
  identity.size_bytes = space.size_blocks * space.block_bytes;
  identity.capacity_bytes = space.capacity_blocks * space.block_bytes;
  identity.used_bytes = space.used_blocks * space.block_bytes;
  if (space.power_fail_blocks) {
    identity.power_fail_atomic_bytes = std::uint64_t{*space.power_fail_blocks} * space.block_bytes;
  }
  if (controller.model.rfind(amazon, 0) != 0) return identity;
  identity.attachment_name = attachment_of(controller.vendor_name);
  identity.volume_id = with_dash(space.volume_id);
  if (identity.volume_id.empty()) identity.volume_id = with_dash(controller.serial);
  identity.torn_write_bytes = std::uint64_t{space.torn_write_blocks} * space.block_bytes;
  identity.torn_write_granularity_bytes =
      std::uint64_t{space.torn_write_granularity_blocks} * space.block_bytes;
  identity.torn_write_boundary_bytes = space.torn_write_boundary_blocks * space.block_bytes;
  return identity;
}

NvmeIdentity read_nvme_identity(const std::string& device_path, std::uint32_t namespace_id,
                                const AdminCommand& command) {
  NvmeIdentity unread;
  const FileHandle handle(open(device_path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!handle.valid()) {
    unread.unread = fmt::format("open {}: {}", device_path, words_of_errno());
    if (errno == EACCES) unread.unread += " (run as root)";
    return unread;
  }
  const auto identify = [&](std::uint32_t cns, std::uint32_t nsid) {
    std::vector<std::byte> page(identify_page_bytes);
    nvme_admin_cmd admin{};
    admin.opcode = opcode_identify;
    admin.nsid = nsid;
    admin.addr = reinterpret_cast<std::uintptr_t>(page.data());
    admin.data_len = identify_page_bytes;
    admin.cdw10 = cns;
    errno = 0;
    const int status = command(handle.get(), admin);
    if (status == 0) return page;
    const std::string why =
        status > 0 ? fmt::format("NVMe status {:#x}", status) : words_of_errno();
    unread.unread = fmt::format("identify {}: {}{}", device_path, why,
                                errno == EACCES || errno == EPERM ? " (run as root)" : "");
    return std::vector<std::byte>();
  };
  const auto controller = parse_identify_controller(identify(cns_controller, 0));
  if (!controller) return unread;
  const std::vector<std::byte> page = identify(cns_namespace, namespace_id);
  const auto space = parse_identify_namespace(page);
  if (space) return nvme_identity(*controller, *space);
  if (!page.empty()) {
    unread.unread =
        fmt::format("identify {}: namespace {} has impossible sizes", device_path, namespace_id);
  }
  return unread;
}

}  // namespace assay
