#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstring>
#include <span>
#include <string>

namespace assay {

static_assert(std::endian::native == std::endian::little, "device pages are read as they lie");

/// A little-endian number at a byte offset of a page. Precondition: it lies within the page.
template <class Number>
Number number_at(std::span<const std::byte> page, std::size_t offset) {
  Number number{};
  std::memcpy(&number, page.data() + offset, sizeof number);
  return number;
}

/// The text in a field of `length` bytes, up to its first NUL, without spaces at either end.
/// Precondition: the field lies within the page.
inline std::string text_at(std::span<const std::byte> page, std::size_t offset,
                           std::size_t length) {
  std::string text(reinterpret_cast<const char*>(page.data()) + offset, length);
  text.resize(std::min(text.find('\0'), text.size()));
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

}  // namespace assay
