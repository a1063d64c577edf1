#include "kernels/cuda/ring_walk.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "bench/gpu/gpu_workloads.hpp"

namespace assay {
namespace {

constexpr std::uint64_t mebi = std::uint64_t{1} << 20;
constexpr std::uint64_t gibi = std::uint64_t{1} << 30;
constexpr std::uint64_t ring_node_bytes = 128;

TEST(RingWalk, goes_on_where_the_launch_before_ended) {
  RingWalk walk(8);
  EXPECT_EQ(walk.begin_launch(5), 0U);
  EXPECT_EQ(walk.position(), 5U);
  EXPECT_EQ(walk.begin_launch(5), 5U);
  EXPECT_EQ(walk.begin_launch(8 * 1'000'000'000ULL), 2U);
  EXPECT_EQ(walk.begin_launch(1), 2U);
}

/// A node is served by the cache when less than the cache's size was loaded since it was last.
TEST(RingWalk, the_cache_serves_no_load_of_a_ring_of_the_chosen_size) {
  constexpr std::uint64_t l2_bytes = 126 * mebi;
  for (const std::string_view name : {"chase", "peer-latency"}) {
    SCOPED_TRACE(name);
    const GpuWorkload& workload = *find_gpu_workload(name);
    const std::uint64_t bytes = gpu_array_bytes(workload, 0, l2_bytes, 179 * gibi);
    const std::uint64_t steps = gpu_task(workload, GpuElement::f32, bytes).accesses;
    const auto nodes = static_cast<std::uint32_t>(bytes / ring_node_bytes);
    RingWalk walk(nodes);
    std::vector<std::uint64_t> loaded(nodes);  // the number of its last load, from 1
    std::uint64_t loads = 1;
    std::uint64_t from_cache = 0;
    for (std::uint64_t launch = 0; launch < 2 * nodes / steps + 1; ++launch) {
      const std::uint32_t begin = walk.begin_launch(steps);
      for (std::uint64_t step = 0; step < steps; ++step, ++loads) {
        std::uint64_t& last = loaded[(begin + step) % nodes];
        if (last != 0 && (loads - last) * ring_node_bytes <= l2_bytes) ++from_cache;
        last = loads;
      }
    }
    EXPECT_EQ(from_cache, 0U);
  }
}

}  // namespace
}  // namespace assay
