#include "reports/catalog/catalog.hpp"

#include <algorithm>

#include "embedded/catalog_instance_types.hpp"
#include "embedded/catalog_prices.hpp"
#include "embedded/catalog_sources.hpp"
#include "reports/catalog/embedded_data.hpp"
#include "reports/catalog/type_name.hpp"

namespace assay {

namespace {

bool same_offer(const Price& a, const Price& b) {
  return a.option == b.option && a.instance_type == b.instance_type && a.region == b.region;
}

}  // namespace

bool ebs_bursts(const InstanceType& type) {
  const EbsAdvertised& ebs = type.ebs;
  const auto below = [](const std::optional<double>& base, const std::optional<double>& max) {
    return base && max && *base < *max;
  };
  return below(ebs.base_iops, ebs.max_iops) || below(ebs.base_bytes_per_s, ebs.max_bytes_per_s);
}

const Catalog& embedded_catalog() {
  static const Catalog catalog = read_embedded_data(
      embedded::catalog_instance_types, embedded::catalog_prices, embedded::catalog_sources);
  return catalog;
}

const Catalog& CatalogView::get() const {
  return catalog == nullptr ? embedded_catalog() : *catalog;
}

Catalog merged(const Catalog& base, const Catalog& user) {
  Catalog all = base;
  for (const InstanceType& type : user.types) {
    const auto place = std::lower_bound(all.types.begin(), all.types.end(), type,
                                        [](const InstanceType& a, const InstanceType& b) {
                                          return type_name_less(a.name, b.name);
                                        });
    if (place != all.types.end() && place->name == type.name) {
      const InstanceType before = *place;
      *place = type;
      // DescribeInstanceTypes does not publish these: what is known stays, from its own source.
      if (!place->read_iops) place->read_iops = before.read_iops;
      if (!place->write_iops) place->write_iops = before.write_iops;
    } else {
      all.types.insert(place, type);
    }
  }
  all.prices.erase(std::remove_if(all.prices.begin(), all.prices.end(),
                                  [&](const Price& price) {
                                    return std::any_of(user.prices.begin(), user.prices.end(),
                                                       [&](const Price& given) {
                                                         return same_offer(price, given);
                                                       });
                                  }),
                   all.prices.end());
  all.prices.insert(all.prices.end(), user.prices.begin(), user.prices.end());
  for (const VolumePrice& volume : user.ebs.volumes) {
    auto& known = all.ebs.volumes;
    known.erase(std::remove_if(
                    known.begin(), known.end(),
                    [&](const VolumePrice& one) { return one.volume_type == volume.volume_type; }),
                known.end());
    known.push_back(volume);
  }
  all.sources.insert(all.sources.end(), user.sources.begin(), user.sources.end());
  return all;
}

const InstanceType* find_type(const Catalog& catalog, std::string_view name) {
  const auto found = std::find_if(catalog.types.begin(), catalog.types.end(),
                                  [&](const InstanceType& type) { return type.name == name; });
  return found == catalog.types.end() ? nullptr : &*found;
}

std::vector<const InstanceType*> types_of_family(const Catalog& catalog, std::string_view family) {
  std::vector<const InstanceType*> types;
  for (const InstanceType& type : catalog.types) {
    if (parse_type_name(type.name).family == family) types.push_back(&type);
  }
  return types;
}

std::vector<const Price*> prices_of(const Catalog& catalog, std::string_view instance_type) {
  std::vector<const Price*> prices;
  for (const Price& price : catalog.prices) {
    if (price.instance_type == instance_type) prices.push_back(&price);
  }
  return prices;
}

const Price* find_price(const Catalog& catalog, std::string_view instance_type,
                        PurchaseOption option, std::string_view region) {
  const Price* lowest = nullptr;
  for (const Price& price : catalog.prices) {
    if (price.option != option || price.instance_type != instance_type) continue;
    if (!region.empty() && price.region != region) continue;
    if (lowest == nullptr || price.usd_per_hour < lowest->usd_per_hour) lowest = &price;
  }
  return lowest;
}

}  // namespace assay
