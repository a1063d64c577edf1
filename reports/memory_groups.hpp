#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/model/result.hpp"

namespace assay {

/// Whether a case measures memory as an ordinary program meets it: beyond the caches, huge pages,
/// nothing bound to a node or L3 domain, no load beside it. Only such a case speaks for the
/// machine.
bool is_plain(const MemoryParameters& memory);

/// One value of a curve, with the case it is from.
struct MemoryPoint {
  double x = 0;  // threads, or bytes
  double value = 0;
  const CaseResult* measured = nullptr;
};

/// One metric of the cases that differ in one parameter alone: at least three of them, x ascending.
struct MemoryCurve {
  std::string label;   // kernel, and what else tells curves of one chart apart
  std::string metric;  // bandwidth or latency/load
  std::vector<MemoryPoint> points;
};

/// One metric of one kernel for each pair of the CPUs of a node and the memory of a node.
struct NodeMatrix {
  std::string title;  // "read, all threads", "read, all threads, 16m"
  std::string metric;
  std::vector<std::uint32_t> cpu_nodes;     // rows
  std::vector<std::uint32_t> memory_nodes;  // columns
  std::vector<std::vector<std::optional<double>>> values;
};

/// Metric over the number of threads, for each kernel; "all threads" counts as many as ran.
/// Loaded latency has two curves, of its latency and of what the others read.
std::vector<MemoryCurve> thread_curves(const Result& result, const std::string& target);

/// Metric over the working set, for each kernel and number of threads.
std::vector<MemoryCurve> working_set_curves(const Result& result, const std::string& target);

/// In the order of the Result; none on a machine with one node.
std::vector<NodeMatrix> node_matrices(const Result& result, const std::string& target);

/// Cases that ended ok of single L3 domains, in the order of the Result.
std::vector<const CaseResult*> l3_cases(const Result& result, const std::string& target);

/// Whether a case is shown by one of the four above and need not stand among the others.
bool in_memory_group(const Result& result, const Case& item);

}  // namespace assay
