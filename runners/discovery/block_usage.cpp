#include "runners/discovery/block_usage.hpp"

#include <algorithm>

#include "runners/discovery/sysfs.hpp"

namespace assay {

namespace {

/// Every member of the btrfs that has `member`, by the kernel's names; empty when none has.
std::vector<std::string> btrfs_members(const SystemRoot& root, const std::string& member) {
  const std::filesystem::path all = root.path / "sys/fs/btrfs";
  for (const std::string& uuid : list_names(all)) {
    std::vector<std::string> members = list_names(all / uuid / "devices");
    if (std::find(members.begin(), members.end(), member) != members.end()) return members;
  }
  return {};
}

void add_once(std::vector<std::string>& list, const std::string& item) {
  if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
}

/// Calls `mark_disk` or `mark_partition`, whichever the node is.
template <typename MarkDisk, typename MarkPartition>
void mark(std::vector<BlockDevice>& devices, const BlockNode& node, const MarkDisk& mark_disk,
          const MarkPartition& mark_partition) {
  for (BlockDevice& device : devices) {
    if (device.name == node.name) mark_disk(device);
    for (Partition& partition : device.partitions) {
      if (partition.name == node.name) mark_partition(partition);
    }
  }
}

}  // namespace

std::vector<const BlockNode*> nodes_of_mount(const SystemRoot& root,
                                             const std::vector<BlockNode>& nodes,
                                             const Mount& mount) {
  const BlockNode* node = find_by_number(nodes, mount.number);
  if (node == nullptr) node = find_by_path(nodes, root, mount.source);
  if (node == nullptr) return {};
  std::vector<const BlockNode*> all{node};
  if (mount.type != "btrfs") return all;
  const std::vector<std::string> members = btrfs_members(root, node->name);
  for (const BlockNode& other : nodes) {
    const bool member = std::find(members.begin(), members.end(), other.name) != members.end();
    if (member && &other != node) all.push_back(&other);
  }
  return all;
}

void mark_usage(std::vector<BlockDevice>& devices, const std::vector<BlockNode>& nodes,
                const std::vector<Mount>& mounts, const SystemRoot& root) {
  for (const Mount& mount : mounts) {
    const std::string mount_point = clean_text(mount.mount_point);
    const auto add = [&](auto& item) { add_once(item.mounts, mount_point); };
    for (const BlockNode* node : nodes_of_mount(root, nodes, mount)) mark(devices, *node, add, add);
  }
  for (const std::string& path : parse_swaps(read_file(root.path / "proc/swaps"))) {
    const BlockNode* node = find_by_path(nodes, root, path);
    const auto set = [](auto& item) { item.swap = true; };
    if (node != nullptr) mark(devices, *node, set, set);
  }
}

}  // namespace assay
