#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>

#include "reports/case_text.hpp"
#include "reports/html/heat_map.hpp"
#include "reports/html/rate_over_time.hpp"
#include "reports/html/sections.hpp"
#include "reports/html/table.hpp"
#include "reports/model/units.hpp"
#include "reports/over_time.hpp"
#include "reports/target_text.hpp"

namespace assay::html {

namespace {

constexpr std::size_t columns_max = 300;  // of one target: keeps long runs small
constexpr std::size_t groups_max = 13;    // of one picture: their labels fit

struct TimedCase {
  const Case* item;
  const CaseResult* result;
};

/// At most three lines: what the I/Os are, their size, and what is out of the ordinary.
std::vector<std::string> group_text(const Case& item) {
  const StorageParameters& storage = *item.storage;
  std::string size = short_size(storage.block_size_bytes);
  if (!storage.block_mix.empty()) size = "sizes mixed";
  if (storage.durability == Durability::fdatasync) return {"fdatasync", size};
  if (storage.durability == Durability::dsync) return {"O_DSYNC", size};
  const char* pattern = storage.pattern == Pattern::random       ? "rand"
                        : storage.pattern == Pattern::sequential ? "seq"
                        : storage.pattern == Pattern::zipf       ? "Zipf"
                                                                 : "cover";
  const std::string mix = fmt::format("{}/{}", storage.read_percent, 100 - storage.read_percent);
  std::vector<std::string> lines = {pattern, storage.operation == Operation::read    ? "read"
                                             : storage.operation == Operation::write ? "write"
                                                                                     : mix};
  const std::string special = storage.arrival != Arrival::closed           ? "at rate"
                              : storage.engine == Engine::pread            ? "pread"
                              : storage.engine == Engine::nvme_passthrough ? "passthrough"
                              : storage.engine == Engine::libaio           ? "libaio"
                              : storage.engine == Engine::other            ? "other"
                              : storage.iopoll                             ? "IOPOLL"
                              : storage.sqpoll                             ? "SQPOLL"
                              : !storage.direct                            ? "cached"
                                                                           : "";
  if (special.empty()) {
    lines.push_back(size);
    return lines;
  }
  return {lines[0] + " " + lines[1], size, special};
}

/// Queue depth, or the rate of an open loop.
std::string load_text(const Case& item) {
  const StorageParameters& storage = *item.storage;
  if (storage.arrival == Arrival::closed) return fmt::format("{}", storage.queue_depth);
  if (storage.rate_percent > 0) return fmt::format("{:g} %", storage.rate_percent);
  return format_count(storage.rate_per_s) + "/s";
}

/// The target's storage cases with ticks, in the order in which they ran; where that was random,
/// those of one kind together by their load.
std::vector<TimedCase> timed_cases(const Result& result, const std::string& target) {
  std::vector<TimedCase> all;
  std::vector<std::vector<std::string>> kinds;
  for (const CaseResult& measured : result.cases) {
    const Case* item = find_case(result.plan, measured.id);
    if (measured.status != CaseStatus::ok || item == nullptr || item->target != target) continue;
    if (!item->storage || measured.ticks.empty()) continue;
    all.push_back({item, &measured});
    const std::vector<std::string> kind = group_text(*item);
    if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) kinds.push_back(kind);
  }
  const auto place = [&](const TimedCase& timed) {
    const StorageParameters& storage = *timed.item->storage;
    return std::tuple(
        std::find(kinds.begin(), kinds.end(), group_text(*timed.item)) - kinds.begin(),
        storage.queue_depth, storage.rate_percent, storage.rate_per_s);
  };
  std::stable_sort(all.begin(), all.end(), [&](const TimedCase& a, const TimedCase& b) {
    return result.plan.random_order ? place(a) < place(b) : a.result->start_s < b.result->start_s;
  });
  return all;
}

/// Cases of at most so many groups side by side that their labels fit into one picture.
std::vector<std::vector<TimedCase>> pictures_of(const std::vector<TimedCase>& cases) {
  std::vector<std::vector<TimedCase>> pictures;
  std::size_t groups = 0;
  for (const TimedCase& timed : cases) {
    const bool same =
        !pictures.empty() && group_text(*pictures.back().back().item) == group_text(*timed.item);
    if (!same) ++groups;
    if (pictures.empty() || groups > groups_max) {
      pictures.emplace_back();
      groups = 1;
    }
    pictures.back().push_back(timed);
  }
  return pictures;
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
    HeatBand band{group_text(*timed.item), load_text(*timed.item), timed.result->start_s, {}, {}};
    const std::vector<Tick>& ticks = timed.result->ticks;
    if (const auto window = counted_window_s(*timed.result)) {
      const double column_s = ticks.front().length_s * static_cast<double>(ticks_per_column);
      band.counted = {window->first / column_s, window->second / column_s};
    }
    for (std::size_t i = 0; i < ticks.size(); i += ticks_per_column) {
      band.columns.push_back(merge_ticks(ticks, i, std::min(i + ticks_per_column, ticks.size())));
    }
    map.bands.push_back(std::move(band));
  }
  return map;
}

