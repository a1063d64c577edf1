#pragma once

#include "bench/storage/vendor_statistics.hpp"
#include "bench/storage/writable_device.hpp"

namespace assay {

/// How devices are reached beyond reading and writing them; tests put devices of their own there.
struct DeviceHooks {
  AdminCommand admin = system_admin_command();  // sends NVMe admin commands
  DeviceGuard guard = refusing_guard();         // has the last word before a device is written to
};

}  // namespace assay
