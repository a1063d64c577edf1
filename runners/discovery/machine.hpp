#pragma once

#include "reports/model/host.hpp"
#include "runners/discovery/discovery.hpp"

namespace assay {

/// /sys/class/dmi/id, which any user may read for the items used here.
Identity discover_identity(const SystemRoot& root);

/// Release, command line and distribution.
Kernel discover_kernel(const SystemRoot& root);

/// /proc/cpuinfo, microcode and governor. `packages`, `cores` and `threads` are counted there too;
/// Arm's cpuinfo has threads only, so `discover_topology` has the better word.
Cpu discover_cpu(const SystemRoot& root);

/// /proc/meminfo (its kB are KiB) and the state of transparent huge pages.
Memory discover_memory(const SystemRoot& root);

}  // namespace assay
