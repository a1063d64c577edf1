#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "reports/fleet/advertised.hpp"
#include "reports/html/sections.hpp"
#include "reports/html/table.hpp"
#include "reports/model/units.hpp"

namespace assay::html {

namespace {

std::string source_text(const CatalogView& view, const InstanceType* type) {
  if (type == nullptr) return "The instance type is not in the catalog.";
  std::string text = fmt::format("Advertised values: {}, {} ({})", type->source, type->date,
                                 origin_word(type->origin));
  for (const CatalogSource& source : view.get().sources) {
    if (source.what == "instance-store IOPS" && type->read_iops) {
      text += fmt::format("; {}: {}", source.what, source.source);
    }
  }
  return fmt::format("{}. Catalog: {}.", text, view.origin);
}

/// What a reader must know before the numbers.
std::string lead(const std::vector<AgainstAdvertised>& rows) {
  std::string text;
  std::set<std::string> told;
  for (const AgainstAdvertised& row : rows) {
    if (!row.volumes.empty() && told.insert(row.volumes).second)
      text += paragraph(row.volumes + ".");
  }
  const bool any_burst = std::any_of(rows.begin(), rows.end(), [](const AgainstAdvertised& row) {
    return row.marks.find("burst") != std::string::npos;
  });
  if (any_burst) {
    text += paragraph(
        "Burst: this type is sold with an EBS baseline below its maximum, which lasts 30 minutes "
        "once in 24 hours, and EBS was measured for less than 31 at a stretch. Plan with the "
        "baseline, or measure with the sustained suite.");
  }
  return text;
}

}  // namespace

std::string advertised_section(const Document& document) {
  RunSummary run = summarize(document.result);
  const InstanceType* type = find_type(document.catalog.get(), run.instance_type);
  label_bursts(run, type);
  const std::vector<AgainstAdvertised> rows = against_advertised(run, type);
  if (rows.empty()) return {};
  Table table{{{"limit"},
               {"advertised", Align::number},
               {"measured", Align::number},
               {"ratio", Align::number},
               {"band"},
               {"bound by"},
               {"note"}},
              {}};
  for (const AgainstAdvertised& row : rows) {
    table.rows.push_back(
        {row.limit, format_value(row.advertised, row.unit), format_value(row.measured, row.unit),
         fmt::format("{:.1f} %", 100 * row.ratio()), band_text(band_of(row.ratio())),
         row.bound_by.empty() ? "-" : row.bound_by,
         row.note.empty() ? row.case_id : row.case_id + ": " + row.note});
  }
  return lead(rows) + render_table(table, "Measured against advertised") +
         paragraph(
             "Instance-store IOPS are advertised for 4 KiB at saturation, all disks together; EBS "
             "IOPS for 16 KiB, throughput for 128 KiB. Small types often measure at 109 to 111 %. "
             "Host memory has no advertised bandwidth. " +
             source_text(document.catalog, type));
}

}  // namespace assay::html
