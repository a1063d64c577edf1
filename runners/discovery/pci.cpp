#include "runners/discovery/pci.hpp"

#include <algorithm>
#include <cctype>

#include "runners/discovery/sysfs.hpp"

namespace assay {

bool is_pci_address(std::string_view text) {
  // The domain has four digits or more (Intel VMD: 10000:e1:00.0).
  constexpr std::string_view after_domain = ":xx:xx.x";
  if (text.size() < 4 + after_domain.size()) return false;
  const std::size_t domain_length = text.size() - after_domain.size();
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char expected = i < domain_length ? 'x' : after_domain[i - domain_length];
    const bool hex = (text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f');
    if (expected == 'x' ? !hex : text[i] != expected) return false;
  }
  return true;
}

std::string normal_pci_address(std::string_view text) {
  std::string address(text);
  for (char& c : address) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  constexpr std::size_t usual_length = 12;
  while (address.size() > usual_length && address.front() == '0') address.erase(0, 1);
  return is_pci_address(address) ? address : std::string();
}

PciPlace pci_place_of(const std::filesystem::path& directory) {
  PciPlace place;
  std::filesystem::path walked;
  for (const std::filesystem::path& part : directory) {
    walked /= part;
    if (!is_pci_address(part.native())) continue;
    place = {part.native(), read_numa_node(walked / "numa_node")};
  }
  return place;
}

}  // namespace assay
