#include "bench/gpu/gpu_workloads.hpp"

#include <gtest/gtest.h>

namespace assay {
namespace {

constexpr std::uint64_t mib = std::uint64_t{1} << 20;
constexpr std::uint64_t gib = std::uint64_t{1} << 30;

TEST(GpuArrayBytes, defeats_the_cache_and_leaves_room) {
  const GpuWorkload& triad = *find_gpu_workload("triad");
  EXPECT_EQ(gpu_array_bytes(triad, 0, 50 * mib, 79 * gib), gib);
  EXPECT_EQ(gpu_array_bytes(triad, 0, 256 * mib, 79 * gib), 2 * gib);  // 8 x L2
  EXPECT_EQ(gpu_array_bytes(triad, 0, 50 * mib, 2 * gib), 512 * mib);  // a quarter of free memory
  EXPECT_EQ(gpu_array_bytes(triad, 0, 50 * mib, 1001), 240U);          // multiple of 16
}

TEST(GpuArrayBytes, is_smaller_for_a_transfer) {
  const GpuWorkload& transfer = *find_gpu_workload("device-to-host");
  EXPECT_EQ(gpu_array_bytes(transfer, 0, 50 * mib, 79 * gib), 256 * mib);
  EXPECT_EQ(gpu_array_bytes(transfer, 0, 50 * mib, 512 * mib), 128 * mib);
}

TEST(GpuArrayBytes, is_what_was_asked_for) {
  const GpuWorkload& copy = *find_gpu_workload("copy");
  EXPECT_EQ(gpu_array_bytes(copy, 8 * mib + 5, 50 * mib, 79 * gib), 8 * mib);
  EXPECT_EQ(gpu_array_bytes(copy, 100 * gib, 50 * mib, 79 * gib), 100 * gib);
}

TEST(GpuWorkloads, are_found_by_name) {
  for (const GpuWorkload& row : all_gpu_workloads()) {
    EXPECT_EQ(find_gpu_workload(row.name), &row);
  }
  EXPECT_EQ(find_gpu_workload("latency"), nullptr);
}

TEST(GpuDerivedPeak, agrees_with_known_boards) {
  CudaDevice h200;
  h200.memory_clock_hz = 3'201'000'000;
  h200.memory_bus_bits = 6144;
  EXPECT_NEAR(gpu_derived_peak(h200), 4917e9, 1e9);
  CudaDevice t4;
  t4.memory_clock_hz = 5'001'000'000;
  t4.memory_bus_bits = 256;
  EXPECT_NEAR(gpu_derived_peak(t4), 320e9, 1e9);
  EXPECT_EQ(gpu_derived_peak(CudaDevice{}), 0);
}

}  // namespace
}  // namespace assay
