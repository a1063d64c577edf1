// Readers of what the vendor's command line prints; see catalog_json.hpp.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "reports/catalog/aws_members.hpp"
#include "reports/catalog/aws_volumes.hpp"
#include "reports/catalog/catalog_json.hpp"
#include "reports/catalog/type_name.hpp"

namespace assay {

namespace {

using nlohmann::json;

constexpr std::uint64_t mib = 1U << 20;
constexpr std::uint64_t gb = 1000U * 1000 * 1000;

std::optional<double> number(const json& object, const char* name, double unit = 1) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number()) return std::nullopt;
  return found->get<double>() * unit;
}

/// The sum of a number over the objects of a list; empty where none has it.
std::optional<double> sum(const json& list, const char* name) {
  std::optional<double> total;
  for (const json& object : list) {
    if (const auto value = number(object, name)) total = total.value_or(0) + *value;
  }
  return total;
}

json parsed(std::string_view text, const char* member, const char* command) {
  json document = json::parse(text);
  if (!document.is_object() || !json_inside(document, member).is_array()) {
    throw std::runtime_error(
        fmt::format("no list \"{}\" in it: give what `{}` prints", member, command));
  }
  return document;
}

void add_disks(InstanceType& type, const json& store) {
  type.disk_bytes_total = store.value("TotalSizeInGB", std::uint64_t{0}) * gb;
  for (const json& disk : json_inside(store, "Disks")) {
    type.disks += disk.value("Count", 0U);
    type.disk_bytes_each = disk.value("SizeInGB", std::uint64_t{0}) * gb;
    type.disk_type = disk.value("Type", "");
  }
}

void add_gpus(InstanceType& type, const json& info) {
  for (const json& gpu : json_inside(info, "Gpus")) {
    type.gpu = gpu.value("Name", "");
    type.gpus += gpu.value("Count", 0U);
    type.gpu_memory_bytes_each =
        json_inside(gpu, "MemoryInfo").value("SizeInMiB", std::uint64_t{0}) * mib;
  }
}

InstanceType type_of(const json& item) {
  InstanceType type;
  type.name = item.at("InstanceType");
  type.current_generation = item.value("CurrentGeneration", false);
  const json& architectures =
      json_inside(json_inside(item, "ProcessorInfo"), "SupportedArchitectures");
  if (!architectures.empty()) type.architecture = architectures.at(0);
  type.vcpus = json_inside(item, "VCpuInfo").value("DefaultVCpus", 0U);
  type.memory_bytes = json_inside(item, "MemoryInfo").value("SizeInMiB", std::uint64_t{0}) * mib;
  add_gpus(type, json_inside(item, "GpuInfo"));
  add_disks(type, json_inside(item, "InstanceStorageInfo"));
  const json& ebs = json_inside(json_inside(item, "EbsInfo"), "EbsOptimizedInfo");
  constexpr double mb = 1e6;
  type.ebs = {number(ebs, "BaselineIops"), number(ebs, "MaximumIops"),
              number(ebs, "BaselineThroughputInMBps", mb),
              number(ebs, "MaximumThroughputInMBps", mb)};
  const json& cards = json_inside(json_inside(item, "NetworkInfo"), "NetworkCards");
  type.network_base_gbps = sum(cards, "BaselineBandwidthInGbps");
  type.network_peak_gbps = sum(cards, "PeakBandwidthInGbps");
  type.hypervisor = item.value("Hypervisor", "");
  type.origin = Origin::user;
  return type;
}

/// Dollars an hour of one offer: its hourly rate, and what is paid upfront over `hours`.
std::optional<double> hourly(const json& offer, double hours) {
  std::optional<double> total;
  for (const auto& [id, dimension] : json_inside(offer, "priceDimensions").items()) {
    const json& per_unit = json_inside(dimension, "pricePerUnit");
    if (!per_unit.contains("USD")) continue;
    const double value = json_dollars(per_unit.at("USD"));
    const std::string unit = dimension.value("unit", "");
    if (unit == "Hrs") total = total.value_or(0) + value;
    if (unit == "Quantity" && hours > 0) total = total.value_or(0) + value / hours;
  }
  return total;
}

bool is_plain_linux(const json& attributes) {
  return attributes.value("operatingSystem", "") == "Linux" &&
         attributes.value("tenancy", "") == "Shared" &&
         attributes.value("preInstalledSw", "NA") == "NA" &&
         attributes.value("capacitystatus", "Used") == "Used";
}

