// Runs on a real GPU; skips with the reason where there is none.
#include <gtest/gtest.h>

#include "bench/gpu/gpu_bench.hpp"
#include "bench/gpu/gpu_variants.hpp"
#include "bench/gpu/gpu_workloads.hpp"

namespace assay {
namespace {

constexpr std::uint64_t array_bytes = (std::uint64_t{64} << 20) + 16;  // ends in a partial tile

class GpuDevice : public testing::Test {
 protected:
  void SetUp() override {
    const std::string reason = why_gpu_cannot_be_measured(query_cuda_devices(), 0);
    if (!reason.empty()) GTEST_SKIP() << reason;
  }
};

/// Every variant, because a search that ends early may not meet all of them.
void expect_right_data(GpuMemoryDevice& gpu, const GpuWorkload& workload, GpuElement element) {
  GpuTask task = gpu_task(workload, element, gpu_array_bytes(workload, array_bytes, 1, 1));
  task.passes = 2;
  gpu.prepare(task);
  std::vector<GpuVariant> variants =
      gpu_variants(workload.kernel, element, gpu.device().compute_capability);
  if (variants.empty()) variants = {GpuVariant()};
  for (const GpuVariant& variant : variants) {
    SCOPED_TRACE(variant_text(variant));
    gpu.select(variant);
    EXPECT_GT(gpu.count_mismatches(), 0U) << "before the first run";
    EXPECT_GT(gpu.run_s(3), 0);
    EXPECT_EQ(gpu.count_mismatches(), 0U);
    EXPECT_GT(gpu.count_mismatches(), 0U) << "after a check without a run";
  }
}

TEST_F(GpuDevice, every_variant_gives_the_right_data_and_the_check_sees_stale_ones) {
  const auto gpu = open_cuda_device(0);
  for (const GpuWorkload& workload : all_gpu_workloads()) {
    for (const GpuElement element : {GpuElement::f32, GpuElement::f64}) {
      SCOPED_TRACE(workload.name);
      expect_right_data(*gpu, workload, element);
    }
  }
}

TEST_F(GpuDevice, a_case_gives_a_bandwidth_below_the_peak) {
  Case item;
  item.id = "gpu/gpu0/copy";
  item.warm_up_s = 0.2;
  item.duration_s = 0.5;
  item.gpu = GpuParameters{"copy", 0, {}};
  const CaseResult result = GpuBench().run(item, {0}, {});
  ASSERT_EQ(result.status, CaseStatus::ok) << result.reason;
  EXPECT_TRUE(result.flags.empty()) << result.flags.front();
  ASSERT_NE(find_metric(result.metrics, "bandwidth"), nullptr);
  EXPECT_GT(find_metric(result.metrics, "bandwidth")->value, 0);
}

TEST_F(GpuDevice, an_allocation_that_fails_says_how_much_was_wanted) {
  const auto gpu = open_cuda_device(0);
  try {
    gpu->prepare({GpuKernel::read, GpuElement::f32, std::uint64_t{1} << 50, 1, 1, 0});
    FAIL() << "allocated 1 PiB";
  } catch (const std::runtime_error& failure) {
    EXPECT_NE(std::string(failure.what()).find("allocate 1125899906842624 bytes of device memory"),
              std::string::npos)
        << failure.what();
  }
  gpu->prepare(
      {GpuKernel::copy, GpuElement::f32, array_bytes, 1, 1, 0});  // and the device works on
  EXPECT_GT(gpu->run_s(1), 0);
  EXPECT_EQ(gpu->count_mismatches(), 0U);
}

}  // namespace
}  // namespace assay
