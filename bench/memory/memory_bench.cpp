#include "bench/memory/memory_bench.hpp"

#include <chrono>

#include "bench/memory/bandwidth.hpp"
#include "bench/memory/latency.hpp"

namespace assay {

CaseResult run_memory_case(const Case& item, const RunControl& control,
                           std::span<const CpuKernelSet> sets) {
  const auto start = std::chrono::steady_clock::now();
  const std::string& kernel = item.memory->kernel;
  CaseResult result = kernel == "latency" || kernel == "loaded-latency"
                          ? measure_latency(item, control, sets)
                          : measure_bandwidth(item, control, sets);
  result.elapsed_s =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

}  // namespace assay
