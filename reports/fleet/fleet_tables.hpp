#pragma once

#include <string>
#include <vector>

#include "reports/catalog/catalog.hpp"
#include "reports/fleet/cost.hpp"
#include "reports/fleet/fleet.hpp"
#include "reports/html/table.hpp"
#include "reports/pick/pick.hpp"

namespace assay {

/// What a report on a fleet is made from. `banners` stand on top of every page: what was forced,
/// what is synthetic.
struct FleetReport {
  const Fleet& fleet;
  const CatalogView& catalog;
  PurchaseOption option = PurchaseOption::on_demand;
  std::string region;
  std::vector<std::string> banners;
  bool forced = false;         // the runs must not be in one table
  const Pick* pick = nullptr;  // what a need costs with each type, where one was given
};

/// The tables of a report on a fleet, as plain text, for HTML and Markdown alike. Each is empty
/// (without rows) where the fleet has nothing for it.

/// One row a headline: the type with the best median, its value, n, and the best in each dollar.
html::Table best_table(const FleetReport& report);

struct OverviewTable {
  std::string title;
  html::Table table;
};

/// Medians of every type, or, of more than overview_types_max types, of the best of each family: a
/// table each for instance store, EBS, other disks, memory and GPU. The best of a column is marked.
std::vector<OverviewTable> overview_tables(const FleetReport& report);
constexpr std::size_t overview_types_max = 40;

/// Dollars an hour, and for what is given; one row a type.
html::Table cost_table(const FleetReport& report, const std::vector<const FleetType*>& types);

/// In words: which price, and what of the volumes has none.
std::vector<std::string> cost_notes(const FleetReport& report,
                                    const std::vector<const FleetType*>& types);

/// One row a type and limit, with the band of the median.
html::Table advertised_table(const FleetReport& report);

/// What the marks in its last column mean.
std::vector<std::string> advertised_notes();

/// One group a headline, one row a size: n, median, range, deviation between runs, ratio to the
/// size before, advertised.
html::Table family_table(const FleetFamily& family);

/// The runs, one row each, when there are at most `runs_listed_max`.
html::Table runs_table(const Fleet& fleet);
constexpr std::size_t runs_listed_max = 200;

/// "18 runs on 18 instances of 3 types in 2 availability zones, 2026-01-01 to 2026-01-06"
std::string fleet_sentence(const Fleet& fleet);

/// Which suites, versions and settings the runs have, what could not be read, and where advertised
/// values and prices come from; one sentence a line.
std::vector<std::string> method_lines(const FleetReport& report);

}  // namespace assay
