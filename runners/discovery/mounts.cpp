#include "runners/discovery/mounts.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <system_error>

#include "runners/discovery/sysfs.hpp"

namespace assay {

namespace {

std::vector<std::string> split_commas(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    items.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return items;
}

std::string merged_options(const std::string& of_mount, const std::string& of_file_system) {
  std::vector<std::string> options = split_commas(of_mount);
  std::string merged = of_mount;
  for (const std::string& option : split_commas(of_file_system)) {
    if (std::find(options.begin(), options.end(), option) != options.end()) continue;
    // A read-only file system under a writable mount is read-only: "rw,ro" would confuse.
    if (option == "rw" && std::find(options.begin(), options.end(), "ro") != options.end())
      continue;
    merged += ',' + option;
  }
  return merged;
}

/// Value of the octal escape at the start of `text`: a backslash and three digits.
std::optional<char> octal_escape(std::string_view text) {
  if (text.size() < 4 || text[0] != '\\') return std::nullopt;
  const auto value = to_number(text.substr(1, 3), 8);
  if (!value || *value > 0xFF) return std::nullopt;
  return static_cast<char>(*value);
}

}  // namespace

std::string decode_octal(std::string_view text) {
  std::string decoded;
  while (!text.empty()) {
    const std::optional<char> escaped = octal_escape(text);
    decoded += escaped.value_or(text.front());
    text.remove_prefix(escaped ? 4 : 1);
  }
  return decoded;
}

std::vector<Mount> parse_mountinfo(std::string_view text) {
  std::vector<Mount> mounts;
  for (const std::string& line : split_lines(text)) {
    // id parent major:minor root mount-point options optional... - type source super-options
    const std::vector<std::string> fields = split_words(line);
    const auto dash = std::find(fields.begin(), fields.end(), "-");
    if (dash - fields.begin() < 6 || fields.end() - dash < 3) continue;
    Mount mount;
    mount.id = to_number(fields[0]).value_or(0);
    mount.number = fields[2];
    mount.mount_point = decode_octal(fields[4]);
    mount.type = dash[1];
    mount.source = decode_octal(dash[2]);
    mount.options = merged_options(fields[5], fields.end() - dash > 3 ? dash[3] : std::string());
    mounts.push_back(std::move(mount));
  }
  return mounts;
}

std::vector<std::string> parse_swaps(std::string_view text) {
  std::vector<std::string> devices;
  for (const std::string& line : split_lines(text)) {
    const std::vector<std::string> words = split_words(line);
    if (words.size() >= 2 && words[1] == "partition") devices.push_back(decode_octal(words[0]));
  }
  return devices;
}

std::vector<Mount> read_mounts(const SystemRoot& root) {
  return parse_mountinfo(read_file(root.path / "proc/self/mountinfo"));
}

std::vector<Mount> read_all_mounts(const SystemRoot& root) {
  std::vector<Mount> mounts = read_mounts(root);
  std::set<std::string> seen;  // mount namespace and root directory: chroots see less than is there
  for (const std::string& process : list_names(root.path / "proc")) {
    if (!to_number(process)) continue;
    const std::filesystem::path directory = root.path / "proc" / process;
    std::error_code error;
    const std::string view = std::filesystem::read_symlink(directory / "ns/mnt", error).native() +
                             std::filesystem::read_symlink(directory / "root", error).native();
    if (!view.empty() && !seen.insert(view).second) continue;
    std::vector<Mount> of_process = parse_mountinfo(read_file(directory / "mountinfo"));
    std::move(of_process.begin(), of_process.end(), std::back_inserter(mounts));
  }
  return mounts;
}

}  // namespace assay
