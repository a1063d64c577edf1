#include "runners/discovery/sysfs.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <limits>

namespace assay {

namespace {

constexpr std::string_view blanks = " \t\r\n\v\f";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Length of the UTF-8 sequence at the start of `text`, 0 when it is not one (RFC 3629: no overlong
/// forms, no surrogates, nothing above U+10FFFF).
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead < 0xC2   ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const bool overlong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90);
  const bool surrogate = lead == 0xED && byte(1) >= 0xA0;
  const bool too_high = lead == 0xF4 && byte(1) >= 0x90;
  return overlong || surrogate || too_high ? 0 : length;
}

/// Digits at the start of `text`, without leading zeros, and removed from it.
std::string_view take_digits(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && is_digit(text[length])) ++length;
  std::string_view digits = text.substr(0, length);
  text.remove_prefix(length);
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  return digits;
}

}  // namespace

std::string read_file(const std::filesystem::path& path) {
  constexpr std::size_t size_max = std::size_t{16} << 20;
  std::error_code error;
  // Not a pipe or a device, whose opening could block or have effects.
  if (!std::filesystem::is_regular_file(path, error) || error) return {};
  std::ifstream file(path, std::ios::binary);
  std::string text;
  std::string chunk(std::size_t{64} << 10, '\0');
  while (file && text.size() < size_max) {
    file.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    text.append(chunk, 0, static_cast<std::size_t>(file.gcount()));
  }
  return text;
}

std::string read_attribute(const std::filesystem::path& path) {
  std::string text = read_file(path);
  text.resize(std::min(text.find('\0'), text.size()));
  return clean_text(trimmed(text));
}

std::optional<std::uint64_t> read_number(const std::filesystem::path& path) {
  return to_number(read_attribute(path));
}

std::uint32_t read_number_32(const std::filesystem::path& path) {
  const std::uint64_t value = read_number(path).value_or(0);
  return value > std::numeric_limits<std::uint32_t>::max() ? 0 : static_cast<std::uint32_t>(value);
}

std::optional<std::uint64_t> read_hex_number(const std::filesystem::path& path) {
  const std::string text = read_attribute(path);
  if (text.rfind("0x", 0) != 0) return std::nullopt;
  return to_number(std::string_view(text).substr(2), 16);
}

std::optional<std::uint32_t> read_numa_node(const std::filesystem::path& path) {
  const std::optional<std::uint64_t> node = read_number(path);
  if (!node || *node > std::numeric_limits<std::uint16_t>::max()) return std::nullopt;
  return static_cast<std::uint32_t>(*node);
}

std::string bracketed(const std::string& text) {
  const std::size_t open = text.find('[');
  const std::size_t close = text.find(']');
  if (open == std::string::npos || close == std::string::npos || close < open) return text;
  return text.substr(open + 1, close - open - 1);
}

std::vector<std::string> list_names(const std::filesystem::path& directory) {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator entry(directory, error);
  while (!error && entry != std::filesystem::directory_iterator()) {
    names.push_back(entry->path().filename().string());
    entry.increment(error);
  }
  std::sort(names.begin(), names.end(), natural_less);
  return names;
}

bool natural_less(std::string_view left, std::string_view right) {
  const std::string_view whole_left = left;
  const std::string_view whole_right = right;
  while (!left.empty() && !right.empty()) {
    if (is_digit(left.front()) && is_digit(right.front())) {
      const std::string_view a = take_digits(left);
      const std::string_view b = take_digits(right);
      if (a.size() != b.size()) return a.size() < b.size();
      if (a != b) return a < b;
      continue;
    }
    if (left.front() != right.front()) return left.front() < right.front();
    left.remove_prefix(1);
    right.remove_prefix(1);
  }
  if (left.empty() != right.empty()) return left.empty();
  return whole_left < whole_right;  // 01 and 1: equal as numbers, still a strict order
}

std::filesystem::path resolved(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::path result = std::filesystem::canonical(path, error);
  return error ? std::filesystem::path() : result;
}

std::string clean_text(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const auto lead = static_cast<unsigned char>(text.front());
    const bool control = lead < 0x20 || lead == 0x7F;
    if (length == 0 || control) {
      clean += '?';
      text.remove_prefix(1);
      continue;
    }
    clean.append(text.substr(0, length));
    text.remove_prefix(length);
  }
  return clean;
}

std::string trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(blanks) - first + 1));
}

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> words;
  for (;;) {
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    if (text.empty()) return words;
    const std::size_t end = std::min(text.find_first_of(blanks), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

std::optional<std::uint64_t> to_number(std::string_view digits, int base) {
  std::uint64_t value = 0;
  const char* const last = digits.data() + digits.size();
  const auto [end, error] = std::from_chars(digits.data(), last, value, base);
  if (error != std::errc{} || end != last) return std::nullopt;
  return value;
}

std::uint32_t count_cpu_list(std::string_view list) {
  constexpr std::uint64_t cpu_max = 1 << 20;
  std::uint64_t count = 0;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    const std::string_view range = list.substr(0, end);
    const std::size_t dash = std::min(range.find('-'), range.size());
    const auto first = to_number(range.substr(0, dash));
    const auto last = dash == range.size() ? first : to_number(range.substr(dash + 1));
    if (!first || !last || *last < *first || *last > cpu_max) return 0;
    count += *last - *first + 1;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return static_cast<std::uint32_t>(std::min(count, cpu_max));
}

}  // namespace assay
