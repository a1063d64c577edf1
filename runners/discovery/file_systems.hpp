#pragma once

#include <string>
#include <vector>

#include "reports/model/host.hpp"
#include "runners/discovery/block_nodes.hpp"
#include "runners/discovery/discovery.hpp"
#include "runners/discovery/mounts.hpp"

namespace assay {

/// Mounted file systems that have storage behind them or could be mistaken for it (tmpfs, overlay),
/// in natural order of mount points. Of mounts on top of each other only the visible one is listed.
/// Sizes on this machine only, and not of nfs, where asking an absent server blocks for ever.
std::vector<FileSystem> discover_file_systems(const SystemRoot& root,
                                              const std::vector<BlockNode>& nodes,
                                              const std::vector<Mount>& mounts);

}  // namespace assay
