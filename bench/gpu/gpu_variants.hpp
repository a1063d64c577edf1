#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/measure/run_control.hpp"
#include "kernels/cuda/memory_device.hpp"
#include "reports/model/result.hpp"

namespace assay {

/// The variants of a kernel that a GPU of this compute capability ("9.0") has; empty for transfers
/// and chase, which have one way only.
std::vector<GpuVariant> gpu_variants(GpuKernel kernel, GpuElement element,
                                     const std::string& compute_capability);

/// "16 B x 4, grid-stride", "cp.async.bulk 16 B x 2, one-shot".
std::string variant_text(const GpuVariant& variant);

/// What a search over variants found.
struct GpuSearch {
  GpuVariant winner;
  std::string log;         // every variant with its rate, the fastest first
  std::string wrong_data;  // not empty: a variant gave a wrong result; the search ended there
};

/// Runs each variant of the prepared task for at least `sample_s` of device time and checks its
/// result, then the three fastest twice more; the winner has the highest median. `launch_bytes` is
/// what one launch counts. Leaves the winner selected. Ends early when a stop is requested.
GpuSearch search_variants(GpuMemoryDevice& device, const std::vector<GpuVariant>& variants,
                          double launch_bytes, double sample_s, const RunControl& control);

}  // namespace assay
