#include "reports/key_metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "reports/case_text.hpp"
#include "reports/depth_sweep.hpp"
#include "reports/limits/classify.hpp"
#include "reports/model/units.hpp"
#include "reports/rate_sweep.hpp"

namespace assay {

namespace {

/// A fixed rate is that of one member of a set, the value that of all.
std::string members_text(const Result& result, const Case& item) {
  const bool open = item.storage && item.storage->arrival != Arrival::closed;
  const Target* target = find_target(result.plan, item.target);
  if (!open || target == nullptr || target->kind != TargetKind::target_set) return {};
  return fmt::format(" on each of {} targets", target->members.size());
}

void add_row(std::vector<KeyMetric>& rows, const Result& result, const std::string& target,
             const Case& item, const CaseResult& measured, const char* metric,
             const std::string& note) {
  const Metric* value = find_metric(measured.metrics, metric);
  if (value == nullptr) return;
  KeyMetric row;
  row.target = target;
  row.case_id = measured.id;
  row.measurement = case_text(item) + members_text(result, item) + note;
  row.value = *value;
  row.latency_ns_p50 = metric_value(measured.metrics, "latency/p50");
  row.latency_ns_p99 = metric_value(measured.metrics, "latency/p99");
  row.latency_ns_p999 = metric_value(measured.metrics, "latency/p99.9");
  row.ios = io_count(measured);
  if (row.ios == 0) {  // another tool may give the number without a distribution
    const double told = metric_value(measured.metrics, "ios").value_or(0);
    row.ios = static_cast<std::uint64_t>(std::max(0.0, told));
  }
  if (measured.limit && measured.limit->kind != LimitKind::unknown) {
    row.limit = limit_text(measured.limit->kind);
  }
  row.flagged = !measured.flags.empty() || !measured.errors.empty();
  rows.push_back(std::move(row));
}

/// Lowest depth (what one I/O costs), knee (what one can have at good latency), peak.
void add_sweep(std::vector<KeyMetric>& rows, const Result& result, const std::string& target,
               const DepthSweep& sweep) {
  if (sweep.points.empty()) return;
  const std::size_t peak = peak_index(sweep.points);
  const std::optional<std::size_t> knee = knee_index(sweep.points);
  for (std::size_t i = 0; i < sweep.points.size(); ++i) {
    if (i != 0 && knee != i && i != peak) continue;
    const bool swept = sweep.points.size() > 1;
    std::string note;
    if (swept && knee == i) note = i == peak ? " (knee, peak)" : " (knee)";
    if (swept && knee != i && i == peak) note = " (peak)";
    const CaseResult& measured = *sweep.points[i].result;
    add_row(rows, result, target, *find_case(result.plan, measured.id), measured, "iops", note);
  }
}

/// For each open loop that is one of several rates: why it stands for them, or empty where another
/// one does. The highest rate that was reached is what one can have; the lowest if none was.
using NotesOfRates = std::map<const CaseResult*, std::string>;

NotesOfRates notes_of_rates(const Result& result) {
  NotesOfRates notes;
  for (const RateSweep& sweep : rate_sweeps(result)) {
    const OfferedPoint* highest = nullptr;
    for (const OfferedPoint& point : sweep.points) {
      notes[point.measured];
      if (!point.saturated) highest = &point;
    }
    if (highest != nullptr) {
      notes[highest->measured] =
          fmt::format(" (the highest reached of {} rates)", sweep.points.size());
    } else {
      notes[sweep.points.front().measured] =
          fmt::format(" (none of {} rates was reached)", sweep.points.size());
    }
  }
  return notes;
}

/// Every case of the target that is no part of a sweep of random reads or writes over depth; of one
/// over rates only what stands for it.
void add_others(std::vector<KeyMetric>& rows, const Result& result, const std::string& target,
                const NotesOfRates& notes) {
  std::set<const CaseResult*> swept;
  for (const char* workload : {"random-read", "random-write"}) {
    for (const DepthPoint& point : depth_sweep(result, target, workload).points) {
      swept.insert(point.result);
    }
  }
  for (const CaseResult& measured : result.cases) {
    const Case* item = find_case(result.plan, measured.id);
    if (measured.status != CaseStatus::ok || item == nullptr || item->target != target) continue;
    if (swept.count(&measured) > 0) continue;
    const auto rate = notes.find(&measured);
    if (rate != notes.end() && rate->second.empty()) continue;
    const std::string note = rate == notes.end() ? "" : rate->second;
    const bool of_ios = item->storage && (item->storage->pattern != Pattern::sequential ||
                                          item->storage->durability != Durability::none);
    const bool loaded = item->memory && item->memory->kernel == "loaded-latency";
    add_row(rows, result, target, *item, measured, of_ios ? "iops" : "bandwidth",
            loaded ? ", read by the load" : note);
    if (!item->storage) add_row(rows, result, target, *item, measured, "latency/load", "");
    if (!item->storage) add_row(rows, result, target, *item, measured, "time/real", ", time");
  }
}

std::string duration_text(const std::optional<double>& ns) {
  return ns ? format_duration_ns(*ns) : "-";
}

}  // namespace

std::vector<KeyMetric> key_metrics(const Result& result) {
  std::vector<KeyMetric> rows;
  const NotesOfRates notes = notes_of_rates(result);
  for (const Target& target : result.plan.targets) {
    if (!target.chosen) continue;
    add_sweep(rows, result, target.id, depth_sweep(result, target.id, "random-read"));
    add_sweep(rows, result, target.id, depth_sweep(result, target.id, "random-write"));
    add_others(rows, result, target.id, notes);
  }
  return rows;
}

std::string range_text(const Spread& spread, const std::string& unit) {
  if (spread.samples < 2) return {};
  std::string low = format_value(spread.min, unit);
  const std::string high = format_value(spread.max, unit);
  const std::size_t low_unit = low.find(' ');
  const std::size_t high_unit = high.find(' ');
  if (low_unit != std::string::npos && high_unit != std::string::npos &&
      low.substr(low_unit) == high.substr(high_unit)) {
    low.erase(low_unit);
  }
  return fmt::format("{} to {}", low, high);
}

const std::vector<std::string>& key_metric_headings() {
  static const std::vector<std::string> headings = {
      "measurement", "value", "min to max", "n", "p50", "p99", "p99.9", "I/Os", "bound by"};
  return headings;
}

std::vector<std::string> key_metric_cells(const KeyMetric& row) {
  const std::string& unit = row.value.unit;
  const std::optional<Spread>& spread = row.value.spread;
  const std::string range = spread ? range_text(*spread, unit) : "";
  return {row.measurement + (row.flagged ? " *" : ""),
          format_value(row.value.value, unit),
          range.empty() ? "-" : range,
          spread ? fmt::format("{}", spread->samples) : "-",
          duration_text(row.latency_ns_p50),
          duration_text(row.latency_ns_p99),
          duration_text(row.latency_ns_p999),
          row.ios == 0 ? "-" : format_count(static_cast<double>(row.ios)),
          row.limit.empty() ? "-" : row.limit};
}

}  // namespace assay
