#pragma once

#include <string>
#include <vector>

#include "reports/model/host.hpp"
#include "runners/discovery/block_nodes.hpp"
#include "runners/discovery/discovery.hpp"
#include "runners/discovery/mounts.hpp"

namespace assay {

/// The nodes that a mount stands on: by major:minor, else by its source's name; a btrfs over
/// several devices stands on all of them (/sys/fs/btrfs/UUID/devices). Empty for tmpfs, overlay,
/// nfs, zfs.
std::vector<const BlockNode*> nodes_of_mount(const SystemRoot& root,
                                             const std::vector<BlockNode>& nodes,
                                             const Mount& mount);

/// Enters mount points and swap into disks and partitions. What a further mount namespace or a ZFS
/// pool holds cannot be seen here: only an exclusive open of the device finds that out.
void mark_usage(std::vector<BlockDevice>& devices, const std::vector<BlockNode>& nodes,
                const std::vector<Mount>& mounts, const SystemRoot& root);

}  // namespace assay
