#include "runners/discovery/block_nodes.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "runners/discovery/sysfs.hpp"

namespace assay {

namespace {

constexpr std::string_view dev_prefix = "/dev/";
constexpr std::string_view mapper_prefix = "/dev/mapper/";

bool take_number(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
  text.remove_prefix(end);
  return end > 0;
}

bool take_letter(std::string_view& text, char letter) {
  if (text.empty() || text.front() != letter) return false;
  text.remove_prefix(1);
  return true;
}

/// nvme0c1n1: namespace 1 of subsystem 0 as controller 1 reaches it. The disk is nvme0n1.
bool is_nvme_path_name(std::string_view name) {
  if (name.rfind("nvme", 0) != 0) return false;
  name.remove_prefix(4);
  return take_number(name) && take_letter(name, 'c') && take_number(name) &&
         take_letter(name, 'n') && take_number(name) && name.empty();
}

std::string with_replaced(std::string text, char from, char to) {
  std::replace(text.begin(), text.end(), from, to);
  return text;
}

template <typename Matches>
const BlockNode* find_node(const std::vector<BlockNode>& nodes, const Matches& matches) {
  const auto found = std::find_if(nodes.begin(), nodes.end(), matches);
  return found == nodes.end() ? nullptr : &*found;
}

}  // namespace

std::vector<std::string> disk_names(const SystemRoot& root) {
  const std::filesystem::path block = root.path / "sys/block";
  std::vector<std::string> names = list_names(block);
  const auto left_out = [&](const std::string& name) {
    std::error_code error;
    return is_nvme_path_name(name) || !std::filesystem::is_directory(block / name, error) ||
           read_number(block / name / "hidden").value_or(0) != 0 ||
           read_number(block / name / "size") == std::uint64_t{0};
  };
  names.erase(std::remove_if(names.begin(), names.end(), left_out), names.end());
  return names;
}

std::vector<std::string> partition_names(const SystemRoot& root, const std::string& disk) {
  const std::filesystem::path directory = root.path / "sys/block" / disk;
  std::vector<std::string> names = list_names(directory);
  const auto no_partition = [&](const std::string& name) {
    std::error_code error;
    return !std::filesystem::exists(directory / name / "partition", error);
  };
  names.erase(std::remove_if(names.begin(), names.end(), no_partition), names.end());
  return names;
}

std::vector<std::string> by_id_paths(const SystemRoot& root, const std::string& disk) {
  const std::filesystem::path directory = root.path / "dev/disk/by-id";
  std::vector<std::string> paths;
  for (const std::string& name : list_names(directory)) {
    std::error_code error;
    const std::filesystem::path to = std::filesystem::read_symlink(directory / name, error);
    if (error || to.filename() != disk) continue;
    paths.push_back("/dev/disk/by-id/" + name);
  }
  return paths;
}

std::vector<BlockNode> read_block_nodes(const SystemRoot& root) {
  std::vector<BlockNode> nodes;
  for (const std::string& disk : disk_names(root)) {
    const std::filesystem::path directory = root.path / "sys/block" / disk;
    nodes.push_back(
        {disk, disk, read_attribute(directory / "dev"), read_attribute(directory / "dm/name")});
    for (const std::string& name : partition_names(root, disk)) {
      nodes.push_back({name, disk, read_attribute(directory / name / "dev"), {}});
    }
  }
  return nodes;
}

const BlockNode* find_by_number(const std::vector<BlockNode>& nodes, const std::string& number) {
  if (number.empty()) return nullptr;
  return find_node(nodes, [&](const BlockNode& node) { return node.number == number; });
}

const BlockNode* find_by_path(const std::vector<BlockNode>& nodes, const SystemRoot& root,
                              const std::string& path) {
  if (path.rfind(dev_prefix, 0) != 0) return nullptr;
  if (path.rfind(mapper_prefix, 0) == 0) {
    const std::string_view mapped = std::string_view(path).substr(mapper_prefix.size());
    const auto* node =
        find_node(nodes, [&](const BlockNode& each) { return each.mapper_name == mapped; });
    if (node != nullptr) return node;
  }
  std::string real = path;
  if (root.is_live()) {
    const std::filesystem::path target = resolved(path);
    if (target.native().rfind(dev_prefix, 0) == 0) real = target.native();
  }
  const std::string name = with_replaced(real.substr(dev_prefix.size()), '/', '!');
  return find_node(nodes, [&](const BlockNode& node) { return node.name == name; });
}

std::string device_path(const std::string& name, const std::string& mapper_name) {
  if (!mapper_name.empty()) return std::string(mapper_prefix) + mapper_name;
  return std::string(dev_prefix) + with_replaced(name, '!', '/');
}

}  // namespace assay
