#include "reports/pipeline_caps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

#include "reports/case_key.hpp"
#include "reports/case_text.hpp"
#include "reports/memory_groups.hpp"

namespace assay {

namespace {

struct Fastest {
  double bytes_per_s = 0;
  std::string case_id;
};

/// Of the cases that ended ok and are wanted, the one with the highest bandwidth.
std::optional<Fastest> fastest_of(const Result& result,
                                  const std::function<bool(const Case&)>& wanted) {
  std::optional<Fastest> best;
  for (const CaseResult& measured : result.cases) {
    const Case* item = find_case(result.plan, measured.id);
    if (measured.status != CaseStatus::ok || item == nullptr || !wanted(*item)) continue;
    const auto bandwidth = metric_value(measured.metrics, "bandwidth");
    if (bandwidth && (!best || *bandwidth > best->bytes_per_s)) best = {*bandwidth, measured.id};
  }
  return best;
}

/// Their sum, where each is there.
std::optional<PipelineCap> sum_of(const std::string& name,
                                  const std::vector<std::optional<Fastest>>& each) {
  PipelineCap cap;
  cap.name = name;
  for (const auto& one : each) {
    if (!one) return std::nullopt;
    cap.bytes_per_s += one->bytes_per_s;
    cap.measured += (cap.measured.empty() ? "" : " + ") + one->case_id;
  }
  if (each.empty()) return std::nullopt;
  return cap;
}

std::optional<Fastest> fastest_sequential(const Result& result, const std::string& target,
                                          Operation operation) {
  return fastest_of(result, [&](const Case& item) {
    return item.target == target && item.storage && item.storage->operation == operation &&
           item.storage->pattern == Pattern::sequential &&
           item.storage->durability == Durability::none &&
           item.storage->arrival == Arrival::closed && item.storage->direct;
  });
}

std::optional<PipelineCap> drives_cap(const Result& result, const Case& item) {
  const Operation operation = item.pipeline->operation;
  std::vector<std::optional<Fastest>> each{fastest_sequential(result, item.target, operation)};
  const Target* target = find_target(result.plan, item.target);
  if (!each.front() && target != nullptr && !target->members.empty()) {
    each.clear();
    for (const std::string& member : target->members) {
      each.push_back(fastest_sequential(result, member, operation));
    }
  }
  return sum_of("drives", each);
}

std::optional<PipelineCap> link_cap(const Result& result, const Case& item) {
  const bool read = item.pipeline->operation == Operation::read;
  const std::string kernel = read ? "host-to-device" : "device-to-host";
  std::vector<std::optional<Fastest>> each;
  for (const std::uint32_t gpu : std::set(item.pipeline->gpus.begin(), item.pipeline->gpus.end())) {
    each.push_back(fastest_of(result, [&](const Case& one) {
      return one.gpu && one.target == fmt::format("gpu{}", gpu) && one.gpu->kernel == kernel &&
             one.gpu->host_buffer == HostBuffer::pinned && one.gpu->mover == Mover::copy_engine;
    }));
  }
  return sum_of("host link", each);
}

std::optional<PipelineCap> memory_cap(const Result& result) {
  const std::optional<Fastest> read = fastest_of(result, [](const Case& one) {
    return one.memory && one.memory->kernel == "read" && one.memory->threads == 0 &&
           is_plain(*one.memory);
  });
  if (!read) return std::nullopt;
  return PipelineCap{"half of host memory", read->bytes_per_s / 2, read->case_id};
}

}  // namespace

std::string pipeline_path(const Case& item, const CaseResult& measured) {
  return is_cufile(*item.pipeline) ? method_text(measured, "path", "unknown") : "bounce";
}

HostMemoryUse host_memory_use(const std::string& path) {
  if (path == "bounce" || path == "compat") return HostMemoryUse::yes;
  return path == "p2pdma" || path == "nvidia-fs" ? HostMemoryUse::no : HostMemoryUse::unknown;
}

const PipelineCap* PipelineOutcome::lowest() const {
  const auto least = std::min_element(
      caps.begin(), caps.end(),
      [](const PipelineCap& a, const PipelineCap& b) { return a.bytes_per_s < b.bytes_per_s; });
  return least == caps.end() ? nullptr : &*least;
}

std::vector<PipelineOutcome> pipeline_outcomes(const Result& result) {
  std::vector<PipelineOutcome> outcomes;
  for (const Case& item : result.plan.cases) {
    if (!item.pipeline) continue;
    const auto measured = std::find_if(result.cases.begin(), result.cases.end(),
                                       [&](const CaseResult& one) { return one.id == item.id; });
    if (measured == result.cases.end() || measured->status != CaseStatus::ok) continue;
    const auto bandwidth = metric_value(measured->metrics, "bandwidth");
    if (!bandwidth) continue;
    PipelineOutcome outcome{&item, &*measured, *bandwidth, pipeline_path(item, *measured), {}};
    const bool passes_memory = host_memory_use(outcome.path) == HostMemoryUse::yes;
    for (const auto& cap : {drives_cap(result, item), link_cap(result, item),
                            passes_memory ? memory_cap(result) : std::nullopt}) {
      if (cap) outcome.caps.push_back(*cap);
    }
    outcomes.push_back(std::move(outcome));
  }
  return outcomes;
}

}  // namespace assay
