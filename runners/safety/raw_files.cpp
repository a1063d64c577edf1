#include "runners/safety/raw_files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <memory>

#include "bench/storage/file_handle.hpp"

namespace assay::safety {

std::optional<std::string> text_of(const std::string& path) {
  const FileHandle handle(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!handle.valid()) return std::nullopt;
  std::string text;
  std::array<char, 1 << 16> block{};
  for (;;) {
    const ssize_t count = read(handle.get(), block.data(), block.size());
    if (count < 0) return std::nullopt;
    if (count == 0) return text;
    text.append(block.data(), static_cast<std::size_t>(count));
  }
}

std::optional<std::string> attribute_of(const std::string& path) {
  constexpr auto blanks = " \t\r\n";
  const std::optional<std::string> text = text_of(path);
  if (!text) return std::nullopt;
  const std::size_t first = text->find_first_not_of(blanks);
  if (first == std::string::npos) return std::string();
  return text->substr(first, text->find_last_not_of(blanks) + 1 - first);
}

std::optional<std::vector<std::string>> entries_of(const std::string& directory) {
  const std::unique_ptr<DIR, int (*)(DIR*)> open_directory(opendir(directory.c_str()), closedir);
  if (!open_directory) return std::nullopt;
  std::vector<std::string> names;
  while (const dirent* entry = readdir(open_directory.get())) {
    const std::string name = static_cast<const char*>(entry->d_name);
    if (name != "." && name != "..") names.push_back(name);
  }
  return names;
}

std::optional<dev_t> number_of(const std::string& text) {
  unsigned major_number = 0;
  unsigned minor_number = 0;
  const char* const last = text.data() + text.size();
  const auto colon = std::from_chars(text.data(), last, major_number);
  if (colon.ec != std::errc{} || colon.ptr == last || *colon.ptr != ':') return std::nullopt;
  const auto end = std::from_chars(colon.ptr + 1, last, minor_number);
  if (end.ec != std::errc{} || end.ptr != last) return std::nullopt;
  return makedev(major_number, minor_number);
}

}  // namespace assay::safety
