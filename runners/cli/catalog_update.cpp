#include "runners/cli/catalog_update.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <filesystem>

#include "reports/catalog/catalog_json.hpp"
#include "runners/plan/nearest.hpp"
#include "runners/run/journal.hpp"
#include "runners/usage_error.hpp"
#include "runners/user_catalog.hpp"

namespace assay {

namespace {

/// The day on which a file was last written: what it says is as of then.
std::string date_of_file(const std::string& file) {
  struct stat status {};
  if (stat(file.c_str(), &status) != 0) return today_utc();
  return fmt::format("{:%Y-%m-%d}", fmt::gmtime(status.st_mtime));
}

std::string name_of_file(const std::string& file) { return std::filesystem::path(file).filename(); }

template <class Read>
Catalog read_given(const std::string& file, const char* option, const Read& read) {
  try {
    return read(read_file(file));
  } catch (const std::runtime_error& error) {
    throw UsageError(fmt::format("{} {}: {}", option, file, error.what()));
  }
}

struct Given {
  std::string name;
  double usd = 0;
};

Given split_given(const std::string& text, const char* option, const char* form) {
  const std::size_t equals = text.find('=');
  Given given{text.substr(0, equals), -1};
  if (equals != std::string::npos) {
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + equals + 1, end, given.usd);
    if (error != std::errc{} || stop != end || !std::isfinite(given.usd)) given.usd = -1;
  }
  if (given.name.empty() || given.usd < 0) {
    throw UsageError(fmt::format("{} {}: give {}", option, text, form));
  }
  return given;
}

Catalog given_prices(const CatalogUpdate& update) {
  Catalog catalog;
  const std::string today = today_utc();
  for (const std::string& text : update.given) {
    const Given given = split_given(text, "--price", "TYPE=DOLLARS_AN_HOUR, as i4i.large=0.11");
    if (find_type(load_catalog().catalog, given.name) == nullptr) {
      throw UsageError(fmt::format("--price {}: no such instance type in the catalog", text));
    }
    catalog.prices.push_back({given.name, update.region, PurchaseOption::user_given, "",
                              "user-given", today, given.usd, Origin::user});
  }
  if (!catalog.prices.empty()) {
    catalog.sources.push_back({"prices", "user-given", today, Origin::user});
  }
  return catalog;
}

/// A part's price is laid over what is known of the volume type; the rest keeps its value.
Catalog given_ebs(const CatalogUpdate& update, const Catalog& before) {
  constexpr const char* form =
      "VOLUME:PART=DOLLARS_A_MONTH, PART one of gib, iops, throughput (of a MiB/s), as "
      "gp3:throughput=0.04";
  const std::vector<std::string_view> parts = {"gib", "iops", "throughput"};
  Catalog catalog;
  for (const std::string& text : update.ebs_given) {
    const Given given = split_given(text, "--ebs-price", form);
    const std::size_t colon = given.name.find(':');
    const std::string type = given.name.substr(0, colon);
    const std::string part = colon == std::string::npos ? "" : given.name.substr(colon + 1);
    if (std::find(parts.begin(), parts.end(), part) == parts.end()) {
      throw UsageError(fmt::format("--ebs-price {}: no part '{}'{}; give {}", text, part,
                                   hint_for(part, parts), form));
    }
    const auto of_type = [&](const VolumePrice& one) { return one.volume_type == type; };
    auto& mine = catalog.ebs.volumes;
    auto volume = std::find_if(mine.begin(), mine.end(), of_type);
    if (volume == mine.end()) {
      const auto& known = before.ebs.volumes;
      const auto found = std::find_if(known.begin(), known.end(), of_type);
      if (found != known.end()) mine.push_back(*found);
      volume_of(catalog.ebs, type);
      volume = mine.end() - 1;
      volume->source =
          (volume->source.empty() ? "" : volume->source + ", and ") + std::string("user-given");
      volume->date = today_utc();
      volume->origin = Origin::user;
    }
    if (part == "gib") volume->per_gib = given.usd;
    if (part == "iops") volume->iops_tiers = {{1e9, given.usd}};
    if (part == "throughput") volume->per_mib_per_s = given.usd;
  }
  if (!catalog.ebs.volumes.empty()) {
    catalog.sources.push_back({"EBS prices", "user-given", today_utc(), Origin::user});
  }
  return catalog;
}

}  // namespace

CLI::App* add_catalog_update(CLI::App& catalog, CatalogUpdate& update) {
  CLI::App* command = catalog.add_subcommand(
      "update", "Lays newer data over the built-in catalog; kept in the user's data directory");
  command->add_option("--instance-types", update.instance_types,
                      "what aws ec2 describe-instance-types prints");
  command->add_option(
      "--prices", update.prices,
      "what aws pricing get-products --service-code AmazonEC2 prints, of instances "
      "or of EBS volumes (--filters Type=TERM_MATCH,Field=volumeApiName,Value=gp3)");
  command->add_option("--spot", update.spot, "what aws ec2 describe-spot-price-history prints");
  command->add_option("--price", update.given, "TYPE=DOLLARS_AN_HOUR, your own; repeatable")
      ->allow_extra_args(false);
  command->add_option("--region", update.region, "of --price")->capture_default_str();
  command
      ->add_option("--ebs-price", update.ebs_given,
                   "VOLUME:PART=DOLLARS_A_MONTH (gib, iops, throughput of a MiB/s); repeatable")
      ->allow_extra_args(false);
  return command;
}

int update_catalog(const CatalogUpdate& update) {
  std::vector<Catalog> parts;
  if (!update.instance_types.empty()) {
    parts.push_back(
        read_given(update.instance_types, "--instance-types", [&](const std::string& text) {
          return read_describe_instance_types(text, name_of_file(update.instance_types),
                                              date_of_file(update.instance_types));
        }));
  }
  if (!update.prices.empty()) {
    parts.push_back(read_given(update.prices, "--prices", [&](const std::string& text) {
      return read_get_products(text, name_of_file(update.prices), date_of_file(update.prices));
    }));
  }
  if (!update.spot.empty()) {
    parts.push_back(read_given(update.spot, "--spot", [&](const std::string& text) {
      return read_spot_price_history(text, name_of_file(update.spot));
    }));
  }
  if (!update.given.empty()) parts.push_back(given_prices(update));
  if (!update.ebs_given.empty()) {
    Catalog before = load_catalog().catalog;
    for (const Catalog& part : parts) before = merged(before, part);
    parts.push_back(given_ebs(update, before));
  }
  if (parts.empty()) {
    throw UsageError(
        "nothing to update: give --instance-types, --prices, --spot, --price or --ebs-price");
  }
  Catalog user = load_user_catalog();
  std::string text;
  for (const Catalog& part : parts) {
    user = merged(user, part);
    text += fmt::format("{} types, {} prices, {} EBS prices from {}\n", part.types.size(),
                        part.prices.size(), part.ebs.volumes.size(), part.sources.front().source);
  }
  const std::string path = user_catalog_path();
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  write_file_durably(path, write_catalog(user));
  std::fputs((text + "written to " + path + "\n").c_str(), stdout);
  return 0;
}

}  // namespace assay
