#include "runners/collect/object_path.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "runners/discovery/sysfs.hpp"

namespace assay {

namespace {

constexpr std::size_t key_bytes_max = 1024;  // of S3
constexpr std::size_t part_bytes_max = 200;  // a file system takes 255; .part and others are added
constexpr std::size_t parts_max = 16;

std::string why_no_file(const std::string& part) {
  if (part.empty()) return "an empty part between slashes";
  if (part.front() == '.') return "a part that begins with a dot";
  if (part.size() > part_bytes_max) return fmt::format("a part of {} bytes", part.size());
  if (part.find('\\') != std::string::npos) return "a backslash";
  // C1 controls are two bytes in UTF-8, and some terminals obey them.
  for (std::size_t at = part.find('\xc2'); at != std::string::npos;
       at = part.find('\xc2', at + 1)) {
    if (at + 1 < part.size() && static_cast<unsigned char>(part[at + 1]) < 0xa0) {
      return "control characters";
    }
  }
  if (clean_text(part) != part) return "control characters, or bytes that are no UTF-8";
  return {};
}

}  // namespace

ObjectPath object_path(const std::string& key, const std::string& prefix) {
  if (key.size() > key_bytes_max) return {{}, fmt::format("a key of {} bytes", key.size())};
  std::string path = key;
  if (!prefix.empty()) {
    if (key.compare(0, prefix.size() + 1, prefix + "/") != 0) return {{}, "not below the prefix"};
    path = key.substr(prefix.size() + 1);
  }
  std::size_t parts = 0;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string why = why_no_file(path.substr(begin, end - begin));
    if (!why.empty()) return {{}, why};
    if (++parts > parts_max) return {{}, fmt::format("more than {} parts", parts_max)};
    begin = end + 1;
  }
  return {path, {}};
}

}  // namespace assay
