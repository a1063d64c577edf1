#include "reports/catalog/aws_volumes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "reports/catalog/aws_members.hpp"

namespace assay {

namespace {

using nlohmann::json;

enum class Part { capacity, iops, throughput };

/// Usage types of the price list behind the region's prefix ("EU-EBS:VolumeUsage.gp3"), and the
/// IOPS up to which a tier holds (aws.amazon.com/ebs/pricing). io1 is called piops there.
struct UsageType {
  std::string_view name;
  std::string_view volume_type;
  Part part;
  double iops_max = 1e9;
};
constexpr std::array<UsageType, 13> usage_types{
    {{"VolumeUsage.gp2", "gp2", Part::capacity},
     {"VolumeUsage.gp3", "gp3", Part::capacity},
     {"VolumeP-IOPS.gp3", "gp3", Part::iops},
     {"VolumeP-Throughput.gp3", "gp3", Part::throughput},
     {"VolumeUsage.piops", "io1", Part::capacity},
     {"VolumeP-IOPS.piops", "io1", Part::iops},
     {"VolumeUsage.io2", "io2", Part::capacity},
     {"VolumeP-IOPS.io2", "io2", Part::iops, 32000},
     {"VolumeP-IOPS.io2.tier1", "io2", Part::iops, 32000},
     {"VolumeP-IOPS.io2.tier2", "io2", Part::iops, 64000},
     {"VolumeP-IOPS.io2.tier3", "io2", Part::iops, 256000},
     {"VolumeUsage.st1", "st1", Part::capacity},
     {"VolumeUsage.sc1", "sc1", Part::capacity}}};

/// How many of ours are in one of the list's unit, which it does not always spell alike; 0: the
/// unit is not known.
double units_each(Part part, std::string unit) {
  for (char& c : unit) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  switch (part) {
    case Part::capacity:
      return unit == "gb-mo" || unit == "gb-month" ? 1 : 0;
    case Part::iops:
      return unit == "iops-mo" ? 1 : 0;
    case Part::throughput:
      return unit == "gibps-mo" ? 1024 : unit == "mibps-mo" ? 1 : 0;
  }
  return 0;
}

[[noreturn]] void refuse_two_prices(const std::string& usage) {
  throw std::runtime_error(fmt::format(
      "{} has more than one price: give the right one by --ebs-price VOLUME:PART=DOLLARS", usage));
}

/// A product may be listed twice, as pages of a list are put together, but not at two prices.
void lay(std::optional<double>& known, double usd, const std::string& usage) {
  if (known && *known != usd) refuse_two_prices(usage);
  known = usd;
}

void lay_tier(std::vector<std::pair<double, double>>& tiers, const std::pair<double, double>& tier,
              const std::string& usage) {
  const auto place = std::lower_bound(tiers.begin(), tiers.end(), std::pair(tier.first, 0.0));
  if (place == tiers.end() || place->first != tier.first) {
    tiers.insert(place, tier);
  } else if (place->second != tier.second) {
    refuse_two_prices(usage);
  }
}

/// Dollars a month of one GiB, IOPS or MiB/s.
double monthly(const json& entry, const std::string& usage, Part part) {
  const json* only = nullptr;
  for (const auto& [id, offer] : json_inside(json_inside(entry, "terms"), "OnDemand").items()) {
    for (const auto& [name, dimension] : json_inside(offer, "priceDimensions").items()) {
      if (!json_inside(dimension, "pricePerUnit").contains("USD")) continue;
      if (only != nullptr) refuse_two_prices(usage);
      only = &dimension;
    }
  }
  if (only == nullptr) throw std::runtime_error(fmt::format("{} has no price in USD", usage));
  const std::string unit = only->value("unit", "");
  const double each = units_each(part, unit);
  if (each == 0) {
    throw std::runtime_error(
        fmt::format("{} is sold by '{}', a unit that is not known: give its price by --ebs-price "
                    "VOLUME:PART=DOLLARS",
                    usage, unit));
  }
  return json_dollars(only->at("pricePerUnit").at("USD")) / each;
}

}  // namespace

void check_volume_tiers(const EbsPrices& prices) {
  for (const VolumePrice& volume : prices.volumes) {
    const auto& tiers = volume.iops_tiers;
    const auto is_gap = [&](const UsageType& type) {
      return type.volume_type == volume.volume_type && type.part == Part::iops &&
             type.iops_max < tiers.back().first &&
             std::none_of(tiers.begin(), tiers.end(),
                          [&](const auto& tier) { return tier.first == type.iops_max; });
    };
    const auto gap = tiers.empty() ? usage_types.end()
                                   : std::find_if(usage_types.begin(), usage_types.end(), is_gap);
    if (gap == usage_types.end()) continue;
    throw std::runtime_error(
        fmt::format("the price of IOPS of {0} up to {1:.0f} is not in it, but that of those "
                    "beyond: ask for all "
                    "products with --filters Type=TERM_MATCH,Field=volumeApiName,Value={0}",
                    volume.volume_type, gap->iops_max));
  }
}

void add_volume_product(EbsPrices& prices, std::string& region_of_all, const json& entry,
                        const std::string& source, const std::string& date) {
  const json& attributes = json_inside(json_inside(entry, "product"), "attributes");
  const std::string usage = attributes.value("usagetype", "");
  const std::size_t at = usage.find("EBS:");
  // Local zones and Outposts have prices of their own.
  if (at == std::string::npos || attributes.value("locationType", "AWS Region") != "AWS Region") {
    return;
  }
  const auto kind = std::find_if(usage_types.begin(), usage_types.end(), [&](const UsageType& one) {
    return one.name == std::string_view(usage).substr(at + 4);
  });
  if (kind == usage_types.end()) return;  // snapshots and the like
  const std::string region = attributes.value("regionCode", attributes.value("location", ""));
  if (!region_of_all.empty() && region_of_all != region) {
    throw std::runtime_error(
        fmt::format("EBS prices of {} and of {} in it, and the catalog keeps those of one region: "
                    "ask for --filters Type=TERM_MATCH,Field=regionCode,Value=REGION",
                    region_of_all, region));
  }
  region_of_all = region;
  VolumePrice& volume = volume_of(prices, kind->volume_type);
  volume.source = fmt::format("{}, {}", source, region);
  volume.date = entry.value("publicationDate", date).substr(0, 10);
  volume.origin = Origin::user;
  const double usd = monthly(entry, usage, kind->part);
  if (kind->part == Part::capacity) lay(volume.per_gib, usd, usage);
  if (kind->part == Part::throughput) lay(volume.per_mib_per_s, usd, usage);
  if (kind->part == Part::iops) lay_tier(volume.iops_tiers, {kind->iops_max, usd}, usage);
}

}  // namespace assay
