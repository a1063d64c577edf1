#include "reports/json/document_limits.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <set>
#include <stdexcept>
#include <utility>

namespace assay {

namespace {

constexpr double value_max = 1e18;

struct UnitRule {
  std::string_view end;  // of the metric's name
  std::string_view unit;
};

constexpr std::array<UnitRule, 2> unit_rules = {{{"iops", "1/s"}, {"bandwidth", "B/s"}}};

/// The unit that a metric of that name has; empty where any will do.
std::string_view unit_of(std::string_view name) {
  for (const UnitRule& rule : unit_rules) {
    if (name == rule.end || name.ends_with(std::string("/") + std::string(rule.end))) {
      return rule.unit;
    }
  }
  return name.starts_with("latency/") ? "ns" : "";
}

void check_number(const std::string& place, double value, double min) {
  if (std::isfinite(value) && value >= min && value <= value_max) return;
  throw std::runtime_error(fmt::format("{}: {} is no value that can be measured", place, value));
}

void check_metric(const std::string& place, const Metric& metric) {
  const std::string_view unit = unit_of(metric.name);
  if (!unit.empty() && metric.unit != unit) {
    throw std::runtime_error(fmt::format("{}: {} is in {}, not in '{}'", place, metric.name, unit,
                                         metric.unit.substr(0, 20)));
  }
  const double min = metric.direction == Direction::informative ? -value_max : 0;
  check_number(place, metric.value, min);
  if (!metric.spread) return;
  for (const double value : {metric.spread->min, metric.spread->median, metric.spread->max}) {
    check_number(place, value, min);
  }
}

}  // namespace

void check_document_limits(std::string_view text) {
  if (text.size() > document_bytes_max) {
    throw std::runtime_error("larger than 256 MiB: no Result is");
  }
  std::size_t depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '[' || c == '{') {
      if (++depth > document_depth_max) {
        throw std::runtime_error(
            fmt::format("nested deeper than {} levels: no Result is", document_depth_max));
      }
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    } else if (c == '"') {
      const std::size_t begin = ++i;
      while (i < text.size() && text[i] != '"') i += text[i] == '\\' ? 2 : 1;
      if (i > begin + document_string_bytes_max) {
        throw std::runtime_error("a text of more than 1 MiB: no Result has one");
      }
    }
  }
}

void check_values(const Result& result) {
  std::set<std::pair<std::string_view, std::uint32_t>> ids;
  for (std::size_t i = 0; i < result.cases.size(); ++i) {
    const CaseResult& measured = result.cases[i];
    const std::string place = fmt::format("cases[{}]", i);
    if (!ids.emplace(measured.id, measured.round).second) {
      throw std::runtime_error(
          fmt::format("{}: the case {} is there twice", place, measured.id.substr(0, 100)));
    }
    for (std::size_t k = 0; k < measured.metrics.size(); ++k) {
      check_metric(fmt::format("{}.metrics[{}]", place, k), measured.metrics[k]);
    }
  }
}

}  // namespace assay
