#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/catalog/ebs_price.hpp"
#include "reports/catalog/instance_type.hpp"
#include "reports/catalog/price.hpp"

namespace assay {

/// Who says what in a catalog, and as of when.
struct CatalogSource {
  std::string what;  // "instance types", "instance-store IOPS", "on-demand prices", ...
  std::string source;
  std::string date;
  Origin origin = Origin::embedded;
};

/// What the vendor advertises. `types` are ordered by type_name_less.
struct Catalog {
  std::vector<InstanceType> types;
  std::vector<Price> prices;
  EbsPrices ebs;
  std::vector<CatalogSource> sources;
};

/// The catalog that a report is made with. It is always told where its data comes from.
struct CatalogView {
  const Catalog* catalog = nullptr;  // nullptr: the one built in
  std::string origin = "built in";
  std::string today;  // UTC, YYYY-MM-DD; prices are marked by their age on it

  const Catalog& get() const;
};

/// The catalog that is built into the program. Read once, on the first call.
const Catalog& embedded_catalog();

/// `base` with what the user has given laid over it: a type replaces the one of its name, and
/// prices replace those of the same type, region and option. All keep their Origin and source.
Catalog merged(const Catalog& base, const Catalog& user);

/// The type of that name, or nullptr.
const InstanceType* find_type(const Catalog& catalog, std::string_view name);

/// All types of a family ("i4i"), smallest first.
std::vector<const InstanceType*> types_of_family(const Catalog& catalog, std::string_view family);

/// All prices of a type, in the catalog's order.
std::vector<const Price*> prices_of(const Catalog& catalog, std::string_view instance_type);

/// The type's price of that option in a region (any region where it is empty); of several, as of
/// spot, the lowest. nullptr where there is none.
const Price* find_price(const Catalog& catalog, std::string_view instance_type,
                        PurchaseOption option, std::string_view region = {});

}  // namespace assay
