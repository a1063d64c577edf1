// Cost and what is told in sentences; see fleet_tables.hpp.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "reports/compare/comparability.hpp"
#include "reports/fleet/fleet_tables.hpp"
#include "reports/model/units.hpp"

namespace assay {

namespace {

using html::Align;
using html::Table;

std::string counted(std::size_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string usd(const std::optional<double>& value) {
  return value ? fmt::format("{:.4g}", *value) : "-";
}

/// A column of a cost table that is shown where any row has it.
struct CostColumn {
  const char* heading;
  std::optional<double> CostRow::*value;
};

constexpr CostColumn cost_columns[] = {{"$/h per kIOPS read", &CostRow::per_kiops},
                                       {"$/h per GB/s read", &CostRow::per_gb_per_s},
                                       {"$/h per TiB", &CostRow::per_tib},
                                       {"EBS $/h of volumes", &CostRow::ebs_usd_per_hour},
                                       {"$/h per EBS kIOPS", &CostRow::per_ebs_kiops},
                                       {"$/h per EBS GB/s", &CostRow::per_ebs_gb_per_s},
                                       {"$/h per TB/s of GPU memory", &CostRow::per_gpu_tb_per_s}};

std::string list_text(const std::set<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace

html::Table cost_table(const FleetReport& report, const std::vector<const FleetType*>& types) {
  const std::vector<CostRow> rows = cost_rows(report.fleet, types, report.option, report.region);
  Table table{{{"type"}, {"$/h", Align::number}}, {}};
  const auto has_price = [](const CostRow& row) { return row.price != nullptr; };
  if (std::none_of(rows.begin(), rows.end(), has_price)) return table;
  std::vector<const CostColumn*> shown;
  for (const CostColumn& column : cost_columns) {
    const auto known = [&](const CostRow& row) { return (row.*column.value).has_value(); };
    if (std::none_of(rows.begin(), rows.end(), known)) continue;
    shown.push_back(&column);
    table.columns.push_back({column.heading, Align::number});
  }
  for (const CostRow& row : rows) {
    std::vector<std::string>& cells = table.rows.emplace_back();
    cells = {row.type->name, row.price == nullptr ? "-" : usd(row.price->usd_per_hour)};
    for (const CostColumn* column : shown) {
      std::string text = usd(row.*column->value);
      if (column->value == &CostRow::ebs_usd_per_hour &&
          !(row.ebs_missing.empty() && row.ebs_untold.empty())) {
        text.insert(0, "at least ");
      }
      const auto cheaper = [&](const CostRow& other) {
        return other.*column->value && row.*column->value &&
               *(other.*column->value) < *(row.*column->value);
      };
      const bool is_rate = column->value != &CostRow::ebs_usd_per_hour;
      if (is_rate && rows.size() > 1 && row.*column->value &&
          std::none_of(rows.begin(), rows.end(), cheaper)) {
        text += " (best)";
      }
      cells.push_back(text);
    }
  }
  return table;
}

std::vector<std::string> cost_notes(const FleetReport& report,
                                    const std::vector<const FleetType*>& types) {
  std::set<std::string> prices;
  std::set<std::string> missing;
  std::set<std::string> untold;
  std::set<std::string> unpriced;
  for (const CostRow& row : cost_rows(report.fleet, types, report.option, report.region)) {
    if (row.price == nullptr) {
      unpriced.insert(row.type->name);
      continue;
    }
    prices.insert(fmt::format("{} ({})", price_text(*row.price, report.catalog.today),
                              origin_word(row.price->origin)));
    missing.insert(row.ebs_missing.begin(), row.ebs_missing.end());
    untold.insert(row.ebs_untold.begin(), row.ebs_untold.end());
  }
  std::vector<std::string> notes;
  notes.reserve(prices.size() + 4);
  for (const std::string& price : prices) notes.push_back("Price: " + price + ".");
  if (!unpriced.empty()) {
    notes.push_back(fmt::format("No {} price is known of {}.", option_word(report.option),
                                list_text(unpriced)));
  }
  if (!missing.empty()) {
    notes.push_back(fmt::format(
        "EBS volumes are not priced whole: {}. assay catalog update gives a price, by --prices or "
        "--ebs-price.",
        list_text(missing)));
  }
  if (!untold.empty()) {
    notes.push_back(fmt::format(
        "EBS volumes are not priced whole: {}. assay run --volume-note tells what was bought.",
        list_text(untold)));
  }
  notes.emplace_back(
      "Dollars an hour divided by the median over runs; capacity as advertised; GPU memory: "
      "reads of all GPUs together. EBS: only where all priced volumes were measured at once; a "
      "burst has no cost: it does not last.");
  return notes;
}

std::vector<std::string> advertised_notes() {
  return {
      "Ratio: median over runs / advertised. Small types often measure at 109 to 111 %. "
      "Instance-store IOPS are advertised for 4 KiB, all disks together; EBS IOPS for 16 KiB, "
      "throughput for 128 KiB; GPU memory peak: 2 x memory clock x bus width / 8. Host memory has "
      "no advertised bandwidth.",
      "Marks: burst: measured for less than 31 minutes at a stretch where the advertised maximum "
      "lasts 30 "
      "(of a longer case the rates after the first 30 minutes count); volume: measured the volume, "
      "not the instance: the volumes are "
      "provisioned "
      "below the instance's limit; a size: I/Os of that size were measured instead; m of n disks: "
      "held against their share."};
}

std::string fleet_sentence(const Fleet& fleet) {
  std::set<std::string> instances;
  std::set<std::string> zones;
  std::string first;
  std::string last;
  for (const FleetRun& one : fleet.runs) {
    instances.insert(one.run.machine.empty() ? one.run.file : one.run.machine);
    if (!one.run.availability_zone.empty()) zones.insert(one.run.availability_zone);
    const std::string day = one.run.started_utc.substr(0, 10);
    if (first.empty() || day < first) first = day;
    if (day > last) last = day;
  }
  std::string text = fmt::format("{} on {} of {}", counted(fleet.runs.size(), "run", "runs"),
                                 counted(instances.size(), "instance", "instances"),
                                 counted(all_types(fleet).size(), "type", "types"));
  if (!zones.empty()) {
    text += " in " + counted(zones.size(), "availability zone", "availability zones");
  }
  return text + (first == last ? ", " + first : fmt::format(", {} to {}", first, last));
}

std::vector<std::string> method_lines(const FleetReport& report) {
  std::set<std::string> suites;
  std::set<std::string> versions;
  std::set<std::string> volumes;
  std::size_t partial = 0;
  std::size_t not_comparable = 0;
  for (const FleetRun& one : report.fleet.runs) {
    suites.insert(one.run.suite);
    versions.insert(one.run.assay_version);
    if (!one.run.comparability.volume_note.empty()) {
      volumes.insert(one.run.comparability.volume_note);
    }
    partial += one.run.partial.empty() ? 0 : 1;
    not_comparable += one.run.comparability.comparable ? 0 : 1;
  }
  std::vector<std::string> lines = {
      "The unit is the run on one instance: medians, ranges and deviations are over runs, not over "
      "the seconds within one. For a claim that one type is better, take 6 or more instances.",
      fmt::format("Suites: {}. assay {}.", list_text(suites), list_text(versions))};
  if (!volumes.empty()) lines.push_back(fmt::format("EBS volumes: {}.", list_text(volumes)));
  if (partial > 0) lines.push_back(counted(partial, "run is partial.", "runs are partial."));
  if (not_comparable > 0) {
    lines.push_back(counted(not_comparable, "run is", "runs are") +
                    " not comparable: what the target held was assumed.");
  }
  std::vector<const RunSummary*> runs;
  runs.reserve(report.fleet.runs.size());
  for (const FleetRun& one : report.fleet.runs) runs.push_back(&one.run);
  for (const FieldDifference& difference : differences(runs, "instance-type")) {
    if (difference.field->when_different == WhenDifferent::refuse) continue;
    lines.push_back("Not the same in all runs: " + refusal_text(difference) + ".");
  }
  for (const UnreadFile& unread : report.fleet.unread) {
    lines.push_back(fmt::format("Not read: {}: {}", unread.file, unread.why));
  }
  lines.push_back(fmt::format("Catalog: {}.", report.catalog.origin));
  for (const CatalogSource& source : report.catalog.get().sources) {
    lines.push_back(fmt::format("{}: {}{} ({}).", source.what, source.source,
                                source.date.empty() ? ", undated" : ", " + source.date,
                                origin_word(source.origin)));
  }
  return lines;
}

}  // namespace assay
