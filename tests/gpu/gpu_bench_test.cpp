#include "bench/gpu/gpu_bench.hpp"

#include <gtest/gtest.h>

#include "kernels/cuda/memory_device.hpp"

namespace assay {
namespace {

CudaInventory inventory_of_two() {
  CudaInventory inventory;
  inventory.built_in = true;
  inventory.devices.resize(2);
  inventory.devices[1].index = 1;
  return inventory;
}

TEST(WhyGpuCannotBeMeasured, tells_the_three_reasons_apart) {
  CudaInventory inventory = inventory_of_two();
  EXPECT_EQ(why_gpu_cannot_be_measured(inventory, 1), "");
  EXPECT_EQ(why_gpu_cannot_be_measured(inventory, 2),
            "there is no GPU 2 among the 2 that CUDA shows");
  inventory.devices[1].unusable_reason = "too old";
  EXPECT_EQ(why_gpu_cannot_be_measured(inventory, 1), "too old");
  inventory.none_reason = "no NVIDIA driver";
  EXPECT_EQ(why_gpu_cannot_be_measured(inventory, 0), "no NVIDIA driver");
}

TEST(QueryCudaDevices, gives_usable_devices_or_the_reason) {
  const CudaInventory inventory = query_cuda_devices();
  std::size_t usable = 0;
  for (const CudaDevice& device : inventory.devices) usable += device.unusable_reason.empty();
  EXPECT_EQ(inventory.none_reason.empty(), usable > 0) << inventory.none_reason;
  EXPECT_EQ(inventory.built_in, inventory.runtime_version > 0);
  RecordProperty("none_reason", inventory.none_reason);
}

TEST(RunGpuCase, skips_a_gpu_that_is_not_there_with_the_reason) {
  constexpr std::uint32_t absent = 1000;
  Case item;
  item.id = "gpu/gpu1000/copy";
  item.duration_s = 1;
  item.gpu = GpuParameters{"copy"};
  const CaseResult result = run_gpu_case(item, absent, {});
  EXPECT_EQ(result.id, item.id);
  EXPECT_EQ(result.status, CaseStatus::skipped);
  EXPECT_EQ(result.reason, why_gpu_cannot_be_measured(query_cuda_devices(), absent));
  EXPECT_FALSE(result.reason.empty());
  EXPECT_TRUE(result.metrics.empty());
}

TEST(OpenCudaDevice, throws_in_words_when_there_is_none) {
  try {
    open_cuda_device(1000);
    FAIL() << "opened GPU 1000";
  } catch (const std::runtime_error& failure) {
    const std::string words = failure.what();
    EXPECT_EQ(words.rfind("open GPU 1000: ", 0), 0U) << words;
    EXPECT_GT(words.size(), std::string("open GPU 1000: ").size());
  }
}

}  // namespace
}  // namespace assay
