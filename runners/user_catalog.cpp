#include "runners/user_catalog.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <stdexcept>

#include "reports/catalog/catalog_json.hpp"
#include "runners/run/journal.hpp"
#include "runners/usage_error.hpp"

namespace assay {

namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string counted(std::size_t count, const char* what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

}  // namespace

std::string user_catalog_path() {
  const std::string data_home = environment("XDG_DATA_HOME");
  // The XDG specification: a path that is not absolute is ignored.
  if (data_home.starts_with('/')) return data_home + "/assay/catalog.json";
  const std::string home = environment("HOME");
  if (home.empty()) {
    throw UsageError("neither XDG_DATA_HOME nor HOME is set: set one to say where data is kept");
  }
  return home + "/.local/share/assay/catalog.json";
}

namespace {

/// ", but FILE cannot be looked at: Permission denied", of another user's home that HOME still
/// names; empty as a rule.
std::string unseen_text() {
  if (environment("HOME").empty() && environment("XDG_DATA_HOME").empty()) return {};
  const std::string path = user_catalog_path();
  std::error_code error;
  static_cast<void>(std::filesystem::exists(path, error));
  return error ? fmt::format(", but {} cannot be looked at: {}", path, error.message()) : "";
}

}  // namespace

Catalog load_user_catalog() {
  if (environment("HOME").empty() && environment("XDG_DATA_HOME").empty()) return {};
  const std::string path = user_catalog_path();
  std::error_code unseen;
  if (!std::filesystem::exists(path, unseen)) return {};
  try {
    return read_catalog(read_file(path));
  } catch (const std::runtime_error& error) {
    throw UsageError(fmt::format("{}: {}; make it again with assay catalog update, or remove it",
                                 path, error.what()));
  }
}

LoadedCatalog load_catalog() {
  const Catalog user = load_user_catalog();
  const std::size_t prices = user.prices.size() + user.ebs.volumes.size();
  if (user.types.empty() && prices == 0) return {embedded_catalog(), "built in" + unseen_text()};
  return {merged(embedded_catalog(), user),
          fmt::format("built in, and over it {} and {} from {}", counted(user.types.size(), "type"),
                      counted(prices, "price"), user_catalog_path())};
}

CatalogView LoadedCatalog::view() const { return {&catalog, origin, today_utc()}; }

std::string today_utc() { return fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::time(nullptr))); }

}  // namespace assay
