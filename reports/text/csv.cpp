#include "reports/text/csv.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "reports/case_text.hpp"
#include "reports/model/names.hpp"
#include "reports/text/text_reports.hpp"

namespace assay {

namespace {

constexpr std::string_view header =
    "run_started_utc,instance_type,case_id,workload,target,status,metric,value,unit,min,median,max,"
    "samples,reason,limit,limit_evidence,measured_by\r\n";

/// The columns that all rows of a case share, up to status.
std::string case_cells(const Result& result, const CaseResult& measured) {
  const Case* item = find_case(result.plan, measured.id);
  const std::array<std::string, 6> cells = {result.provenance.started_utc,
                                            instance_type_of(result.host),
                                            measured.id,
                                            item == nullptr ? "" : item->workload,
                                            item == nullptr ? "" : item->target,
                                            status_text(measured.status)};
  std::string text;
  for (const std::string& cell : cells) text += csv_text(cell) + ",";
  return text;
}

std::string metric_cells(const Metric& metric) {
  std::string text = fmt::format("{},{},{}", csv_text(metric.name), csv_number(metric.value),
                                 csv_text(metric.unit));
  if (!metric.spread) return text + ",,,,";
  const Spread& spread = *metric.spread;
  return text + fmt::format(",{},{},{},{}", csv_number(spread.min), csv_number(spread.median),
                            csv_number(spread.max), spread.samples);
}

/// The columns that all rows of a case share, from reason on.
std::string last_cells(const Result& result, const CaseResult& measured) {
  const std::string reason = csv_text(measured.reason);
  const std::string tool = result.import ? csv_text(result.import->tool) : "assay";
  if (!measured.limit) return fmt::format("{},,,{}", reason, tool);
  return fmt::format("{},{},{},{}", reason, name_of(measured.limit->kind),
                     csv_text(measured.limit->evidence), tool);
}

}  // namespace

std::string csv_text(std::string_view text) {
  constexpr std::string_view formula_starts = "=+-@\t\r";
  std::string cell(text);
  if (!cell.empty() && formula_starts.find(cell.front()) != std::string_view::npos) {
    cell.insert(0, 1, '\'');
  }
  if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
  std::string quoted = "\"";
  for (const char c : cell) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string csv_number(double value) {
  return std::isfinite(value) ? fmt::format("{}", value) : std::string();
}

std::string render_csv(const Result& result) {
  std::string text(header);
  for (const CaseResult& measured : result.cases) {
    const std::string shared = case_cells(result, measured);
    const std::string last = last_cells(result, measured);
    if (measured.metrics.empty()) text += fmt::format("{},,,,,,,{}\r\n", shared, last);
    for (const Metric& metric : measured.metrics) {
      text += fmt::format("{}{},{}\r\n", shared, metric_cells(metric), last);
    }
  }
  return text;
}

}  // namespace assay