/// The best second's rate over the worst's, of what counts; shorter ticks are put together. 1 where
/// there are not two seconds, infinite where nothing completed in one.
double ratio_of_seconds(const CaseResult& measured) {
  constexpr double whole_s = 0.9;
  const auto window = counted_window_s(measured);
  double least = std::numeric_limits<double>::infinity();
  double most = 0;
  double length_s = 0;
  double ops = 0;
  for (const Tick& tick : measured.ticks) {
    const double middle_s = tick.start_s + tick.length_s / 2;
    if (window && (middle_s < window->first || middle_s > window->second)) continue;
    length_s += tick.length_s;
    ops += static_cast<double>(tick.ops);
    if (length_s < whole_s) continue;
    least = std::min(least, ops / length_s);
    most = std::max(most, ops / length_s);
    length_s = 0;
    ops = 0;
  }
  return most > 0 ? most / least : 1;
}

/// Names the case whose IOPS varied most from second to second: what the eye looks for.
std::string describe(const std::vector<TimedCase>& cases) {
  const TimedCase* slowest = nullptr;
  const TimedCase* varied = nullptr;
  double worst_ratio = 1;
  std::uint64_t max_ns = 0;
  for (const TimedCase& timed : cases) {
    const double ratio = ratio_of_seconds(*timed.result);
    if (std::isfinite(ratio) && ratio > worst_ratio) {
      worst_ratio = ratio;
      varied = &timed;
    }
    for (const Tick& tick : timed.result->ticks) {
      if (tick.latency.max_ns < max_ns) continue;
      max_ns = tick.latency.max_ns;
      slowest = &timed;
    }
  }
  std::string text = fmt::format("{} cases. ", cases.size());
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

/// "1.00 s", or "150 ms to 1.00 s".
std::string tick_lengths_text(const std::vector<TimedCase>& cases) {
  double least = std::numeric_limits<double>::infinity();
  double most = 0;
  for (const TimedCase& timed : cases) {
    if (timed.result->ticks.empty()) continue;
    least = std::min(least, timed.result->ticks.front().length_s);
    most = std::max(most, timed.result->ticks.front().length_s);
  }
  const std::string longest = format_duration_ns(most * 1e9);
  const std::string shortest = format_duration_ns(std::min(least, most) * 1e9);
  return shortest == longest ? longest : shortest + " to " + longest;
}

std::string caption_of(const Plan& plan, const std::vector<TimedCase>& cases,
                       std::size_t ticks_per_column) {
  const std::string width = ticks_per_column == 1
                                ? "one column a tick (" + tick_lengths_text(cases) + ")"
                                : fmt::format("one column for {} ticks", ticks_per_column);
  const std::string order =
      plan.random_order
          ? fmt::format("those of one kind together (they ran in random order{})",
                        plan.rounds > 1 ? fmt::format(", in {} parts", plan.rounds) : "")
          : "in the order in which they ran";
  const bool windows = std::any_of(cases.begin(), cases.end(), [](const TimedCase& timed) {
    return counted_window_s(*timed.result).has_value();
  });
  return fmt::format(
      "Latency (log scale) of every I/O, {}, cases side by side, {}; load is the queue depth or "
      "the "
      "offered rate. A steady device gives level "
      "bands; two bands at once are two kinds of I/O; a step is a limit that set in.{}",
      width, order,
      windows ? " Only the ticks between dashed lines count for a case's numbers." : "");
}

/// A heat map of some of a target's cases; `number` from 1.
std::string heat_figure(const Plan& plan, const Target& target, const std::vector<TimedCase>& cases,
                        std::size_t ticks_per_column, std::size_t number) {
  HeatMap map = make_map(target, cases, ticks_per_column);
  if (number > 1) {
    map.id += fmt::format("-{}", number);
    map.title += fmt::format(" ({})", number);
  }
  map.desc = describe(cases);
  std::string svg = render_heat_map(map);
  if (svg.empty()) return svg;
  return figure("<div class=\"scroll wide\" role=region tabindex=0 aria-label=\"Heat map\">" + svg +
                    "</div>\n",
                caption_of(plan, cases, ticks_per_column), tick_table(cases));
}

std::string rate_figures(const std::vector<TimedCase>& cases) {
  std::string figures;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    figures += rate_over_time_figure(*cases[i].item, *cases[i].result, i + 1);
  }
  return figures.empty() ? figures : "<div class=pair>\n" + figures + "</div>\n";
}

}  // namespace

std::string over_time_section(const Document& document) {
  const Plan& plan = document.result.plan;
  std::string text;
  for (const Target& target : plan.targets) {
    if (in_measured_set(document.result, target)) continue;
    const std::vector<TimedCase> cases = timed_cases(document.result, target.id);
    std::size_t ticks = 0;
    for (const TimedCase& timed : cases) ticks += timed.result->ticks.size();
    if (ticks == 0) continue;
    const std::size_t per_column = (ticks + columns_max - 1) / columns_max;
    std::string figures;
    std::size_t number = 0;
    for (const std::vector<TimedCase>& some : pictures_of(cases)) {
      figures += heat_figure(plan, target, some, per_column, ++number);
    }
    figures += rate_figures(cases);
    if (figures.empty()) continue;
    text += target_heading(document.result, target) + figures;
  }
  return text;
}

}  // namespace assay::html
