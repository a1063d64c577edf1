#include "reports/catalog/catalog_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "reports/catalog/type_name.hpp"

namespace assay {

namespace {

using Document = nlohmann::ordered_json;

constexpr const char* schema_name = "assay-catalog";

/// Lists the fields of a type once, for writing and for reading alike.
void visit_type(auto& visit, auto& type) {
  visit("type", type.name);
  visit("current_generation", type.current_generation);
  visit("architecture", type.architecture);
  visit("vcpus", type.vcpus);
  visit("memory_bytes", type.memory_bytes);
  visit("gpu", type.gpu);
  visit("gpus", type.gpus);
  visit("gpu_memory_bytes_each", type.gpu_memory_bytes_each);
  visit("disks", type.disks);
  visit("disk_bytes_each", type.disk_bytes_each);
  visit("disk_bytes_total", type.disk_bytes_total);
  visit("disk_type", type.disk_type);
  visit("read_iops", type.read_iops);
  visit("write_iops", type.write_iops);
  visit("ebs_base_iops", type.ebs.base_iops);
  visit("ebs_max_iops", type.ebs.max_iops);
  visit("ebs_base_bytes_per_s", type.ebs.base_bytes_per_s);
  visit("ebs_max_bytes_per_s", type.ebs.max_bytes_per_s);
  visit("network_base_gbps", type.network_base_gbps);
  visit("network_peak_gbps", type.network_peak_gbps);
  visit("hypervisor", type.hypervisor);
  visit("last_seen", type.last_seen);
  visit("source", type.source);
  visit("date", type.date);
}

void visit_volume(auto& visit, auto& volume) {
  visit("volume_type", volume.volume_type);
  visit("per_gib_month", volume.per_gib);
  visit("free_iops", volume.free_iops);
  visit("iops_tiers", volume.iops_tiers);
  visit("free_bytes_per_s", volume.free_bytes_per_s);
  visit("per_mib_per_s_month", volume.per_mib_per_s);
  visit("source", volume.source);
  visit("date", volume.date);
}

struct Write {
  template <class T>
  void operator()(const char* name, const T& value) {
    object[name] = value;
  }
  template <class T>
  void operator()(const char* name, const std::optional<T>& value) {
    if (value) object[name] = *value;
  }
  Document object = Document::object();
};

struct Read {
  template <class T>
  void operator()(const char* name, T& value) {
    value = object.at(name).get<T>();
  }
  template <class T>
  void operator()(const char* name, std::optional<T>& value) {
    if (object.contains(name)) value = object.at(name).get<T>();
  }
  const Document& object;
};

Document price_json(const Price& price) {
  Document object = {{"type", price.instance_type},
                     {"region", price.region},
                     {"option", option_word(price.option)},
                     {"usd_per_hour", price.usd_per_hour},
                     {"source", price.source},
                     {"date", price.date},
                     {"origin", origin_word(price.origin)}};
  if (!price.availability_zone.empty()) object["availability_zone"] = price.availability_zone;
  return object;
}

Price price_of(const Document& object) {
  const auto option = option_of_word(object.at("option").get<std::string>());
  if (!option) throw std::runtime_error("a price with an unknown option");
  Price price{object.at("type"),
              object.at("region"),
              *option,
              object.value("availability_zone", ""),
              object.at("source"),
              object.at("date"),
              object.at("usd_per_hour").get<double>(),
              Origin::user};
  if (!(price.usd_per_hour >= 0)) throw std::runtime_error("a price below 0");
  return price;
}

}  // namespace

std::string write_catalog(const Catalog& catalog) {
  Document document = {{"schema", schema_name},      {"version", 1},
                       {"types", Document::array()}, {"prices", Document::array()},
                       {"ebs", Document::array()},   {"sources", Document::array()}};
  for (const InstanceType& type : catalog.types) {
    Write write;
    visit_type(write, type);
    write.object["origin"] = origin_word(type.origin);
    document["types"].push_back(std::move(write.object));
  }
  for (const Price& price : catalog.prices) document["prices"].push_back(price_json(price));
  for (const VolumePrice& volume : catalog.ebs.volumes) {
    Write write;
    visit_volume(write, volume);
    write.object["origin"] = origin_word(volume.origin);
    document["ebs"].push_back(std::move(write.object));
  }
  for (const CatalogSource& source : catalog.sources) {
    document["sources"].push_back({{"what", source.what},
                                   {"source", source.source},
                                   {"date", source.date},
                                   {"origin", origin_word(source.origin)}});
  }
  return document.dump(1, ' ', false, Document::error_handler_t::replace) + "\n";
}

Catalog read_catalog(std::string_view text) {
  try {
    const Document document = Document::parse(text);
    if (document.at("schema") != schema_name || document.at("version") != 1) {
      throw std::runtime_error("not an assay catalog of version 1");
    }
    Catalog catalog;
    for (const Document& object : document.at("types")) {
      InstanceType& type = catalog.types.emplace_back();
      Read read{object};
      visit_type(read, type);
      type.origin = Origin::user;
    }
    std::sort(catalog.types.begin(), catalog.types.end(),
              [](const InstanceType& a, const InstanceType& b) {
                return type_name_less(a.name, b.name);
              });
    for (const Document& object : document.at("prices")) {
      catalog.prices.push_back(price_of(object));
    }
    for (const Document& object : document.at("ebs")) {
      VolumePrice& volume = catalog.ebs.volumes.emplace_back();
      Read read{object};
      visit_volume(read, volume);
      volume.origin = Origin::user;
    }
    for (const Document& object : document.at("sources")) {
      catalog.sources.push_back(
          {object.at("what"), object.at("source"), object.at("date"), Origin::user});
    }
    return catalog;
  } catch (const Document::exception& error) {
    throw std::runtime_error(fmt::format("not a catalog: {}", error.what()));
  }
}

}  // namespace assay
