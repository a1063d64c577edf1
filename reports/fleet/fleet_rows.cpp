#include "reports/fleet/fleet_rows.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <iterator>

#include "reports/model/names.hpp"
#include "reports/text/csv.hpp"

namespace assay {

namespace {

constexpr std::array<std::string_view, 22> columns = {
    "run",         "instance_type", "instance_id",  "availability_zone",
    "started_utc", "suite",         "comparable",   "run_flags",
    "case_id",     "workload",      "device_class", "case_flags",
    "limit",       "metric",        "value",        "unit",
    "direction",   "min",           "median",       "max",
    "samples",     "measured_by"};

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ";") + word;
  return text;
}

/// A JSON string. Texts of a Result are UTF-8: its readers see to that.
std::string json_text(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') quoted += '\\';
    if (byte < 0x20) {
      quoted += fmt::format("\\u{:04x}", byte);
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

std::string json_text_or_null(std::string_view text) {
  return text.empty() ? "null" : json_text(text);
}

std::string json_number(double value) {
  return std::isfinite(value) ? fmt::format("{}", value) : "null";
}

std::string run_flags(const RunSummary& run) {
  std::string flags = joined(run.flags);
  if (run.synthetic) flags += (flags.empty() ? "" : ";") + std::string("synthetic");
  return flags;
}

std::string device_class_of(const CaseSummary& item) {
  return item.storage ? std::string(name_of(item.device_class)) : std::string();
}

std::string limit_of(const CaseSummary& item) {
  return item.limit ? std::string(name_of(*item.limit)) : std::string();
}

/// "name": value for each of a list of ready values.
template <std::size_t count>
std::string members(std::size_t first, const std::array<std::string, count>& values) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += fmt::format("\"{}\":{},", columns.at(first + i), values.at(i));
  }
  return text;
}

constexpr std::size_t case_columns_begin = 8;

}  // namespace

std::string fleet_csv_header() {
  std::string text;
  for (const std::string_view column : columns) {
    text += text.empty() ? "" : ",";
    text += column;
  }
  return text + "\r\n";
}

std::string fleet_csv(const RunSummary& run) {
  const std::string start =
      fmt::format("{},{},{},{},{},{},{},{}", csv_text(run.file), csv_text(run.instance_type),
                  csv_text(run.instance_id), csv_text(run.availability_zone),
                  csv_text(run.started_utc), csv_text(run.suite),
                  run.comparability.comparable ? "true" : "false", csv_text(run_flags(run)));
  std::string text;
  for (const CaseSummary& item : run.cases) {
    if (item.status != CaseStatus::ok) continue;
    const std::string shared =
        fmt::format("{},{},{},{},{},{}", start, csv_text(item.id), csv_text(item.workload),
                    device_class_of(item), csv_text(joined(item.flags)), limit_of(item));
    for (const Metric& metric : item.metrics) {
      fmt::format_to(std::back_inserter(text), "{},{},{},{},{}", shared, csv_text(metric.name),
                     csv_number(metric.value), csv_text(metric.unit), name_of(metric.direction));
      if (metric.spread) {
        const Spread& spread = *metric.spread;
        fmt::format_to(std::back_inserter(text), ",{},{},{},{},{}\r\n", csv_number(spread.min),
                       csv_number(spread.median), csv_number(spread.max), spread.samples,
                       csv_text(run.measured_by));
      } else {
        text += ",,,,," + csv_text(run.measured_by) + "\r\n";
      }
    }
  }
  return text;
}

std::string fleet_ndjson(const RunSummary& run) {
  const std::string start =
      "{" +
      members<8>(0, {json_text(run.file), json_text_or_null(run.instance_type),
                     json_text_or_null(run.instance_id), json_text_or_null(run.availability_zone),
                     json_text(run.started_utc), json_text(run.suite),
                     run.comparability.comparable ? "true" : "false", json_text(run_flags(run))});
  std::string text;
  for (const CaseSummary& item : run.cases) {
    if (item.status != CaseStatus::ok) continue;
    const std::string shared =
        start + members<5>(case_columns_begin,
                           {json_text(item.id), json_text(item.workload),
                            json_text_or_null(device_class_of(item)), json_text(joined(item.flags)),
                            json_text_or_null(limit_of(item))});
    for (const Metric& metric : item.metrics) {
      const bool has = metric.spread.has_value();
      const Spread spread = metric.spread.value_or(Spread{});
      const std::string null = "null";
      std::string line =
          shared +
          members<9>(case_columns_begin + 5,
                     {json_text(metric.name), json_number(metric.value), json_text(metric.unit),
                      json_text(name_of(metric.direction)), has ? json_number(spread.min) : null,
                      has ? json_number(spread.median) : null, has ? json_number(spread.max) : null,
                      has ? fmt::format("{}", spread.samples) : null, json_text(run.measured_by)});
      line.back() = '}';
      text += line + "\n";
    }
  }
  return text;
}

}  // namespace assay
