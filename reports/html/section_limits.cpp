#include "reports/case_text.hpp"
#include "reports/html/sections.hpp"
#include "reports/html/table.hpp"
#include "reports/limits/classify.hpp"
#include "reports/model/units.hpp"

namespace assay::html {

namespace {

std::vector<std::string> row_of(const Case& item, const CaseResult& measured) {
  const bool of_bytes = item.storage && item.storage->pattern == Pattern::sequential &&
                        item.storage->durability == Durability::none;
  const Metric* rate = find_metric(measured.metrics, of_bytes ? "bandwidth" : "iops");
  return {case_text(item), rate == nullptr ? "-" : format_value(rate->value, rate->unit),
          limit_text(measured.limit->kind), measured.limit->evidence};
}

}  // namespace

std::string limits_section(const Document& document) {
  const Result& result = document.result;
  Table table{{{"case"}, {"value", Align::number}, {"bound by"}, {"evidence"}}, {}};
  for (const Target& target : result.plan.targets) {
    bool titled = false;
    for (const CaseResult& measured : result.cases) {
      const Case* item = find_case(result.plan, measured.id);
      if (item == nullptr || item->target != target.id || !measured.limit) continue;
      if (!titled) table.rows.push_back({target.id});
      titled = true;
      table.rows.push_back(row_of(*item, measured));
    }
  }
  if (table.rows.empty()) return {};
  return paragraph(
             "What kept each storage case from being faster, told from all cases together: the "
             "device's own counters where it has them, CPU time, and where the rate levels off. "
             "Queue depth: a deeper queue gives more. Host rate limiter: the rate is held as "
             "constantly as only something that sets it does. Unknown: no evidence, not no "
             "limit.") +
         render_table(table, "What bound each case");
}

}  // namespace assay::html
