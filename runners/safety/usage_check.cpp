#include "runners/safety/usage_check.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>

#include "runners/safety/raw_files.hpp"

namespace assay::safety {

namespace {

bool has(const std::vector<dev_t>& numbers, dev_t number) {
  return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

/// \040 and the like, as the kernel writes blanks in paths.
std::string unescaped(const std::string& text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '\\' && i + 3 < text.size();
    plain += escape ? static_cast<char>(std::stoi(text.substr(i + 1, 3), nullptr, 8)) : text[i];
    if (escape) i += 3;
  }
  return plain;
}

/// The block device that a path leads to, or the one that a file lies on.
std::optional<dev_t> device_of(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return std::nullopt;
  return S_ISBLK(status.st_mode) ? status.st_rdev : status.st_dev;
}

/// A line of mountinfo: id parent major:minor root mount-point ... - type source options.
bool is_mount_of(const std::string& line, const DiskNodes& nodes) {
  std::istringstream words(line);
  std::string word;
  for (int i = 0; i < 3; ++i) words >> word;
  const std::optional<dev_t> number = number_of(word);
  if (number && has(nodes.numbers, *number)) return true;
  // btrfs has no device number of its own, but names a device as its source.
  const std::size_t dash = line.find(" - ");
  if (dash == std::string::npos) return false;
  std::istringstream rest(line.substr(dash + 3));
  rest >> word >> word;
  if (word.empty() || word[0] != '/') return false;
  const std::optional<dev_t> source = device_of(unescaped(word));
  return source && has(nodes.numbers, *source);
}

std::string mounted(const DiskNodes& nodes) {
  const auto processes = entries_of("/proc");
  if (!processes || !text_of("/proc/self/mountinfo")) {
    throw std::runtime_error("the mounts cannot be read from /proc");
  }
  std::set<std::string> seen;
  for (const std::string& process : *processes) {
    if (process.find_first_not_of("0123456789") != std::string::npos) continue;
    const auto text = text_of("/proc/" + process + "/mountinfo");
    if (!text || !seen.insert(*text).second) continue;
    std::istringstream lines(*text);
    for (std::string line; std::getline(lines, line);) {
      if (is_mount_of(line, nodes)) {
        return fmt::format("it is mounted, as process {} sees it ({})", process, line);
      }
    }
  }
  return {};
}

std::string swapped_on(const DiskNodes& nodes) {
  const auto text = text_of("/proc/swaps");
  if (!text) return {};  // a kernel without swap
  std::istringstream lines(*text);
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    const std::string path = unescaped(line.substr(0, line.find_first_of(" \t")));
    const std::optional<dev_t> device = device_of(path);
    if (device && has(nodes.numbers, *device)) return fmt::format("{} on it is swap space", path);
  }
  return {};
}

std::string held(const DiskNodes& nodes) {
  for (const std::string& folder : nodes.folders) {
    const auto holders = entries_of(folder + "/holders");
    if (!holders) throw std::runtime_error(folder + "/holders cannot be read");
    if (!holders->empty()) return fmt::format("{} is built on it", holders->front());
  }
  return {};
}

}  // namespace

DiskNodes nodes_of_disk(dev_t disk) {
  const std::string folder = fmt::format("/sys/dev/block/{}:{}", major(disk), minor(disk));
  const auto entries = entries_of(folder);
  if (!entries) throw std::runtime_error(folder + " cannot be read");
  DiskNodes nodes{{disk}, {folder}};
  for (const std::string& entry : *entries) {
    std::string below = folder;
    below.append("/").append(entry);
    if (access((below + "/partition").c_str(), F_OK) != 0) continue;
    const auto number = number_of(attribute_of(below + "/dev").value_or(""));
    if (!number) throw std::runtime_error(below + "/dev cannot be read");
    nodes.numbers.push_back(*number);
    nodes.folders.push_back(below);
  }
  return nodes;
}

std::string use_of(const DiskNodes& nodes) {
  const std::optional<dev_t> root = device_of("/");
  if (!root || has(nodes.numbers, *root)) return "the root file system lies on it";
  for (const auto check : {mounted, swapped_on, held}) {
    std::string use = check(nodes);
    if (!use.empty()) return use;
  }
  return {};
}

}  // namespace assay::safety
