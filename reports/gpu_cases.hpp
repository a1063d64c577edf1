#pragma once

#include <string>
#include <vector>

#include "reports/model/result.hpp"

namespace assay {

/// A GPU case with its result.
struct GpuCase {
  const Case* item = nullptr;
  const CaseResult* measured = nullptr;
};

/// The GPU cases of a target that ended ok, in the Plan's order. Pointers are into the Result.
std::vector<GpuCase> measured_gpu_cases(const Result& result, const std::string& target_id);

/// A GPU case within its target: "copy f64, 4.00 MiB", "host-to-device, node 1, pageable",
/// "peer-copy to gpu1".
std::string gpu_case_text(const Case& item);

/// Whether the case moves data between the host and the GPU.
bool is_host_link(const Case& item);

}  // namespace assay
