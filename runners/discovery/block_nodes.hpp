#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "runners/discovery/discovery.hpp"

namespace assay {

/// A disk or a partition as the kernel numbers it: what mounts and swaps are matched with.
struct BlockNode {
  std::string name;         // nvme1n1p1
  std::string disk;         // nvme1n1; the name itself for a disk
  std::string number;       // 259:3
  std::string mapper_name;  // of a device-mapper device: vg.01-lv_ephemeral
};

/// Names in /sys/block that are disks of their own, in natural order: without the hidden paths of
/// an NVMe multipath device (nvme0c1n1) and without devices of size zero (unused loop devices,
/// zram).
std::vector<std::string> disk_names(const SystemRoot& root);

/// Partitions of a disk: the directories below it that have a partition number.
std::vector<std::string> partition_names(const SystemRoot& root, const std::string& disk);

/// The /dev/disk/by-id/... paths that lead to this disk, as their links say, in natural order.
std::vector<std::string> by_id_paths(const SystemRoot& root, const std::string& disk);

/// Every disk and partition.
std::vector<BlockNode> read_block_nodes(const SystemRoot& root);

/// The node with this major:minor, or nullptr.
const BlockNode* find_by_number(const std::vector<BlockNode>& nodes, const std::string& number);

/// The node that a path such as /dev/nvme1n1p1, /dev/mapper/x or (on this machine only) a symlink
/// to one of them means, or nullptr.
const BlockNode* find_by_path(const std::vector<BlockNode>& nodes, const SystemRoot& root,
                              const std::string& path);

/// /dev/nvme1n1, /dev/mapper/x, /dev/cciss/c0d0 (sysfs writes '!' for '/').
std::string device_path(const std::string& name, const std::string& mapper_name);

}  // namespace assay
