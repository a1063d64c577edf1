#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "reports/catalog/price.hpp"

namespace assay {

/// What the vendor advertises for EBS: I/Os of 16 KiB a second, bytes a second at 128 KiB. Where
/// the baseline is below the maximum, the maximum lasts 30 minutes once in 24 hours.
struct EbsAdvertised {
  std::optional<double> base_iops;
  std::optional<double> max_iops;
  std::optional<double> base_bytes_per_s;
  std::optional<double> max_bytes_per_s;
};

/// One instance type as advertised. Zero or empty: it has none, or none is published.
struct InstanceType {
  std::string name;
  bool current_generation = false;
  std::string architecture;  // the first supported one
  std::uint32_t vcpus = 0;
  std::uint64_t memory_bytes = 0;
  std::string gpu;  // model
  std::uint32_t gpus = 0;
  std::uint64_t gpu_memory_bytes_each = 0;
  std::uint32_t disks = 0;            // of the instance store
  std::uint64_t disk_bytes_each = 0;  // decimal, as sold
  std::uint64_t disk_bytes_total = 0;
  std::string disk_type;            // ssd, hdd
  std::optional<double> read_iops;  // 4 KiB random, all disks together, at saturation
  std::optional<double> write_iops;
  EbsAdvertised ebs;
  std::optional<double> network_base_gbps;
  std::optional<double> network_peak_gbps;
  std::string hypervisor;
  std::string last_seen;  // day on which it was last listed, when it no longer is
  std::string source;
  std::string date;  // of the source, YYYY-MM-DD
  Origin origin = Origin::embedded;
};

/// Whether the vendor sells more for 30 minutes than for the rest of the day.
bool ebs_bursts(const InstanceType& type);

}  // namespace assay
