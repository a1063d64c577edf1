#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/model/result.hpp"

namespace assay {

/// One way into the kernel for the same I/O. Empty where the case has no such metric.
struct EngineRow {
  const Case* item = nullptr;
  const CaseResult* measured = nullptr;
  double iops = 0;
  std::optional<double> latency_ns_p50;
  std::optional<double> latency_ns_p99;
  std::optional<double> cpu_ns_per_io;
  std::optional<double> syscalls_per_io;
};

/// Closed loops on one target that ended ok and differ in nothing but engine, polling, O_DIRECT and
/// threads, in the Plan's order, at least two ways.
struct EngineGroup {
  const Target* target = nullptr;
  std::vector<EngineRow> rows;
};

std::vector<EngineGroup> engine_groups(const Result& result);

}  // namespace assay
