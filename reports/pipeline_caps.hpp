#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/model/result.hpp"

namespace assay {

/// What a pipeline cannot exceed, as other cases of the same run measured it.
struct PipelineCap {
  std::string name;  // "drives", "host link", "half of host memory"
  double bytes_per_s = 0;
  std::string measured;  // the cases that tell it
};

/// A pipeline case that ended ok, and its caps in that order; those that the run did not measure
/// are left out.
struct PipelineOutcome {
  const Case* item = nullptr;
  const CaseResult* measured = nullptr;
  double bytes_per_s = 0;
  /// How its data went: "bounce" (io_uring and page-locked host memory), or, where cuFile was asked
  /// for, what the method of the result says it did: "p2pdma", "nvidia-fs", "compat", "mixed",
  /// "unknown".
  std::string path;
  std::vector<PipelineCap> caps;

  /// The lowest cap, or nullptr where none is known.
  const PipelineCap* lowest() const;
};

/// PipelineOutcome::path of a pipeline case.
std::string pipeline_path(const Case& item, const CaseResult& measured);

enum class HostMemoryUse { yes, no, unknown };

/// Whether data that go by a PipelineOutcome's path pass host memory.
HostMemoryUse host_memory_use(const std::string& path);

/// Caps: the drives' highest sequential rate in the same direction (all at once where that was
/// measured, else the sum of each); the pinned host-to-device (device-to-host) rate of the GPUs,
/// summed; half of the read bandwidth of host memory by all threads, because each byte passes it
/// twice, written by one side and read by the other, which counts only where the data are known to
/// pass it. Pointers are into the Result.
std::vector<PipelineOutcome> pipeline_outcomes(const Result& result);

}  // namespace assay
