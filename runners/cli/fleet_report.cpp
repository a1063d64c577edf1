#include "runners/cli/fleet_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>

#include "reports/compare/comparability.hpp"
#include "reports/fleet/fleet.hpp"
#include "reports/fleet/fleet_rows.hpp"
#include "reports/fleet/fleet_tables.hpp"
#include "reports/fleet/read_fleet.hpp"
#include "reports/html/fleet_page.hpp"
#include "reports/pick/pick.hpp"
#include "reports/text/fleet_markdown.hpp"
#include "runners/run/journal.hpp"
#include "runners/usage_error.hpp"
#include "runners/user_catalog.hpp"

namespace assay {

namespace {

void tell_unread(const std::vector<UnreadFile>& unread, const FleetOptions& options) {
  for (const UnreadFile& one : unread) {
    const std::string text = fmt::format("{}: {}", one.file, one.why);
    const auto& named = options.named;
    if (std::find(named.begin(), named.end(), one.file) != named.end()) throw UsageError(text);
    std::fputs(fmt::format("assay: left out: {}\n", text).c_str(), stderr);
  }
  if (unread.size() == options.files.size()) throw UsageError("none of the files could be read");
}

/// A file that has its name only once it is whole. Rows are too many to be held in memory.
class RowFile {
 public:
  explicit RowFile(const std::string& path)
      : path_(path), temporary_(path + ".part"), file_(temporary_, std::ios::binary) {
    check();
  }
  ~RowFile() {
    std::error_code error;
    if (!kept_) std::filesystem::remove(temporary_, error);
  }
  RowFile(const RowFile&) = delete;
  RowFile& operator=(const RowFile&) = delete;
  RowFile(RowFile&&) = delete;
  RowFile& operator=(RowFile&&) = delete;

  void write(const std::string& text) {
    file_ << text;
    check();
  }

  void keep() {
    file_.close();
    check();
    std::filesystem::rename(temporary_, path_);
    kept_ = true;
  }

 private:
  void check() const {
    if (!file_) throw std::runtime_error(fmt::format("write {}: failed", temporary_));
  }

  std::string path_;
  std::string temporary_;
  std::ofstream file_;
  bool kept_ = false;
};

void write_rows(const FleetOptions& options, const Catalog& catalog) {
  RowFile file(options.output);
  const bool csv = options.format == FleetFormat::csv;
  if (csv) file.write(fleet_csv_header());
  const RenderRun render = [&](RunSummary& run) {
    label_bursts(run, find_type(catalog, run.instance_type));
    return csv ? fleet_csv(run) : fleet_ndjson(run);
  };
  const auto write = [&](ReadRun&& one) { file.write(one.text); };
  tell_unread(read_fleet(options.files, render, write, options.identities), options);
  file.keep();
}

/// One sentence for each thing that forbids to show the runs together. Throws UsageError with them
/// where that is not to be forced.
std::vector<std::string> why_mixed(const Fleet& fleet, WhenMixed when_mixed) {
  std::vector<const RunSummary*> runs;
  runs.reserve(fleet.runs.size());
  for (const FleetRun& one : fleet.runs) runs.push_back(&one.run);
  std::vector<std::string> mixed;
  for (const FieldDifference& difference : differences(runs, "instance-type")) {
    if (difference.field->when_different == WhenDifferent::refuse) {
      mixed.push_back(refusal_text(difference));
    }
  }
  if (!mixed.empty() && when_mixed == WhenMixed::refuse) {
    std::string text = "these runs do not belong in one table:";
    for (const std::string& sentence : mixed) text += "\n  " + sentence;
    throw UsageError(text + "\n  or give --force: every page then says so");
  }
  return mixed;
}

std::vector<std::string> banners_of(const Fleet& fleet, const std::vector<std::string>& mixed) {
  std::vector<std::string> banners;
  banners.reserve(mixed.size() + 1);
  for (const std::string& sentence : mixed) {
    banners.push_back("Forced: these runs must not be compared. " + sentence);
  }
  std::map<std::string, std::size_t> imported;
  for (const FleetRun& one : fleet.runs) {
    if (one.run.measured_by != "assay") ++imported[one.run.measured_by];
  }
  for (const auto& [tool, count] : imported) {
    banners.push_back(fmt::format("Imported: {} of {} runs were measured by {}, not by assay.",
                                  count, fleet.runs.size(), tool));
  }
  const auto synthetic = static_cast<std::size_t>(std::count_if(
      fleet.runs.begin(), fleet.runs.end(), [](const FleetRun& one) { return one.run.synthetic; }));
  if (synthetic > 0) {
    banners.push_back(fmt::format(
        "SYNTHETIC: {} of {} runs were made up by a generator, not measured. No number here says "
        "anything about a machine.",
        synthetic, fleet.runs.size()));
  }
  return banners;
}

}  // namespace

void write_fleet_report(const FleetOptions& options) {
  const LoadedCatalog loaded = load_catalog();
  if (options.format == FleetFormat::csv || options.format == FleetFormat::ndjson) {
    write_rows(options, loaded.catalog);
    return;
  }
  std::vector<FleetRun> runs;
  std::vector<RunSummary> candidates;  // with their cases, which a fleet does not keep
  const auto keep = [&](ReadRun&& one) {
    if (options.need) candidates.push_back(one.run);
    runs.push_back(fleet_run(std::move(one.run), loaded.catalog));
  };
  std::vector<UnreadFile> unread = read_fleet(options.files, {}, keep, options.identities);
  tell_unread(unread, options);
  if (options.identities == Identities::removed) {
    for (UnreadFile& one : unread) one.file = without_ids(one.file);
  }
  const Fleet fleet = make_fleet(std::move(runs), unread, loaded.catalog);
  const CatalogView view = loaded.view();
  const std::vector<std::string> mixed = why_mixed(fleet, options.when_mixed);
  FleetReport report{fleet,         view, options.option, options.region, banners_of(fleet, mixed),
                     !mixed.empty()};
  std::optional<Pick> found;
  if (options.need) {
    found = pick(options.need->requirements, std::move(candidates), loaded.catalog,
                 {options.option, options.region, options.need->budget_usd_per_hour}, today_utc());
    report.pick = &*found;
  }
  write_file_durably(options.output, options.format == FleetFormat::html
                                         ? render_fleet_html(report)
                                         : render_fleet_markdown(report));
}

}  // namespace assay
