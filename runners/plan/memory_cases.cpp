#include "runners/plan/memory_cases.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reports/model/units.hpp"
#include "runners/plan/gpu_cases.hpp"

namespace assay {

namespace {

constexpr std::uint64_t sweep_first_bytes = 16U << 10;  // within L1 of every EC2 processor
constexpr std::uint64_t sweep_last_bytes_min = std::uint64_t{256} << 20;
constexpr const char* one_node =
    "this machine has one NUMA node: the cases without nodes measure the only pair";

/// One value of each list of a row.
struct Choice {
  MemoryParameters parameters;
  std::string skip_reason;
};

std::uint64_t last_cache_bytes(const Host& host) {
  std::uint64_t bytes = 0;
  for (const Cache& cache : host.caches) {
    if (cache.name == "L2" || cache.name == "L3") bytes = std::max(bytes, cache.size_bytes);
  }
  return bytes;
}

std::uint32_t l3_count(const Host& host) {
  for (const Cache& cache : host.caches) {
    if (cache.name == "L3") return cache.count;
  }
  return 0;
}

std::vector<Choice> thread_choices(const Host& host, const MemoryRow& row) {
  std::vector<Choice> choices;
  const auto add = [&](std::uint32_t threads) {
    Choice choice;
    choice.parameters.threads = threads;
    choices.push_back(choice);
  };
  for (const std::uint32_t threads : row.threads) add(threads);
  if (row.thread_sweep) {
    for (std::uint32_t threads = 1; threads < host.cpu.threads; threads *= 2) add(threads);
    add(0);
  }
  if (!row.each_l3) return choices;
  Choice domain;
  domain.parameters.threads = 0;
  domain.parameters.l3_domain = 0;
  const std::uint32_t count = l3_count(host);
  if (count == 0) {
    domain.skip_reason = "this machine does not say which CPUs share an L3 cache";
    choices.push_back(domain);
  }
  for (std::uint32_t i = 0; i < count; ++i) {
    domain.parameters.l3_domain = i;
    choices.push_back(domain);
  }
  return choices;
}

/// `choices` with every value: `set(parameters, value)`.
template <class Value, class Set>
std::vector<Choice> times(const std::vector<Choice>& choices, const std::vector<Value>& values,
                          Set set) {
  std::vector<Choice> all;
  for (const Choice& choice : choices) {
    for (const Value& value : values) {
      all.push_back(choice);
      set(all.back().parameters, value);
    }
  }
  return all;
}

/// Working sets of a row in bytes, or as shares of memory in percent; the other one is 0.
std::vector<std::pair<std::uint64_t, double>> working_sets(const Host& host, const MemoryRow& row) {
  std::vector<std::pair<std::uint64_t, double>> sets;
  for (const std::uint64_t bytes : row.working_sets) sets.emplace_back(bytes, 0.0);
  for (const double percent : row.memory_percents) sets.emplace_back(0, percent);
  if (row.working_set_sweep) {
    const std::uint64_t last = std::max(sweep_last_bytes_min, 4 * last_cache_bytes(host));
    for (std::uint64_t bytes = sweep_first_bytes; bytes < 2 * last; bytes *= 2) {
      sets.emplace_back(bytes, 0.0);
    }
  }
  return sets;
}

std::vector<Choice> node_choices(const Host& host, const std::vector<Choice>& choices) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  for (const NumaNode& from : host.numa_nodes) {
    if (from.cpus.empty()) continue;
    for (const NumaNode& to : host.numa_nodes) {
      if (to.memory_bytes > 0) pairs.emplace_back(from.index, to.index);
    }
  }
  const bool single = host.numa_nodes.size() < 2;
  if (pairs.empty()) pairs.emplace_back(0, 0);
  std::vector<Choice> all =
      times(choices, pairs, [](MemoryParameters& parameters, const auto& pair) {
        parameters.cpu_node = pair.first;
        parameters.memory_node = pair.second;
      });
  for (Choice& choice : all) {
    if (single) choice.skip_reason = one_node;
  }
  return all;
}

std::string id_of(const Target& target, const MemoryParameters& parameters) {
  const std::string count = parameters.threads == 0 ? "all-threads"
                            : parameters.threads == 1
                                ? "1-thread"
                                : fmt::format("{}-threads", parameters.threads);
  std::string id = fmt::format("memory/{}/{}/{}", target.id, parameters.kernel, count);
  if (parameters.l3_domain) id += fmt::format("/l3-{}", *parameters.l3_domain);
  if (parameters.cpu_node) {
    id += fmt::format("/cpus-node{}/memory-node{}", *parameters.cpu_node, *parameters.memory_node);
  }
  if (parameters.working_set_bytes > 0) id += "/" + short_size(parameters.working_set_bytes);
  if (parameters.memory_percent > 0) {
    id += fmt::format("/{:g}-percent-of-memory", parameters.memory_percent);
  }
  if (parameters.pages == MemoryPages::small) id += "/small-pages";
  return id;
}

}  // namespace

void add_memory_cases(Plan& plan, const Host& host, const Suite& suite, const SuiteRow& row,
                      const Target& target) {
  const MemoryRow& memory = row.memory;
  std::vector<Choice> choices = thread_choices(host, memory);
  choices =
      times(choices, working_sets(host, memory), [](MemoryParameters& parameters, const auto& set) {
        parameters.working_set_bytes = set.first;
        parameters.memory_percent = set.second;
      });
  choices = times(choices, memory.pages, [](MemoryParameters& parameters, MemoryPages pages) {
    parameters.pages = pages;
  });
  if (memory.nodes == NodeUse::each_pair) choices = node_choices(host, choices);
  for (const Workload* workload : row.workloads) {
    for (const Choice& choice : choices) {
      Case item = case_for(row, suite, *workload, target);
      item.memory = choice.parameters;
      item.memory->kernel = item.workload;
      if (item.skip_reason.empty()) item.skip_reason = choice.skip_reason;
      item.id = id_of(target, *item.memory);
      plan.cases.push_back(std::move(item));
    }
  }
}

double planned_memory_bytes(const MemoryParameters& parameters, const Host& host) {
  if (parameters.memory_percent > 0) {
    return static_cast<double>(host.memory.total_bytes) * parameters.memory_percent / 100;
  }
  if (parameters.working_set_bytes > 0) return static_cast<double>(parameters.working_set_bytes);
  std::uint64_t cache_bytes = 0;
  for (const Cache& cache : host.caches) {
    if (cache.name != "L2" && cache.name != "L3") continue;
    // One thread fills one of each.
    cache_bytes += cache.size_bytes * (parameters.threads == 1 ? 1 : cache.count);
  }
  return 12.0 * static_cast<double>(cache_bytes);  // at most three arrays of four times the caches
}

}  // namespace assay
