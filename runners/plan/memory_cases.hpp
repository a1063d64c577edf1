#pragma once

#include "reports/model/result.hpp"
#include "runners/plan/suite.hpp"

namespace assay {

/// Appends every combination of a memory row on this host, in the order of the row: workload,
/// threads, working set, pages, nodes. A combination that the host has nothing for (pairs of nodes
/// on a machine with one) is a case with a skip reason. Pure.
void add_memory_cases(Plan& plan, const Host& host, const Suite& suite, const SuiteRow& row,
                      const Target& target);

/// Bytes that a memory case touches at most, for planning.
double planned_memory_bytes(const MemoryParameters& parameters, const Host& host);

}  // namespace assay
