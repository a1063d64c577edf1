#include "reports/catalog/ebs_price.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay {

namespace {

constexpr double hours_a_month = 730;
constexpr double mib = 1 << 20;

/// Dollars a month of the IOPS beyond those that come with the capacity: each tier's price counts
/// for the IOPS within it. gp2 has none to buy.
double iops_cost(const VolumePrice& price, const VolumeProvisioning& volume, VolumeCost& cost) {
  const std::string& type = volume.volume_type;
  if (type == "gp2") return 0;
  if ((type == "io1" || type == "io2") && volume.iops <= 0) {
    cost.untold.emplace_back("the volume's IOPS are not known");
  }
  double month = 0;
  double from = price.free_iops;
  for (const auto& [up_to, each] : price.iops_tiers) {
    if (volume.iops <= from) break;
    month += (std::min(volume.iops, up_to) - from) * each;
    from = up_to;
  }
  if (volume.iops > from) {
    cost.missing.push_back(fmt::format("no price of {} IOPS above {:.0f}", type, from));
  }
  return month;
}

}  // namespace

VolumePrice& volume_of(EbsPrices& prices, std::string_view volume_type) {
  for (VolumePrice& volume : prices.volumes) {
    if (volume.volume_type == volume_type) return volume;
  }
  VolumePrice& made = prices.volumes.emplace_back();
  made.volume_type = volume_type;
  if (volume_type == "gp3") {
    made.free_iops = 3000;
    made.free_bytes_per_s = 125 * mib;
  }
  return made;
}

VolumeCost volume_cost(const EbsPrices& prices, const VolumeProvisioning& volume) {
  const auto found = std::find_if(
      prices.volumes.begin(), prices.volumes.end(),
      [&](const VolumePrice& price) { return price.volume_type == volume.volume_type; });
  VolumeCost cost;
  if (found == prices.volumes.end()) {
    if (volume.volume_type.empty()) {
      cost.untold.emplace_back("the volume type is not known");
    } else {
      cost.missing.push_back(fmt::format("no price of {}", volume.volume_type));
    }
    return cost;
  }
  cost.source = found->source + (found->date.empty() ? " (undated)" : ", " + found->date);
  double month = 0;
  if (volume.gib <= 0) {
    cost.untold.emplace_back("the volume's capacity is not known");
  } else if (found->per_gib) {
    month += volume.gib * *found->per_gib;
  } else {
    cost.missing.push_back(fmt::format("no price of {} capacity", volume.volume_type));
  }
  month += iops_cost(*found, volume, cost);
  const double paid_bytes_per_s = volume.bytes_per_s - found->free_bytes_per_s;
  if (found->free_bytes_per_s > 0 && paid_bytes_per_s > 0) {
    if (found->per_mib_per_s) {
      month += paid_bytes_per_s / mib * *found->per_mib_per_s;
    } else {
      cost.missing.push_back(fmt::format("no price of {} throughput above {:.0f} MiB/s",
                                         volume.volume_type, found->free_bytes_per_s / mib));
    }
  }
  cost.usd_per_hour = month / hours_a_month;
  return cost;
}

}  // namespace assay
