#pragma once

#include "reports/model/result.hpp"

namespace assay {

/// Adds host memory cases over threads, working sets, L3 domains and pairs of two NUMA nodes.
void add_synthetic_memory(Result& result);

}  // namespace assay
