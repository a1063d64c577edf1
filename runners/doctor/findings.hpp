#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "bench/storage/contents_probe.hpp"
#include "reports/model/result.hpp"

namespace assay {

/// The hardest that a run asks of a device; what is found is judged against it.
struct Demands {
  std::uint32_t block_size_bytes_min = 4096;
  std::uint32_t block_size_bytes_max = 1U << 20;
  std::uint32_t queue_depth_max = 128;
};

/// The demands of a Plan's storage cases; of a Plan without cases the defaults.
Demands demands_of(const Plan& plan);

/// Findings about the machine as a whole: io_uring, frequency governor, huge pages, and `noise`,
/// which was measured over a moment without load of ours. Pure.
std::vector<Finding> examine_host(const Host& host, const Noise& noise);

/// Findings about one block device as it is set up. Pure.
std::vector<Finding> examine_device(const BlockDevice& device, const Demands& demands);

/// Whether I/O can be issued from CPUs near the device: `near_cpus` are those of its NUMA node that
/// this process may run on. Pure.
std::vector<Finding> examine_locality(const Host& host, const BlockDevice& device,
                                      std::span<const std::uint32_t> near_cpus);

/// Findings from reading a few blocks twice: zeros (never written or trimmed), a first touch that
/// is slower than the second (a volume that still loads from its snapshot), latencies of two kinds.
/// Pure.
std::vector<Finding> examine_contents(const std::string& target, const ContentsProbe& probe);

/// All findings about the host and the devices behind the chosen targets of a Plan, of a stripe
/// those that it stands on, too. Measures noise for half a second, and reads blocks of targets that
/// are only read.
std::vector<Finding> examine_plan(const Host& host, const Plan& plan);

/// Adds those that are not known yet: the same check of the same target is told once.
void add_new_findings(std::vector<Finding>& known, std::vector<Finding> found);

/// Findings as text for people, warnings first.
std::string describe_findings(std::vector<Finding> findings);

}  // namespace assay
