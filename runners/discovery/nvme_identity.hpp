#pragma once

#include <vector>

#include "bench/storage/vendor_statistics.hpp"
#include "reports/model/host.hpp"
#include "runners/discovery/discovery.hpp"

namespace assay {

/// Sets `nvme` of every NVMe device: what it says of itself, or why it was not asked or did not
/// answer. The devices of a recorded tree are not here and are left alone.
void identify_nvme_devices(std::vector<BlockDevice>& devices, const SystemRoot& root,
                           const AdminCommand& command);

}  // namespace assay
