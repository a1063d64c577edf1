#pragma once

#include <string>

#include "reports/catalog/catalog.hpp"

namespace assay {

/// Where `catalog update` keeps what the user gives: $XDG_DATA_HOME/assay/catalog.json, or below
/// ~/.local/share. Throws UsageError when neither variable says where that is.
std::string user_catalog_path();

/// The catalog that commands work with, and in words what it is made of: nothing is laid over the
/// built-in data without that being shown.
struct LoadedCatalog {
  Catalog catalog;
  std::string origin;  // "built in", or "built in, and over it 3 types and 12 prices from FILE"

  /// For reports, as of today; refers to this.
  CatalogView view() const;
};

/// Built-in data with the user's laid over it, where there is any; where it may not be looked at,
/// the origin says so. Throws UsageError that names the file when it cannot be read.
LoadedCatalog load_catalog();

/// The user's data alone; empty where there is none.
Catalog load_user_catalog();

/// Today in UTC, YYYY-MM-DD: prices are marked by their age.
std::string today_utc();

}  // namespace assay
