#include "reports/catalog/ebs_price.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay {

namespace {

constexpr double hours_a_month = 730;
constexpr double mib = 1 << 20;

/// Each tier's price counts for the IOPS within it.
double iops_cost(const VolumePrice& price, double iops) {
  double cost = 0;
  double from = price.free_iops;
  for (const auto& [up_to, each] : price.iops_tiers) {
    if (iops <= from) break;
    cost += (std::min(iops, up_to) - from) * each;
    from = up_to;
  }
  return cost;
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
    cost.missing.push_back(volume.volume_type.empty()
                               ? "the volume type is not known"
                               : fmt::format("no price of {}", volume.volume_type));
    return cost;
  }
  cost.source = found->source + (found->date.empty() ? " (undated)" : ", " + found->date);
  double month = 0;
  if (volume.gib <= 0) {
    cost.missing.emplace_back("the volume's capacity is not known");
  } else if (found->per_gib) {
    month += volume.gib * *found->per_gib;
  } else {
    cost.missing.push_back(fmt::format("no price of {} capacity", volume.volume_type));
  }
  const bool sold_by_iops = volume.volume_type == "io1" || volume.volume_type == "io2";
  if (sold_by_iops && volume.iops <= 0) {
    cost.missing.emplace_back("the volume's IOPS are not known");
  } else if (volume.iops > found->free_iops && found->iops_tiers.empty() &&
             volume.volume_type != "gp2") {
    cost.missing.push_back(fmt::format("no price of {} IOPS", volume.volume_type));
  } else {
    month += iops_cost(*found, volume.iops);
    const double priced = found->iops_tiers.empty() ? volume.iops : found->iops_tiers.back().first;
    if (volume.iops > priced) {
      cost.missing.push_back(
          fmt::format("no price of {} IOPS above {:.0f}", volume.volume_type, priced));
    }
  }
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
