#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace assay {

/// What `catalog update` was given.
struct CatalogUpdate {
  std::string instance_types;
  std::string prices;
  std::string spot;
  std::vector<std::string> given;      // TYPE=USD
  std::vector<std::string> ebs_given;  // VOLUME:PART=USD
  std::string region = "us-east-1";
};

/// Adds the subcommand with its options.
CLI::App* add_catalog_update(CLI::App& catalog, CatalogUpdate& update);

/// Lays what was given over the user's data and writes it. Throws UsageError.
int update_catalog(const CatalogUpdate& update);

}  // namespace assay
