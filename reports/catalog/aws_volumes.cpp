#include "reports/catalog/aws_volumes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <set>
#include <stdexcept>
#include <string_view>

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

/// How many of ours are in one of the list's unit; 0: the unit is not known.
double units_each(Part part, std::string unit) {
  std::transform(unit.begin(), unit.end(), unit.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
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

/// Dollars a month of one GiB, IOPS or MiB/s.
double monthly(const json& entry, const std::string& usage, Part part) {
  const json* only = nullptr;
  for (const auto& [id, offer] : json_inside(json_inside(entry, "terms"), "OnDemand").items()) {
    for (const auto& [name, dimension] : json_inside(offer, "priceDimensions").items()) {
      if (!json_inside(dimension, "pricePerUnit").contains("USD")) continue;
      if (only != nullptr) {
        throw std::runtime_error(fmt::format(
            "{} has more than one price: give each by --ebs-price VOLUME:PART=DOLLARS", usage));
      }
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

const json& json_inside(const json& object, const char* name) {
  static const json nothing = json::object();
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nothing : *found;
}

double json_dollars(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !(value >= 0) ||
      !std::isfinite(value)) {
    throw std::runtime_error(fmt::format("'{}' is not a price", text));
  }
  return value;
}

void check_volume_tiers(const EbsPrices& prices) {
  for (const VolumePrice& volume : prices.volumes) {
    std::set<double> sold;
    for (const UsageType& type : usage_types) {
      if (type.volume_type == volume.volume_type && type.part == Part::iops) {
        sold.insert(type.iops_max);
      }
    }
    auto lowest = sold.begin();
    for (const auto& [up_to, usd] : volume.iops_tiers) {
      if (up_to != *lowest++) {
        throw std::runtime_error(fmt::format(
            "the price of the first IOPS of {} is not in it, but that of those up to {:.0f}: ask "
            "for all products with --filters Type=TERM_MATCH,Field=volumeApiName,Value={}",
            volume.volume_type, up_to, volume.volume_type));
      }
    }
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
  if (kind->part == Part::capacity) volume.per_gib = usd;
  if (kind->part == Part::throughput) volume.per_mib_per_s = usd;
  if (kind->part == Part::iops) {
    volume.iops_tiers.emplace_back(kind->iops_max, usd);
    std::sort(volume.iops_tiers.begin(), volume.iops_tiers.end());
  }
}

}  // namespace assay
