#include "bench/gpu/gpu_bench.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "bench/gpu/run_with_deadline.hpp"
#include "tests/gpu/fake_gpu.hpp"
#include "tests/gpu/fake_nvml.hpp"

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

Case copy_case(const std::string& id) {
  Case item;
  item.id = id;
  item.duration_s = 0.2;
  item.gpu = GpuParameters{"copy"};
  return item;
}

TEST(GpuBench, skips_a_gpu_that_is_not_there_with_the_reason) {
  constexpr std::uint32_t absent = 1000;
  const CaseResult result = GpuBench().run(copy_case("gpu/gpu1000/copy"), {absent}, {});
  EXPECT_EQ(result.id, "gpu/gpu1000/copy");
  EXPECT_EQ(result.status, CaseStatus::skipped);
  EXPECT_EQ(result.reason, why_gpu_cannot_be_measured(query_cuda_devices(), absent));
  EXPECT_FALSE(result.reason.empty());
  EXPECT_TRUE(result.metrics.empty());
}

/// GPUs of a test: what `open` gives, and the fake NVML.
GpuSource fake_source(std::function<std::unique_ptr<GpuMemoryDevice>()> open, double hang_s = 60) {
  const auto clock = std::make_shared<std::atomic<std::uint64_t>>(0);
  return {inventory_of_two, [open](int) { return open(); },
          [clock] { return *clock += 50'000'000; }, ASSAY_FAKE_NVML, hang_s};
}

TEST(GpuBench, measures_with_the_gpus_state_beside_the_number) {
  GpuBench bench(fake_source([] { return std::make_unique<FakeGpu>(); }));
  const CaseResult result = bench.run(copy_case("gpu/gpu1/copy"), {1}, {});
  ASSERT_EQ(result.status, CaseStatus::ok) << result.reason;
  EXPECT_NE(find_metric(result.metrics, "bandwidth"), nullptr);
  ASSERT_TRUE(result.gpu_states.has_value());
  ASSERT_EQ(result.gpu_states->size(), 1U);
  EXPECT_EQ(result.gpu_states->at(0).gpu, 1U);
  EXPECT_EQ(result.gpu_states->at(0).unread, "");
  EXPECT_EQ(result.gpu_states->at(0).power_w_max, 250);
  EXPECT_FALSE(bench.has_hung());
}

TEST(GpuBench, without_nvml_a_number_stands_and_says_what_is_missing) {
  GpuSource source = fake_source([] { return std::make_unique<FakeGpu>(); });
  source.nvml_library = "/nothing/libnvidia-ml.so.1";
  const CaseResult result = GpuBench(source).run(copy_case("gpu/gpu0/copy"), {0}, {});
  ASSERT_EQ(result.status, CaseStatus::ok) << result.reason;
  EXPECT_EQ(result.gpu_states->at(0).unread.rfind("load NVML: ", 0), 0U)
      << result.gpu_states->at(0).unread;
}

TEST(GpuBench, ecc_errors_during_a_case_fail_it) {
  class FaultyGpu : public FakeGpu {
   public:
    std::uint64_t count_mismatches() override {
      *FakeNvml().corrected += 1;
      return FakeGpu::count_mismatches();
    }
  };
  GpuBench bench(fake_source([] { return std::make_unique<FaultyGpu>(); }));
  const CaseResult result = bench.run(copy_case("gpu/gpu0/copy"), {0}, {});
  EXPECT_EQ(result.status, CaseStatus::failed);
  EXPECT_NE(result.reason.find("corrected and 0 uncorrected ECC memory errors"), std::string::npos)
      << result.reason;
}

/// A GPU whose launches do not end before the test does.
class HangingGpu : public FakeGpu {
 public:
  explicit HangingGpu(std::shared_future<void> end) : end_(std::move(end)) {}
  double run_s(std::uint32_t launches) override {
    end_.wait();
    return FakeGpu::run_s(launches);
  }

 private:
  std::shared_future<void> end_;
};

