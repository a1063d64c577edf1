#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>

#include "reports/catalog/catalog_json.hpp"
#include "reports/catalog/fields.hpp"
#include "reports/catalog/filter.hpp"
#include "reports/catalog/type_name.hpp"
#include "runners/cli/catalog_text.hpp"
#include "runners/cli/catalog_update.hpp"
#include "runners/cli/commands.hpp"
#include "runners/plan/nearest.hpp"
#include "runners/usage_error.hpp"
#include "runners/user_catalog.hpp"

namespace assay {

namespace {

struct Options {
  std::string name;
  std::string where;
  bool json = false;
  CatalogUpdate update;
};

std::string types_json(const Catalog& catalog, const std::vector<const InstanceType*>& types) {
  Catalog shown;
  shown.sources = catalog.sources;
  shown.ebs = catalog.ebs;
  for (const InstanceType* type : types) {
    shown.types.push_back(*type);
    for (const Price* price : prices_of(catalog, type->name)) shown.prices.push_back(*price);
  }
  return write_catalog(shown);
}

int print(const LoadedCatalog& loaded, const std::vector<const InstanceType*>& types,
          const Options& options) {
  if (options.json) {
    std::fputs(types_json(loaded.catalog, types).c_str(), stdout);
    return 0;
  }
  const std::string today = today_utc();
  std::string text = types.size() == 1 ? describe_type(loaded.catalog, *types.front(), today)
                                       : describe_types(loaded.catalog, types, today);
  if (types.size() != 1) {
    text += fmt::format("{} of {} types. * a price older than {} days.\n", types.size(),
                        loaded.catalog.types.size(), price_days_max);
  }
  text += fmt::format("Data: {}\n{}", loaded.origin, describe_sources(loaded.catalog));
  std::fputs(text.c_str(), stdout);
  return 0;
}

std::string hint(const Catalog& catalog, const std::string& name) {
  std::vector<std::string> owned;
  for (const InstanceType& type : catalog.types) {
    owned.push_back(type.name);
    std::string family = parse_type_name(type.name).family;
    if (std::find(owned.begin(), owned.end(), family) == owned.end()) owned.push_back(family);
  }
  const std::vector<std::string_view> names(owned.begin(), owned.end());
  const std::string close = nearest(name, names);
  return close.empty() ? "" : fmt::format(" (did you mean '{}'?)", close);
}

int show(const Options& options) {
  const LoadedCatalog loaded = load_catalog();
  std::vector<const InstanceType*> types;
  if (const InstanceType* type = find_type(loaded.catalog, options.name)) {
    types = {type};
  } else {
    types = types_of_family(loaded.catalog, options.name);
  }
  if (types.empty()) {
    throw UsageError(fmt::format("no instance type or family '{}' in the catalog{}", options.name,
                                 hint(loaded.catalog, options.name)));
  }
  return print(loaded, types, options);
}

int list(const Options& options) {
  const LoadedCatalog loaded = load_catalog();
  std::vector<const InstanceType*> types;
  try {
    const Filter filter(options.where.empty() ? "current = 1" : options.where);
    for (const InstanceType& type : loaded.catalog.types) {
      if (filter.matches(type, loaded.catalog)) types.push_back(&type);
    }
  } catch (const FilterError& error) {
    std::string text = fmt::format("--where, {}", error.what());
    if (!error.unknown.empty()) {
      std::vector<std::string_view> names;
      for (const CatalogField& field : catalog_fields()) names.push_back(field.name);
      text += "\n " + hint_for(error.unknown, names);
    }
    throw UsageError(text);
  }
  return print(loaded, types, options);
}

}  // namespace

Action add_catalog_command(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "catalog", "What is advertised: instance types, limits and prices, with source and date");
  command->require_subcommand(1);
  CLI::App* show_command = command->add_subcommand("show", "One type, or all of a family");
  show_command->add_option("TYPE|FAMILY", options->name, "i4i.4xlarge, or i4i")->required();
  show_command->add_flag("--json", options->json, "as JSON, with every price and source");
  CLI::App* list_command =
      command->add_subcommand("list", "Types that meet a condition; without one, those current");
  list_command->add_option("--where", options->where,
                           "'gpu >= 1 and (is_total_gb >= 1000 or not arch = arm64)'");
  list_command->add_flag("--json", options->json, "as JSON, with every price and source");
  std::string fields = "Fields of --where:\n";
  for (const CatalogField& field : catalog_fields()) {
    fields += fmt::format("  {:<14} {}{}{}\n", field.name, field.meaning,
                          field.unit.empty() ? "" : ", ", field.unit);
  }
  list_command->footer(fields);
  CLI::App* update_command = add_catalog_update(*command, options->update);
  return [options, show_command, list_command, update_command] {
    if (show_command->parsed()) return show(*options);
    if (list_command->parsed()) return list(*options);
    return update_command->parsed() ? update_catalog(options->update) : 0;
  };
}

}  // namespace assay
