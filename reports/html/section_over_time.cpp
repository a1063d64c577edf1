#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "reports/case_text.hpp"
#include "reports/change_points.hpp"
#include "reports/html/heat_map.hpp"
#include "reports/html/sections.hpp"
#include "reports/html/table.hpp"
#include "reports/model/units.hpp"
#include "reports/target_text.hpp"

namespace assay::html {

namespace {

constexpr std::size_t columns_max = 300;  // of one picture: keeps long runs small

struct TimedCase {
  const Case* item;
  const CaseResult* result;
};

/// The target's storage cases with ticks, in the order in which they ran.
std::vector<TimedCase> timed_cases(const Result& result, const std::string& target) {
  std::vector<TimedCase> all;
  for (const CaseResult& measured : result.cases) {
    const Case* item = find_case(result.plan, measured.id);
    if (measured.status != CaseStatus::ok || item == nullptr || item->target != target) continue;
    if (item->storage && !measured.ticks.empty()) all.push_back({item, &measured});
  }
  std::stable_sort(all.begin(), all.end(), [](const TimedCase& a, const TimedCase& b) {
    return a.result->start_s < b.result->start_s;
  });
  return all;
}

std::vector<std::string> group_text(const Case& item) {
  const StorageParameters& storage = *item.storage;
  const std::string size = short_size(storage.block_size_bytes);
  if (storage.durability == Durability::fdatasync) return {"fdatasync", size};
  if (storage.durability == Durability::dsync) return {"O_DSYNC", size};
  if (storage.operation == Operation::mixed) {
    return {"mix", fmt::format("{}/{}", storage.read_percent, 100 - storage.read_percent), size};
  }
  return {storage.pattern == Pattern::sequential ? "seq" : "rand",
          storage.operation == Operation::read ? "read" : "write", size};
}

/// Ticks [first, last) together as one column, with rows of heat_row_bits.
HeatColumn merge_ticks(const std::vector<Tick>& ticks, std::size_t first, std::size_t last) {
  std::map<std::uint32_t, std::uint64_t> counts;
  double total = 0;
  for (std::size_t i = first; i < last; ++i) {
    const SparseHistogram& latency = ticks[i].latency;
    for (const auto& [bucket, count] : latency.buckets) {
      const std::uint64_t lower = histogram_bucket_lower(bucket, latency.sub_bucket_bits);
      counts[histogram_bucket(lower, heat_row_bits)] += count;
      total += static_cast<double>(count);
    }
  }
  HeatColumn column;
  for (const auto& [row, count] : counts) {
    column.shares.emplace_back(row, static_cast<double>(count) / total);
  }
  return column;
}

HeatMap make_map(const Target& target, const std::vector<TimedCase>& cases,
                 std::size_t ticks_per_column) {
  HeatMap map;
  map.id = "heat-" + target.id;
  map.title = "Latency over time, " + target.id;
  for (const TimedCase& timed : cases) {
    HeatBand band{group_text(*timed.item),
                  fmt::format("{}", timed.item->storage->queue_depth),
                  timed.result->start_s,
                  {}};
    const std::vector<Tick>& ticks = timed.result->ticks;
    for (std::size_t i = 0; i < ticks.size(); i += ticks_per_column) {
      band.columns.push_back(merge_ticks(ticks, i, std::min(i + ticks_per_column, ticks.size())));
    }
    map.bands.push_back(std::move(band));
  }
  return map;
}

/// Names the case whose IOPS varied most from second to second: what the eye looks for.
std::string describe(const std::vector<TimedCase>& cases) {
  const TimedCase* slowest = nullptr;
  const TimedCase* varied = nullptr;
  double worst_ratio = 1;
  std::uint64_t max_ns = 0;
  for (const TimedCase& timed : cases) {
    const Metric* iops = find_metric(timed.result->metrics, "iops");
    if (iops != nullptr && iops->spread && iops->spread->min > 0 &&
        iops->spread->max / iops->spread->min > worst_ratio) {
      worst_ratio = iops->spread->max / iops->spread->min;
      varied = &timed;
    }
    for (const Tick& tick : timed.result->ticks) {
      if (tick.latency.max_ns < max_ns) continue;
      max_ns = tick.latency.max_ns;
      slowest = &timed;
    }
  }
  std::string text = fmt::format("{} cases in the order in which they ran. ", cases.size());
  if (slowest != nullptr) {
    text += fmt::format("The slowest I/O took {} ({}). ",
                        format_duration_ns(static_cast<double>(max_ns)), case_text(*slowest->item));
  }
  if (varied != nullptr) {
    text += fmt::format(
        "IOPS varied most from second to second in {}: the best second had {:.2f} "
        "times the IOPS of the worst.",
        case_text(*varied->item), worst_ratio);
  }
  return text;
}

Table tick_table(const std::vector<TimedCase>& cases) {
  Table table{{{"case"},
               {"began", Align::number},
               {"ticks", Align::number},
               {"I/Os", Align::number},
               {"slowest tick", Align::number},
               {"fastest tick", Align::number},
               {"slowest I/O", Align::number}},
              {}};
  for (const TimedCase& timed : cases) {
    std::uint64_t ops = 0;
    std::uint64_t max_ns = 0;
    std::vector<double> rates;
    for (const Tick& tick : timed.result->ticks) {
      ops += tick.ops;
      max_ns = std::max(max_ns, tick.latency.max_ns);
      if (tick.length_s > 0) rates.push_back(static_cast<double>(tick.ops) / tick.length_s);
    }
    const Spread spread = spread_of(rates);
    table.rows.push_back({case_text(*timed.item), fmt::format("{:.1f} s", timed.result->start_s),
                          fmt::format("{}", timed.result->ticks.size()), fmt::format("{}", ops),
                          format_value(spread.min, "1/s"), format_value(spread.max, "1/s"),
                          format_duration_ns(static_cast<double>(max_ns))});
  }
  return table;
}

constexpr double long_series_s = 60;

/// What a long case did as time went on: which part of it counts, and where its rate changed for
/// good. Empty for a short one, and where nothing happened.
std::string series_text(const TimedCase& timed) {
  const std::vector<Tick>& ticks = timed.result->ticks;
  const double length_s = ticks.back().start_s + ticks.back().length_s;
  if (length_s < long_series_s) return {};
  std::string text;
  if (timed.result->window_start_s > 0) {
    text += fmt::format("; counted from {:.0f} to {:.0f} s", timed.result->window_start_s,
                        timed.result->window_end_s);
  }
  std::vector<double> rates;
  rates.reserve(ticks.size());
  for (const Tick& tick : ticks) rates.push_back(static_cast<double>(tick.ops) / tick.length_s);
  for (const ChangePoint& change : change_points(rates)) {
    text += fmt::format("; {} from {} to {} after {:.0f} s",
                        change.mean_after < change.mean_before ? "fell" : "rose",
                        format_value(change.mean_before, "1/s"),
                        format_value(change.mean_after, "1/s"), ticks[change.index].start_s);
  }
  return text.empty() ? text : case_text(*timed.item) + text + ".";
}

}  // namespace

std::string over_time_section(const Document& document) {
  std::string text;
  for (const Target& target : document.result.plan.targets) {
    if (in_measured_set(document.result, target)) continue;
    const std::vector<TimedCase> cases = timed_cases(document.result, target.id);
    std::size_t ticks = 0;
    for (const TimedCase& timed : cases) ticks += timed.result->ticks.size();
    if (ticks == 0) continue;
    const std::size_t per_column = (ticks + columns_max - 1) / columns_max;
    HeatMap map = make_map(target, cases, per_column);
    map.desc = describe(cases);
    const std::string svg = render_heat_map(map);
    if (svg.empty()) continue;
    const std::string width_note =
        per_column == 1 ? "one column a second" : fmt::format("one column {} ticks", per_column);
    text += target_heading(document.result, target) +
            figure("<div class=\"scroll wide\" role=region tabindex=0 aria-label=\"Heat map\">" +
                       svg + "</div>\n",
                   fmt::format("Latency (log scale) of every I/O, {}, cases side by side in the "
                               "order in which they ran. A steady device gives level bands; two "
                               "bands at once are two kinds of I/O; a step is a limit that set in.",
                               width_note),
                   tick_table(cases));
    for (const TimedCase& timed : cases) {
      const std::string series = series_text(timed);
      if (!series.empty()) text += paragraph(series);
    }
  }
  return text;
}

}  // namespace assay::html
