#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reports/catalog/price.hpp"

namespace assay {

/// Dollars a month of one volume type. Empty: no price is known, which is not the same as free.
struct VolumePrice {
  std::string volume_type;  // gp2, gp3, io1, io2, st1, sc1
  std::optional<double> per_gib;
  double free_iops = 0;                               // included in the price of the capacity
  std::vector<std::pair<double, double>> iops_tiers;  // {up to this many IOPS, dollars each}
  double free_bytes_per_s = 0;
  std::optional<double> per_mib_per_s;
  std::string source;
  std::string date;
  Origin origin = Origin::embedded;
};

struct EbsPrices {
  std::vector<VolumePrice> volumes;
};

/// The price of a volume type, made without one where there is none: what comes with the capacity
/// is set (gp3: 3,000 IOPS and 125 MiB/s, the EBS user guide).
VolumePrice& volume_of(EbsPrices& prices, std::string_view volume_type);

/// What a volume is provisioned with. Zero: not known, or what comes with the type.
struct VolumeProvisioning {
  std::string volume_type;
  double gib = 0;
  double iops = 0;
  double bytes_per_s = 0;
};

/// What a volume costs an hour (month / 730 h), and in words each part that is not in it.
struct VolumeCost {
  double usd_per_hour = 0;
  std::vector<std::string> missing;  // prices that the catalog lacks
  std::vector<std::string> untold;   // what of the volume nobody told
  std::string source;                // with its date
};

VolumeCost volume_cost(const EbsPrices& prices, const VolumeProvisioning& volume);

}  // namespace assay
