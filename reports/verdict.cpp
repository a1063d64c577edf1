// The sentence and headline numbers of each target; see summary.hpp.
#include <fmt/format.h>

#include <algorithm>

#include "reports/case_text.hpp"
#include "reports/depth_sweep.hpp"
#include "reports/key_metrics.hpp"
#include "reports/limits/classify.hpp"
#include "reports/memory_groups.hpp"
#include "reports/model/units.hpp"
#include "reports/summary.hpp"
#include "reports/target_text.hpp"

namespace assay {

namespace {

/// The range and how many windows or repetitions it is of, as a headline's detail.
std::vector<std::string> range_details(const std::optional<Spread>& spread,
                                       const std::string& unit) {
  if (!spread || spread->samples < 2) return {};
  return {range_text(*spread, unit), fmt::format("n = {}", spread->samples)};
}

std::string join(const std::vector<std::string>& parts, const char* separator) {
  std::string text;
  for (const std::string& part : parts) {
    if (!text.empty() && !part.empty()) text += separator;
    text += part;
  }
  return text;
}

/// Cases of a target that ended ok and have the metric, with the metric.
struct Found {
  const Case* item;
  const CaseResult* result;
  const Metric* metric;
};

std::vector<Found> find_measured(const Result& result, const std::string& target,
                                 const std::string& metric_name) {
  std::vector<Found> found;
  for (const CaseResult& measured : result.cases) {
    const Case* item = find_case(result.plan, measured.id);
    if (measured.status != CaseStatus::ok || item == nullptr || item->target != target) continue;
    if (item->storage && !item->storage->direct) continue;   // not the speed of the device
    if (item->gpu && item->gpu->array_bytes != 0) continue;  // may be the speed of the cache
    if (item->memory && !is_plain(*item->memory)) continue;  // a cache, another node, ...
    const Metric* metric = find_metric(measured.metrics, metric_name);
    if (metric != nullptr) found.push_back({item, &measured, metric});
  }
  return found;
}

const Found* best_bandwidth(const std::vector<Found>& all, const std::string& workload_or_kernel) {
  const Found* best = nullptr;
  for (const Found& found : all) {
    const Case& item = *found.item;
    const std::string& name = item.memory ? item.memory->kernel
                              : item.gpu  ? item.gpu->kernel
                                          : item.workload;
    if (name != workload_or_kernel) continue;
    if (best == nullptr || found.metric->value > best->metric->value) best = &found;
  }
  return best;
}

/// "then bound by the device": at the highest rate, where that is known and no want of depth.
std::string bound_text(const CaseResult& peak) {
  if (!peak.limit || peak.limit->kind == LimitKind::unknown ||
      peak.limit->kind == LimitKind::queue_depth) {
    return {};
  }
  return "bound by the " + limit_text(peak.limit->kind);
}

void add_sweep(Verdict& verdict, std::vector<std::string>& clauses, const DepthSweep& sweep,
               const std::string& name) {
  if (sweep.points.empty()) return;
  const DepthPoint& peak = sweep.points[peak_index(sweep.points)];
  const std::optional<std::size_t> knee = knee_index(sweep.points);
  const DepthPoint& shown = knee ? sweep.points[*knee] : peak;
  const std::string size = short_size(sweep.block_size_bytes);
  const std::string value = format_value(peak.iops, "1/s");
  const std::string bound = bound_text(*peak.result);
  const std::string p99 =
      shown.latency_ns_p99 ? "p99 " + format_duration_ns(*shown.latency_ns_p99) : "";
  Headline headline{fmt::format("{} {}", name, size), value,
                    range_details(peak.iops_spread, "1/s")};
  if (knee) {
    clauses.push_back(fmt::format("{} {}s reach {}, knee at queue depth {} ({})", size, name, value,
                                  shown.queue_depth,
                                  join({format_value(shown.iops, "1/s"), p99, bound}, ", ")));
    headline.details.push_back(fmt::format("knee at depth {}", shown.queue_depth));
    if (!p99.empty()) headline.details.push_back(p99 + " there");
  } else {
    const bool swept = sweep.points.size() > 1;
    clauses.push_back(join(
        {fmt::format("{} {}s {} {} at queue depth {}{}", size, name, swept ? "reach" : "run at",
                     value, shown.queue_depth, swept ? ", the largest measured" : ""),
         p99, bound},
        ", "));
    headline.details.push_back(fmt::format("at depth {}", shown.queue_depth));
    if (swept) headline.details.emplace_back("no knee up to there");
    if (!p99.empty()) headline.details.push_back(p99);
  }
  if (!bound.empty()) headline.details.push_back(bound);
  verdict.headlines.push_back(std::move(headline));
}

void add_sequential(Verdict& verdict, std::vector<std::string>& clauses, const Result& result) {
  std::vector<Found> all = find_measured(result, verdict.target->id, "bandwidth");
  // Another tool's benchmark may have any name.
  std::erase_if(all, [](const Found& found) { return !found.item->storage; });
  std::vector<std::string> parts;
  for (const char* workload : {"sequential-read", "sequential-write"}) {
    const Found* best = best_bandwidth(all, workload);
    if (best == nullptr) continue;
    const std::string value = format_byte_rate(best->metric->value);
    const char* verb = best->item->storage->operation == Operation::read ? "read" : "write";
    parts.push_back(fmt::format("{} {}", verb, value));
    verdict.headlines.push_back(
        {workload_text(*best->item), value, range_details(best->metric->spread, "B/s")});
  }
  if (!parts.empty()) clauses.push_back("sequential " + join(parts, ", "));
}

void add_commits(Verdict& verdict, std::vector<std::string>& clauses, const Result& result) {
  for (const Found& found : find_measured(result, verdict.target->id, "latency/p50")) {
    if (!found.item->storage || found.item->storage->durability == Durability::none) continue;
    const std::string median = format_duration_ns(found.metric->value);
    const Metric* p99 = find_metric(found.result->metrics, "latency/p99");
    const std::string tail = p99 == nullptr ? "" : "p99 " + format_duration_ns(p99->value);
    const std::string work = workload_text(*found.item);
    verdict.headlines.push_back({work, median, {"p50", tail}});
    clauses.push_back(fmt::format("{} takes {}", work, join({"p50 " + median, tail}, ", ")));
  }
}

void add_memory(Verdict& verdict, std::vector<std::string>& clauses, const Result& result) {
  const std::vector<Found> all = find_measured(result, verdict.target->id, "bandwidth");
  const Found* copy = best_bandwidth(all, "copy");
  for (const char* kernel :
       {"copy", "read", "write", "triad", "host-to-device", "device-to-host"}) {
    const Found* best = best_bandwidth(all, kernel);
    if (best == nullptr) continue;
    const std::string value = format_byte_rate(best->metric->value);
    verdict.headlines.push_back(
        {workload_text(*best->item), value, range_details(best->metric->spread, "B/s")});
    if (best == copy || (copy == nullptr && clauses.empty())) {
      const std::string threads =
          best->item->memory ? fmt::format(" ({})", threads_text(best->item->memory->threads)) : "";
      clauses.push_back(fmt::format("{} reaches {}{}", kernel, value, threads));
    }
  }
  for (const Found& found : find_measured(result, verdict.target->id, "latency/load")) {
    if (!found.item->memory && !found.item->gpu) continue;   // another tool's, of its own meaning
    if (found.item->gpu && found.item->gpu->peer) continue;  // of another GPU's memory
    const std::string value = format_duration_ns(found.metric->value);
    verdict.headlines.push_back(
        {"random load latency", value, range_details(found.metric->spread, "ns")});
    clauses.push_back(fmt::format("a dependent random load takes {}", value));
  }
}

}  // namespace

std::vector<Verdict> verdicts(const Result& result) {
  std::vector<Verdict> all;
  for (const Target& target : result.plan.targets) {
    if (!target.chosen) continue;
    Verdict verdict;
    verdict.target = &target;
    std::vector<std::string> clauses;
    if (target.kind == TargetKind::host_memory || target.kind == TargetKind::gpu) {
      add_memory(verdict, clauses, result);
    } else {
      add_sweep(verdict, clauses, depth_sweep(result, target.id, "random-read"), "random read");
      add_sweep(verdict, clauses, depth_sweep(result, target.id, "random-write"), "random write");
      add_sequential(verdict, clauses, result);
      add_commits(verdict, clauses, result);
    }
    const std::string where = measured_on_text(result, target);
    if (!where.empty() && !clauses.empty()) clauses.insert(clauses.begin(), where);
    if (clauses.empty()) {
      clauses.emplace_back(has_measured_case(result, target)
                               ? "measured, see the key metrics"
                               : "nothing was measured: no case ended ok");
    }
    verdict.sentence = join(clauses, "; ") + ".";
    all.push_back(std::move(verdict));
  }
  return all;
}

}  // namespace assay
