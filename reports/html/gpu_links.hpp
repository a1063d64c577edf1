#pragma once

#include <string>
#include <vector>

#include "reports/gpu_cases.hpp"

namespace assay::html {

/// Transfers between the host and a GPU: a bar and a row for each direction, NUMA node, kind of
/// host memory and mover; empty without one.
std::string link_table(const Target& target, const std::vector<GpuCase>& cases);

/// All GPUs at once (the target has members) against each of them alone; empty without a case.
std::string together_table(const Result& result, const Target& target,
                           const std::vector<GpuCase>& cases);

/// NUMA node x GPU, one matrix for each kind of transfer; empty without a bound host buffer.
std::string link_matrices(const Result& result);

/// GPU x GPU: bandwidth and latency, one matrix for each size and mover; empty without a pair.
std::string peer_matrices(const Result& result);

}  // namespace assay::html
