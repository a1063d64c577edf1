#include "reports/memory_groups.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <map>

#include "reports/case_text.hpp"
#include "reports/model/units.hpp"

namespace assay {

namespace {

constexpr std::size_t curve_points_min = 3;
constexpr const char* metrics[] = {"bandwidth", "latency/load"};

struct Measured {
  const Case* item;
  const CaseResult* result;
};

/// The target's memory cases that ended ok.
std::vector<Measured> measured_cases(const Result& result, const std::string& target) {
  std::vector<Measured> all;
  for (const CaseResult& measured : result.cases) {
    const Case* item = find_case(result.plan, measured.id);
    if (measured.status != CaseStatus::ok || item == nullptr || !item->memory) continue;
    if (item->target == target) all.push_back({item, &measured});
  }
  return all;
}

/// Of "all threads" as many as ran, which the method tells ("4, on CPUs 0-3"): a run may be allowed
/// fewer CPUs than the host has.
double thread_count(const Result& result, const Measured& one) {
  if (one.item->memory->threads != 0) return one.item->memory->threads;
  const double ran = std::strtod(method_text(*one.result, "threads", "").c_str(), nullptr);
  return ran >= 1 ? ran : result.host.cpu.threads;
}

/// Curves of cases that agree in `label`, in the order in which labels appear; cases for which it
/// is empty are left out.
std::vector<MemoryCurve> curves(const Result& result, const std::string& target,
                                const std::function<std::string(const MemoryParameters&)>& label,
                                const std::function<double(const Measured&)>& x) {
  std::vector<MemoryCurve> all;
  for (const Measured& one : measured_cases(result, target)) {
    const std::string name = label(*one.item->memory);
    if (name.empty()) continue;
    for (const char* metric : metrics) {
      const Metric* found = find_metric(one.result->metrics, metric);
      if (found == nullptr) continue;
      const auto same = std::find_if(all.begin(), all.end(), [&](const MemoryCurve& curve) {
        return curve.label == name && curve.metric == metric;
      });
      MemoryCurve& curve = same != all.end() ? *same : all.emplace_back();
      curve.label = name;
      curve.metric = metric;
      curve.points.push_back({x(one), found->value, one.result});
    }
  }
  for (MemoryCurve& curve : all) {
    std::stable_sort(curve.points.begin(), curve.points.end(),
                     [](const MemoryPoint& a, const MemoryPoint& b) { return a.x < b.x; });
    const auto repeated =
        std::unique(curve.points.begin(), curve.points.end(),
                    [](const MemoryPoint& a, const MemoryPoint& b) { return a.x == b.x; });
    curve.points.erase(repeated, curve.points.end());
  }
  std::erase_if(all,
                [](const MemoryCurve& curve) { return curve.points.size() < curve_points_min; });
  return all;
}

bool is_placed(const MemoryParameters& memory) {
  return memory.cpu_node || memory.memory_node || memory.l3_domain;
}

std::string pages_text(const MemoryParameters& memory) {
  return memory.pages == MemoryPages::small ? ", small pages" : "";
}

/// What sets a placed case apart from others of its kernel and place.
std::string extent_text(const MemoryParameters& memory) {
  std::string text;
  if (memory.working_set_bytes > 0) text += ", " + short_size(memory.working_set_bytes);
  if (memory.memory_percent > 0) text += fmt::format(", {:g} % of memory", memory.memory_percent);
  return text + pages_text(memory);
}

std::string thread_curve_label(const MemoryParameters& memory) {
  if (is_placed(memory) || memory.working_set_bytes > 0 || memory.memory_percent > 0) return {};
  return memory.kernel + pages_text(memory);
}

std::string working_set_label(const MemoryParameters& memory) {
  if (is_placed(memory) || memory.working_set_bytes == 0) return {};
  return fmt::format("{}, {}{}", memory.kernel, threads_text(memory.threads), pages_text(memory));
}

bool holds(const std::vector<MemoryCurve>& all, const std::string& id) {
  return std::any_of(all.begin(), all.end(), [&](const MemoryCurve& curve) {
    return std::any_of(curve.points.begin(), curve.points.end(),
                       [&](const MemoryPoint& point) { return point.measured->id == id; });
  });
}

std::size_t index_in(std::vector<std::uint32_t>& nodes, std::uint32_t node) {
  const auto at = std::find(nodes.begin(), nodes.end(), node);
  if (at != nodes.end()) return static_cast<std::size_t>(at - nodes.begin());
  nodes.push_back(node);
  return nodes.size() - 1;
}

void put(NodeMatrix& matrix, const MemoryParameters& memory, double value) {
  const std::size_t row = index_in(matrix.cpu_nodes, *memory.cpu_node);
  const std::size_t column = index_in(matrix.memory_nodes, *memory.memory_node);
  matrix.values.resize(std::max(matrix.values.size(), row + 1));
  for (auto& values : matrix.values) values.resize(matrix.memory_nodes.size());
  matrix.values[row][column] = value;
}

}  // namespace

bool is_plain(const MemoryParameters& memory) {
  return !is_placed(memory) && memory.working_set_bytes == 0 && !(memory.memory_percent > 0) &&
         memory.pages == MemoryPages::huge && memory.kernel != "loaded-latency";
}

std::vector<MemoryCurve> thread_curves(const Result& result, const std::string& target) {
  return curves(result, target, thread_curve_label,
                [&](const Measured& one) { return thread_count(result, one); });
}

std::vector<MemoryCurve> working_set_curves(const Result& result, const std::string& target) {
  return curves(result, target, working_set_label, [](const Measured& one) {
    return static_cast<double>(one.item->memory->working_set_bytes);
  });
}

std::vector<NodeMatrix> node_matrices(const Result& result, const std::string& target) {
  std::vector<NodeMatrix> all;
  for (const Measured& one : measured_cases(result, target)) {
    const MemoryParameters& memory = *one.item->memory;
    if (!memory.cpu_node || !memory.memory_node) continue;
    std::string title =
        fmt::format("{}, {}{}", memory.kernel, threads_text(memory.threads), extent_text(memory));
    for (const char* metric : metrics) {
      const Metric* found = find_metric(one.result->metrics, metric);
      if (found == nullptr) continue;
      const auto same = std::find_if(all.begin(), all.end(), [&](const NodeMatrix& matrix) {
        return matrix.title == title && matrix.metric == metric;
      });
      NodeMatrix& matrix = same != all.end() ? *same : all.emplace_back();
      matrix.title = title;
      matrix.metric = metric;
      put(matrix, memory, found->value);
    }
  }
  return all;
}

std::vector<const CaseResult*> l3_cases(const Result& result, const std::string& target) {
  std::vector<const CaseResult*> all;
  for (const Measured& one : measured_cases(result, target)) {
    if (one.item->memory->l3_domain) all.push_back(one.result);
  }
  return all;
}

bool in_memory_group(const Result& result, const Case& item) {
  const MemoryParameters& memory = *item.memory;
  if (is_placed(memory)) return true;
  if (is_plain(memory) && memory.threads <= 1) return false;
  return holds(thread_curves(result, item.target), item.id) ||
         holds(working_set_curves(result, item.target), item.id);
}

}  // namespace assay
