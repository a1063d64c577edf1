#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/gpu/gpu_workloads.hpp"
#include "bench/measure/clock.hpp"
#include "kernels/cuda/memory_device.hpp"

namespace assay {

/// A GPU of known bandwidth that moves a fake clock; what it was asked for is kept for the test.
class FakeGpu final : public GpuMemoryDevice {
 public:
  FakeGpu() {
    device_.name = "Fake GPU";
    device_.l2_bytes = std::uint64_t{50} << 20;
    device_.memory_bus_bits = 5120;
    device_.memory_clock_hz = 2'619'000'000;
    device_.ecc_enabled = true;
  }

  double bytes_per_s = 3e12;
  std::vector<double> slowdowns = {1.0};  // of the runs, one after the other, from the third on
  std::uint64_t check_ns = 1'000'000;
  std::uint64_t free = std::uint64_t{40} << 30;
  std::uint64_t wrong_words = 0;
  std::uint32_t wrong_from_check = 0;
  std::string failure;  // thrown by prepare
  CudaDevice device_;
  FakeClock clock;
  std::uint64_t array_bytes = 0;
  std::uint32_t runs = 0;
  std::uint32_t checks = 0;
  double shortest_sample_s = 1e9;

  const CudaDevice& device() const override { return device_; }
  std::uint64_t free_bytes() override { return free; }

  void prepare(GpuKernel kernel, std::uint64_t bytes, std::uint32_t) override {
    if (!failure.empty()) throw std::runtime_error(failure);
    array_bytes = bytes;
    for (const GpuWorkload& row : all_gpu_workloads()) {
      if (row.kernel == kernel) traffic_arrays_ = row.traffic_arrays;
    }
  }

  double run_s(std::uint32_t launches) override {
    const double slowdown = runs < 2 ? 1.0 : slowdowns[(runs - 2) % slowdowns.size()];
    const double seconds = static_cast<double>(launches) * static_cast<double>(array_bytes) *
                           traffic_arrays_ / bytes_per_s * slowdown;
    if (runs >= 2 && seconds < shortest_sample_s) shortest_sample_s = seconds;
    ++runs;
    advance(static_cast<std::uint64_t>(seconds * 1e9));
    return seconds;
  }

  std::uint64_t count_mismatches() override {
    advance(check_ns);
    return checks++ >= wrong_from_check ? wrong_words : 0;
  }

  std::string shape() const override { return "no blocks"; }

 private:
  void advance(std::uint64_t ns) { clock.advance_to(clock.now_ns() + ns); }

  std::uint32_t traffic_arrays_ = 0;
};

}  // namespace assay
