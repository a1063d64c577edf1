#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/gpu/cufile_session.hpp"
#include "bench/gpu/pipeline_lane.hpp"
#include "bench/gpu/run_with_deadline.hpp"
#include "bench/measure/run_control.hpp"
#include "kernels/cuda/memory_device.hpp"
#include "reports/model/result.hpp"

namespace assay {

/// Why that GPU cannot be measured, and what to do; empty when it can.
std::string why_gpu_cannot_be_measured(const CudaInventory& inventory, std::uint32_t gpu_index);

/// Where GPUs come from: the CUDA ones, or a test's.
struct GpuSource {
  std::function<CudaInventory()> inventory;
  std::function<std::unique_ptr<GpuMemoryDevice>(int index)> open;
  std::function<std::uint64_t()> now_ns;
  std::string nvml_library;
  double hang_s;  // beyond three times the measured time of a case: it hangs
  OpenCopier open_copier = open_cuda_copier;
  CuFileSource cufile = {};
};
GpuSource cuda_source();

/// Owns what is known of the GPUs during a run: which of them hang.
class GpuBench {
 public:
  explicit GpuBench(GpuSource source = cuda_source()) : source_(std::move(source)) {}

  /// Measures one GPU case (`item.gpu` is set) on the GPUs with these CUDA indices: on several all
  /// at once, each by a thread of its own, the bandwidth being the sum. See gpu_case.hpp for how a
  /// number is taken. Without CUDA in the build or without a usable GPU the result is
  /// `skipped` with the reason in words. A case that does not end is `failed`; its GPU is then left
  /// alone, and its further cases are skipped. ECC errors counted during a case make it `failed`.
  /// Throws std::runtime_error in words when an operation on a GPU fails.
  CaseResult run(const Case& item, const std::vector<std::uint32_t>& gpus,
                 const RunControl& control);

  /// Does `work` of a case that uses these GPUs, unless one of them hangs already: then the result
  /// is `skipped`. When it does not end, the result is `failed`, and the GPUs are left alone.
  CaseResult guard(const Case& item, const std::vector<std::uint32_t>& gpus, GpuWork work,
                   const RunControl& control);

  const GpuSource& source() const { return source_; }

  /// Whether a thread still waits for a GPU, so that the process must end without cleaning up.
  bool has_hung() const { return !hung_.empty(); }

 private:
  GpuSource source_;
  std::map<std::uint32_t, std::string> hung_;  // the case that did not end, by CUDA index
};

/// Not measured, and why in words.
CaseResult skipped_case(const Case& item, const std::string& reason);

}  // namespace assay