void add_product(Catalog& catalog, const json& entry, const std::string& source,
                 const std::string& date) {
  const json& attributes = json_inside(json_inside(entry, "product"), "attributes");
  if (!attributes.contains("instanceType") || !is_plain_linux(attributes)) return;
  Price price;
  price.instance_type = attributes.at("instanceType");
  price.region = attributes.value("regionCode", attributes.value("location", ""));
  price.source = source;
  price.date = entry.value("publicationDate", date).substr(0, 10);
  price.origin = Origin::user;
  const auto add = [&](PurchaseOption option, const std::optional<double>& usd_per_hour) {
    if (!usd_per_hour || *usd_per_hour <= 0) return;
    price.option = option;
    price.usd_per_hour = *usd_per_hour;
    catalog.prices.push_back(price);
  };
  const json& terms = json_inside(entry, "terms");
  for (const auto& [id, offer] : json_inside(terms, "OnDemand").items()) {
    add(PurchaseOption::on_demand, hourly(offer, 0));
  }
  constexpr double hours_3y = 3 * 8760;
  for (const auto& [id, offer] : json_inside(terms, "Reserved").items()) {
    const json& kind = json_inside(offer, "termAttributes");
    if (kind.value("LeaseContractLength", "") == "3yr" &&
        kind.value("OfferingClass", "") == "standard" &&
        kind.value("PurchaseOption", "") == "All Upfront") {
      add(PurchaseOption::reserved_3y, hourly(offer, hours_3y));
    }
  }
}

/// The vendor's region is the zone's name without its last letter.
std::string region_of(const std::string& zone) {
  return zone.empty() ? zone : zone.substr(0, zone.size() - 1);
}

template <class Body>
Catalog guarded(const Body& body) {
  try {
    return body();
  } catch (const json::exception& error) {
    throw std::runtime_error(error.what());
  }
}

}  // namespace

Catalog read_describe_instance_types(std::string_view text, const std::string& source,
                                     const std::string& date) {
  return guarded([&] {
    const json document = parsed(text, "InstanceTypes", "aws ec2 describe-instance-types");
    Catalog catalog;
    for (const json& item : document.at("InstanceTypes")) {
      InstanceType& type = catalog.types.emplace_back(type_of(item));
      type.source = source;
      type.date = date;
    }
    std::sort(catalog.types.begin(), catalog.types.end(),
              [](const InstanceType& a, const InstanceType& b) {
                return type_name_less(a.name, b.name);
              });
    catalog.sources = {{"instance types", source, date, Origin::user}};
    return catalog;
  });
}

Catalog read_get_products(std::string_view text, const std::string& source,
                          const std::string& date) {
  return guarded([&] {
    const json document = parsed(text, "PriceList", "aws pricing get-products");
    Catalog catalog;
    std::string ebs_region;
    for (const json& item : document.at("PriceList")) {
      // The command prints each product as a text that holds JSON; other tools as an object.
      const json entry = item.is_string() ? json::parse(item.get<std::string>()) : item;
      add_product(catalog, entry, source, date);
      add_volume_product(catalog.ebs, ebs_region, entry, source, date);
    }
    check_volume_tiers(catalog.ebs);
    const auto& volumes = catalog.ebs.volumes;
    if (catalog.prices.empty() && volumes.empty()) {
      throw std::runtime_error(
          "no price of Linux on shared tenancy and none of an EBS volume in it: ask for --filters "
          "operatingSystem=Linux, tenancy=Shared, or volumeApiName=gp3");
    }
    if (!catalog.prices.empty()) {
      catalog.sources.push_back({"prices", source, catalog.prices.front().date, Origin::user});
    }
    if (!volumes.empty()) {
      catalog.sources.push_back({"EBS prices", source, volumes.front().date, Origin::user});
    }
    return catalog;
  });
}

Catalog read_spot_price_history(std::string_view text, const std::string& source) {
  return guarded([&] {
    const json document = parsed(text, "SpotPriceHistory", "aws ec2 describe-spot-price-history");
    std::map<std::pair<std::string, std::string>, Price> newest;
    std::map<std::pair<std::string, std::string>, std::string> times;
    for (const json& item : document.at("SpotPriceHistory")) {
      if (!item.value("ProductDescription", "").starts_with("Linux/UNIX")) continue;
      const std::string zone = item.at("AvailabilityZone");
      const std::string time = item.at("Timestamp");
      Price price{item.at("InstanceType"),
                  region_of(zone),
                  PurchaseOption::spot,
                  item.value("AvailabilityZoneId", zone),
                  source,
                  time.substr(0, 10),
                  json_dollars(item.at("SpotPrice")),
                  Origin::user};
      const std::pair key{price.instance_type, price.availability_zone};
      if (times[key] >= time) continue;
      times[key] = time;
      newest[key] = std::move(price);
    }
    Catalog catalog;
    for (auto& [key, price] : newest) catalog.prices.push_back(std::move(price));
    if (catalog.prices.empty()) throw std::runtime_error("no spot price of Linux/UNIX in it");
    catalog.sources = {{"spot prices", source, catalog.prices.front().date, Origin::user}};
    return catalog;
  });
}

}  // namespace assay
