#pragma once

#include <cstdint>
#include <functional>

#include "bench/gpu/gpu_group.hpp"
#include "bench/measure/run_control.hpp"
#include "kernels/cuda/memory_device.hpp"
#include "reports/model/result.hpp"

namespace assay {

/// Each sample is at least this long, in device time, so that the resolution of events (about
/// 0.5 us) and the start of the first launch do not show.
constexpr double gpu_sample_s_min = 5e-3;
constexpr std::uint64_t gpu_samples_min = 30;

/// Measures one GPU case on an opened device. After one checked launch and the warm-up, samples
/// are taken, each of several launches between two events and each checked on the device, until
/// `duration_s` is over and there are 30 samples, but not beyond three times `duration_s`. Wrong
/// data gives `failed` without any number; too little memory for the size asked for gives
/// `skipped`. With `member`, other GPUs are measured at once: this one begins its warm-up with them
/// and goes on, within the three times, until all have their samples; a transfer with the host is
/// then checked after the last sample only, for the check takes far longer than a sample, and the
/// others would have the links to themselves meanwhile. `now_ns` is a monotonic clock. Throws
/// std::runtime_error for an unknown kernel and what the device throws.
CaseResult measure_gpu_case(GpuMemoryDevice& device, const Case& item, const RunControl& control,
                            const std::function<std::uint64_t()>& now_ns,
                            GpuMember* member = nullptr);

}  // namespace assay
