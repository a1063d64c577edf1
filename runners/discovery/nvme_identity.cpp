#include "runners/discovery/nvme_identity.hpp"

#include "bench/storage/nvme_identify.hpp"
#include "runners/discovery/sysfs.hpp"

namespace assay {

void identify_nvme_devices(std::vector<BlockDevice>& devices, const SystemRoot& root,
                           const AdminCommand& command) {
  if (!root.is_live()) return;
  for (BlockDevice& device : devices) {
    if (device.transport != "nvme") continue;
    const std::uint32_t nsid = read_number_32(root.path / "sys/block" / device.name / "nsid");
    device.nvme = read_nvme_identity(device.path, nsid == 0 ? 1 : nsid, command);
  }
}

}  // namespace assay
