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

TEST(GpuArrayBytes, of_a_chase_hold_a_power_of_two_of_nodes) {
  const GpuWorkload& chase = *find_gpu_workload("chase");
  EXPECT_EQ(gpu_array_bytes(chase, 3 * mib, 50 * mib, 79 * gib), 2 * mib);
  EXPECT_EQ(gpu_array_bytes(chase, 100 * gib, 50 * mib, 200 * gib), 16 * gib);  // 32-bit words
  EXPECT_EQ(gpu_array_bytes(chase, 0, 50 * mib, 100), 0U);
  EXPECT_EQ(gpu_array_bytes(chase, 0, 50 * mib, 79 * gib), gib);
  EXPECT_EQ(gpu_array_bytes(chase, 0, 160 * mib, 79 * gib), 2 * gib);  // not below 8 x L2
  const GpuWorkload& peer = *find_gpu_workload("peer-latency");
  EXPECT_EQ(gpu_array_bytes(peer, 0, 6 * mib, 79 * gib), 256 * mib);
  EXPECT_EQ(gpu_array_bytes(peer, 0, 50 * mib, 79 * gib), 512 * mib);
}

TEST(GpuTask, goes_through_small_arrays_until_the_start_of_a_launch_does_not_count) {
  const GpuWorkload& copy = *find_gpu_workload("copy");
  EXPECT_EQ(gpu_task(copy, GpuElement::f32, gib).passes, 1U);
  EXPECT_EQ(gpu_task(copy, GpuElement::f32, 8 * mib).passes, 128U);
  EXPECT_EQ(gpu_task(copy, GpuElement::f32, 4096).passes, 4096U);
  EXPECT_EQ(gpu_launch_bytes(copy, gpu_task(copy, GpuElement::f32, 8 * mib)), 2.0 * gib);
  const GpuWorkload& transfer = *find_gpu_workload("host-to-device");
  EXPECT_EQ(gpu_task(transfer, GpuElement::f32, mib).passes, 1U);
  const GpuWorkload& gather = *find_gpu_workload("gather");
  const GpuTask task = gpu_task(gather, GpuElement::f64, 2 * gib);
  EXPECT_EQ(task.accesses, 2 * gib / 8 / 8);
  EXPECT_EQ(gpu_launch_bytes(gather, task), 32.0 * 2 * gib / 8 / 8);
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
