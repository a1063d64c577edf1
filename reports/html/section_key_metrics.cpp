#include <fmt/format.h>

#include "reports/html/sections.hpp"
#include "reports/html/table.hpp"
#include "reports/key_metrics.hpp"

namespace assay::html {

namespace {

bool is_text(const std::string& heading) {
  return heading == key_metric_headings().front() || heading == key_metric_headings().back();
}

}  // namespace

std::string key_metrics_section(const Document& document) {
  const std::vector<KeyMetric> metrics = key_metrics(document.result);
  if (metrics.empty()) return paragraph("No case ended ok, so there is no number to show.");
  Table table;
  for (const std::string& heading : key_metric_headings()) {
    table.columns.push_back({heading, is_text(heading) ? Align::text : Align::number});
  }
  std::string target;
  for (const KeyMetric& row : metrics) {
    if (row.target != target) table.rows.push_back({row.target});
    target = row.target;
    table.rows.push_back(key_metric_cells(row));
  }
  if (document.result.import) {
    return render_table(table, "Key metrics") +
           paragraph(fmt::format("Values as {} states them; the method says what they are of. An "
                                 "asterisk marks a case with a note above.",
                                 document.result.import->tool));
  }
  return render_table(table, "Key metrics") +
         paragraph(
             "Value: of storage and pipelines over the whole measured time of the case (under a "
             "steady-state rule over its last five rounds), of memory and GPU the median of its n "
             "repetitions, of what a load read the mean. Min to max: over the n windows of that "
             "time (storage: one second each, less in short parts and where the median's interval "
             "ends a case) or the n repetitions. "
             "Percentiles count every I/O of the case and are given only where at least 10 I/Os "
             "lie above them. An asterisk marks a case with a note above.");
}

}  // namespace assay::html
