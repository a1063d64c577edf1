#pragma once

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/gpu/gpu_workloads.hpp"
#include "bench/measure/clock.hpp"
#include "kernels/cuda/memory_device.hpp"

namespace assay {

/// A GPU of known bandwidth that moves a fake clock; what it was asked for is kept for the test.
class FakeGpu : public GpuMemoryDevice {
 public:
  FakeGpu() {
    device_.name = "Fake GPU";
    device_.compute_capability = "9.0";
    device_.l2_bytes = std::uint64_t{50} << 20;
    device_.memory_bus_bits = 5120;
    device_.memory_clock_hz = 2'619'000'000;
    device_.ecc_enabled = true;
  }

  double bytes_per_s = 3e12;
  double chase_ns = 600;
  int unreachable_peer = -1;
  std::vector<double> slowdowns = {1.0};           // of the measured runs, one after the other
  std::function<double(const GpuVariant&)> speed;  // factor of the bandwidth
  std::function<bool(const GpuVariant&)> wrong_variant;  // whose result is wrong
  GpuTask task;
  GpuVariant selected;
  std::uint32_t selections = 0;
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

  bool can_access(int peer) override { return peer != unreachable_peer; }

  void prepare(const GpuTask& wanted) override {
    if (!failure.empty()) throw std::runtime_error(failure);
    task = wanted;
    array_bytes = task.array_bytes;
    for (const GpuWorkload& row : all_gpu_workloads()) {
      if (row.kernel == task.kernel) launch_bytes_ = gpu_launch_bytes(row, task);
    }
    select({});
  }

  void select(const GpuVariant& variant) override {
    selected = variant;
    ++selections;
    runs_of_selection_ = 0;
  }

  double run_s(std::uint32_t launches) override {
    ++runs;
    const bool measured = ++runs_of_selection_ > 3;  // a search makes three runs
    const double slowdown = measured ? slowdowns[(runs_of_selection_ - 4) % slowdowns.size()] : 1.0;
    double seconds = launches * launch_bytes_ / bytes_per_s * slowdown;
    if (task.accesses > 0 && launch_bytes_ == 0) {
      seconds = launches * static_cast<double>(task.accesses) * chase_ns / 1e9;
    }
    if (speed) seconds /= speed(selected);
    if (measured && seconds < shortest_sample_s) shortest_sample_s = seconds;
    advance(static_cast<std::uint64_t>(seconds * 1e9));
    return seconds;
  }

  std::uint64_t count_mismatches() override {
    advance(check_ns);
    if (wrong_variant && wrong_variant(selected)) return 1;
    return checks++ >= wrong_from_check ? wrong_words : 0;
  }

  std::string shape() const override { return "no blocks"; }

 private:
  void advance(std::uint64_t ns) { clock.advance_to(clock.now_ns() + ns); }

  double launch_bytes_ = 0;
  std::uint32_t runs_of_selection_ = 0;
};

}  // namespace assay