TEST(GpuBench, a_gpu_that_hangs_fails_its_case_and_is_left_alone) {
  std::promise<void> end;
  const std::shared_future<void> ended = end.get_future().share();
  std::atomic<int> opened = 0;
  GpuBench bench(fake_source(
      [&]() -> std::unique_ptr<GpuMemoryDevice> {
        if (opened++ == 0) return std::make_unique<HangingGpu>(ended);
        return std::make_unique<FakeGpu>();
      },
      2));
  Case item = copy_case("gpu/gpu0/copy");
  item.duration_s = 0.01;
  const CaseResult hung = bench.run(item, {0}, {});
  EXPECT_EQ(hung.status, CaseStatus::failed);
  EXPECT_EQ(hung.reason.rfind("GPU 0 hangs: the case did not end within 2 s", 0), 0U)
      << hung.reason;
  EXPECT_TRUE(bench.has_hung());
  const CaseResult after = bench.run(item, {0}, {});
  EXPECT_EQ(after.status, CaseStatus::skipped);
  EXPECT_EQ(after.reason, "GPU 0 does not answer any more since gpu/gpu0/copy");
  EXPECT_EQ(bench.run(copy_case("gpu/gpu1/copy"), {1}, {}).status, CaseStatus::ok);
  end.set_value();
}

TEST(GpuBench, several_at_once_give_the_sum_and_each) {
  std::atomic<int> opened = 0;
  GpuBench bench(fake_source([&]() -> std::unique_ptr<GpuMemoryDevice> {
    auto gpu = std::make_unique<FakeGpu>();
    if (opened++ == 0) gpu->bytes_per_s = 1e12;
    return gpu;
  }));
  const CaseResult result = bench.run(copy_case("gpu/all-gpus/copy"), {0, 1}, {});
  ASSERT_EQ(result.status, CaseStatus::ok) << result.reason;
  EXPECT_EQ(result.id, "gpu/all-gpus/copy");
  EXPECT_NEAR(*metric_value(result.metrics, "bandwidth"), 4e12, 10);
  EXPECT_NEAR(*metric_value(result.metrics, "bandwidth/gpu0") +
                  *metric_value(result.metrics, "bandwidth/gpu1"),
              4e12, 10);
  EXPECT_EQ(result.gpu_states->size(), 2U);
}

TEST(GpuBench, one_of_several_that_fails_decides_and_keeps_no_other_waiting) {
  std::atomic<int> opened = 0;
  GpuBench bench(fake_source([&]() -> std::unique_ptr<GpuMemoryDevice> {
    auto gpu = std::make_unique<FakeGpu>();
    if (opened++ == 1) gpu->failure = "out of memory";
    return gpu;
  }));
  EXPECT_THROW(bench.run(copy_case("gpu/all-gpus/copy"), {0, 1}, {}), std::runtime_error);
  EXPECT_FALSE(bench.has_hung());
}

TEST(GpuBench, names_the_link_between_two_gpus) {
  GpuBench bench(fake_source([] { return std::make_unique<FakeGpu>(); }));
  Case item = copy_case("gpu/gpu0/peer-copy/gpu1");
  item.gpu->kernel = "peer-copy";
  item.gpu->peer = 1;
  const CaseResult result = bench.run(item, {0}, {});
  ASSERT_EQ(result.status, CaseStatus::ok) << result.reason;
  EXPECT_EQ(result.method.back(), NamedText("link", "NVLink"));
  item.gpu->peer = 7;
  EXPECT_EQ(bench.run(item, {0}, {}).reason, "there is no GPU 7 among the 2 that CUDA shows");
}

TEST(RunWithDeadline, lets_words_through_and_hears_no_progress_after_the_deadline) {
  EXPECT_THROW(run_with_deadline(
                   [](const RunControl&) -> CaseResult { throw std::runtime_error("no"); }, 10, {}),
               std::runtime_error);
  std::promise<void> late;
  std::promise<void> done;
  const std::shared_future<void> released = late.get_future().share();
  std::atomic<int> heard = 0;
  const RunControl control{nullptr, [&heard](const LiveRates&) { ++heard; }};
  const auto result = run_with_deadline(
      [released, &done](const RunControl& inner) {
        inner.progress({});
        released.wait();
        inner.progress({});
        done.set_value();
        return CaseResult();
      },
      2, control);
  EXPECT_FALSE(result.has_value());
  late.set_value();
  done.get_future().wait();
  EXPECT_EQ(heard, 1);
}

TEST(RunWithDeadline, passes_a_stop_on) {
  const std::atomic<bool> stop = true;
  const auto result = run_with_deadline(
      [](const RunControl& inner) {
        while (!inner.stop_requested()) std::this_thread::yield();
        return CaseResult();
      },
      60, {&stop, {}});
  EXPECT_TRUE(result.has_value());
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
