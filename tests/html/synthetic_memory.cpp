#include "tests/html/synthetic_memory.hpp"

#include <fmt/format.h>

#include <cmath>

namespace assay {

namespace {

/// The method entry of a case that may use all CPUs, two to an L3 domain.
std::string threads_of(const Result& result, const MemoryParameters& memory) {
  if (memory.l3_domain)
    return fmt::format("2, on CPUs {}-{}", *memory.l3_domain * 2, *memory.l3_domain * 2 + 1);
  const std::uint32_t threads = memory.threads == 0 ? result.host.cpu.threads : memory.threads;
  return threads == 1 ? "1, on CPUs 0" : fmt::format("{}, on CPUs 0-{}", threads, threads - 1);
}

/// Adds one case with the metrics that are not 0.
void add(Result& result, const std::string& suffix, const MemoryParameters& parameters,
         double bandwidth, double latency_ns) {
  Case item;
  item.id = fmt::format("memory/host-memory/{}/{}", parameters.kernel, suffix);
  item.workload = parameters.kernel;
  item.target = "host-memory";
  item.memory = parameters;
  CaseResult measured;
  measured.id = item.id;
  measured.start_s = 3000 + static_cast<double>(result.cases.size());
  measured.elapsed_s = 2;
  if (latency_ns > 0) {
    measured.metrics.push_back({"latency/load", latency_ns, "ns", Direction::lower_is_better, {}});
  }
  if (bandwidth > 0) {
    measured.metrics.push_back({"bandwidth", bandwidth, "B/s", Direction::higher_is_better, {}});
    measured.method = {{"kernel set", "avx512"}, {"threads", threads_of(result, *item.memory)}};
  }
  result.plan.cases.push_back(item);
  result.cases.push_back(measured);
}

void add_thread_curves(Result& result) {
  for (const std::uint32_t threads : {2U, 4U}) {
    MemoryParameters parameters{"read", threads};
    add(result, fmt::format("{}-threads", threads), parameters, 17.6e9 * std::sqrt(threads), 0);
    parameters.kernel = "copy";
    add(result, fmt::format("{}-threads", threads), parameters, 14.1e9 * std::sqrt(threads), 0);
  }
  for (const std::uint32_t threads : {2U, 4U, 0U}) {
    const double loaded = threads == 0 ? 8 : threads;
    add(result, fmt::format("{}-threads", threads), {"loaded-latency", threads}, 9e9 * (loaded - 1),
        100 + 12 * loaded);
  }
}

void add_working_sets(Result& result) {
  for (std::uint64_t bytes = 16U << 10; bytes <= (256U << 20); bytes *= 2) {
    const double steps = std::log2(static_cast<double>(bytes >> 14));
    MemoryParameters parameters{"read", 1, bytes};
    add(result, fmt::format("1-thread/{}", bytes), parameters, 180e9 / (1 + steps * steps / 16), 0);
    parameters.kernel = "latency";
    add(result, fmt::format("1-thread/{}", bytes), parameters, 0, 1.1 * std::exp2(steps / 2));
  }
}

void add_places(Result& result) {
  for (const std::uint32_t from : {0U, 1U}) {
    for (const std::uint32_t to : {0U, 1U}) {
      const std::string suffix = fmt::format("all-threads/cpus-node{}/memory-node{}", from, to);
      MemoryParameters parameters{"read", 0};
      parameters.cpu_node = from;
      parameters.memory_node = to;
      add(result, suffix, parameters, from == to ? 190e9 : 71e9, 0);
      parameters.kernel = "latency";
      parameters.threads = 1;
      add(result, suffix, parameters, 0, from == to ? 104 : 168);
    }
  }
  for (const std::uint32_t domain : {0U, 1U}) {
    MemoryParameters parameters{"triad", 0};
    parameters.l3_domain = domain;
    add(result, fmt::format("all-threads/l3-{}", domain), parameters, 44e9 - domain * 1e9, 0);
  }
  MemoryParameters small{"copy", 1};
  small.pages = MemoryPages::small;
  add(result, "1-thread/small-pages", small, 9.1e9, 0);
}

}  // namespace

void add_synthetic_memory(Result& result) {
  add_thread_curves(result);
  add_working_sets(result);
  add_places(result);
}

}  // namespace assay
