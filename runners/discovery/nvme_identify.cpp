#include "runners/discovery/nvme_identify.hpp"

#include <fcntl.h>
#include <linux/nvme_ioctl.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "bench/storage/file_handle.hpp"

namespace assay {

std::string attached_name_of(std::span<const std::byte> identify_page) {
  constexpr std::size_t name_at = 3072;
  constexpr std::size_t name_bytes = 32;
  constexpr std::string_view dev_prefix = "/dev/";
  if (identify_page.size() < name_at + name_bytes) return {};
  std::string name;
  for (const std::byte byte : identify_page.subspan(name_at, name_bytes)) {
    name += static_cast<char>(byte);
  }
  name.resize(name.find_last_not_of(std::string_view(" \0", 2)) + 1);
  if (name.rfind(dev_prefix, 0) == 0) name.erase(0, dev_prefix.size());
  const bool is_name = std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::islower(c) != 0 || std::isdigit(c) != 0;
  });
  return is_name ? name : std::string();
}

std::string read_attached_name(const std::string& device_path) {
  const FileHandle handle(open(device_path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!handle.valid()) return {};
  alignas(identify_page_bytes) std::array<std::byte, identify_page_bytes> page{};
  nvme_admin_cmd command{};
  command.opcode = 0x06;  // Identify
  command.cdw10 = 1;      // of the controller
  command.addr = reinterpret_cast<std::uint64_t>(page.data());
  command.data_len = identify_page_bytes;
  if (ioctl(handle.get(), NVME_IOCTL_ADMIN_CMD, &command) != 0) return {};
  return attached_name_of(page);
}

}  // namespace assay
