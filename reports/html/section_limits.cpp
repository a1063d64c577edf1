#include <fmt/format.h>

#include <set>

#include "reports/case_text.hpp"
#include "reports/html/sections.hpp"
#include "reports/html/table.hpp"
#include "reports/limits/classify.hpp"
#include "reports/model/units.hpp"
#include "reports/rate_sweep.hpp"

namespace assay::html {

namespace {

std::vector<std::string> row_of(const Case& item, const CaseResult& measured) {
  const bool of_bytes = item.storage && item.storage->pattern == Pattern::sequential &&
                        item.storage->durability == Durability::none;
  const Metric* rate = find_metric(measured.metrics, of_bytes ? "bandwidth" : "iops");
  return {case_text(item), rate == nullptr ? "-" : format_value(rate->value, rate->unit),
          limit_text(measured.limit->kind), measured.limit->evidence};
}

/// Open loops at several rates that reached theirs: a row for each would say nothing else.
std::set<const CaseResult*> reached_rates(const Result& result) {
  std::set<const CaseResult*> reached;
  for (const RateSweep& sweep : rate_sweeps(result)) {
    for (const OfferedPoint& point : sweep.points) {
      const std::optional<Limit>& limit = point.measured->limit;
      if (limit && limit->kind == LimitKind::offered_rate) reached.insert(point.measured);
    }
  }
  return reached;
}

}  // namespace

std::string limits_section(const Document& document) {
  const Result& result = document.result;
  const std::set<const CaseResult*> reached = reached_rates(result);
  Table table{{{"case"}, {"value", Align::number}, {"bound by"}, {"evidence"}}, {}};
  for (const Target& target : result.plan.targets) {
    bool titled = false;
    std::string evidence_above;
    for (const CaseResult& measured : result.cases) {
      const Case* item = find_case(result.plan, measured.id);
      if (item == nullptr || item->target != target.id || !measured.limit) continue;
      if (reached.count(&measured) > 0) continue;
      if (!titled) table.rows.push_back({target.id});
      titled = true;
      table.rows.push_back(row_of(*item, measured));
      // Cases of one plateau share their evidence; read once is enough.
      if (measured.limit->evidence == evidence_above) table.rows.back().back() = "as above";
      evidence_above = measured.limit->evidence;
    }
  }
  if (table.rows.empty() && reached.empty()) return {};
  const std::string rates =
      reached.empty() ? std::string()
                      : paragraph(fmt::format("{} cases at one of several rates reached it, which "
                                              "is what bound them: see Latency at a fixed rate.",
                                              reached.size()));
  return paragraph(
             "What kept each storage case from being faster, told from all cases together: the "
             "device's own counters where it has them, CPU time, and where the rate levels off. "
             "Queue depth: a deeper queue gives more. Host rate limiter: the rate is held as "
             "constantly as only something that sets it does. Unknown: no evidence, not no "
             "limit.") +
         (table.rows.empty() ? std::string() : render_table(table, "What bound each case")) + rates;
}

}  // namespace assay::html
