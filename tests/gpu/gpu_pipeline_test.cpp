// Pipelines between real test files and a real GPU, by cuFile where that is installed; skips with
// the reason where there is none.
#include <fmt/format.h>

#include <thread>

#include "bench/measure/not_applicable.hpp"
#include "bench/measure/random.hpp"
#include "kernels/cuda/device_blocks.hpp"
#include "tests/gpu/pipeline_fixture.hpp"

namespace assay {
namespace {

class GpuPipelines : public Pipelines {
 protected:
  void SetUp() override {
    const std::string reason = why_gpu_cannot_be_measured(query_cuda_devices(), 0);
    if (!reason.empty()) GTEST_SKIP() << reason;
    Pipelines::SetUp();
  }
  GpuSource source() const override { return cuda_source(); }

  static void expect_whole(const CaseResult& result) {
    ASSERT_EQ(result.status, CaseStatus::ok) << result.reason;
    EXPECT_GT(metric_value(result.metrics, "bandwidth").value_or(0), 0);
    EXPECT_NE(method_of(result, "checked")[0], '0');
  }
};

TEST_F(GpuPipelines, Bounce) {
  expect_whole(run(case_of(Operation::read, {0}), 1));
  expect_whole(run(case_of(Operation::write, {0}), 1));
  EXPECT_EQ(stored_blocks().size(), file_bytes / 4096);
}

TEST_F(GpuPipelines, CuFile) {
  for (const Operation operation : {Operation::read, Operation::write}) {
    Case item = case_of(operation, {0});
    item.pipeline->path = PipelinePath::cufile;
    item.duration_s = 1;
    try {
      const CaseResult result = run(item, 1);
      expect_whole(result);
      for (const NamedText& entry : result.method) {
        fmt::print("{}: {}\n", entry.first, entry.second);
      }
    } catch (const NotApplicable& reason) {
      GTEST_SKIP() << reason.what();
    }
  }
  EXPECT_EQ(stored_blocks().size(), file_bytes / 4096);
}

TEST_F(GpuPipelines, BlocksKeepWhatIsPutIntoThem) {
  constexpr std::uint32_t size = 8192;
  const auto blocks = open_device_blocks(0, size, 3);
  EXPECT_EQ(blocks->size_bytes(), 2U << 20);  // a page of its own
  std::vector<std::byte> wanted(size);
  fill_incompressible(wanted, 1);
  std::vector<std::byte> zeros(size);
  blocks->fill(0, zeros.data());
  blocks->fill(2, zeros.data());
  std::jthread([&] {
    blocks->attach();
    blocks->fill(1, wanted.data());
    std::vector<std::byte> stamps(size, std::byte{0xFF});
    stamp_unique(stamps.data(), size, 42);
    blocks->stamp(1, stamps.data());
  }).join();
  stamp_unique(wanted.data(), size, 42);  // the first 8 bytes of each 4 KiB, and no more
  std::vector<std::byte> found(size);
  blocks->fetch(1, found.data());
  EXPECT_EQ(found, wanted);
  for (const std::uint32_t other : {0U, 2U}) {
    blocks->fetch(other, found.data());
    EXPECT_EQ(found, zeros);
  }
  EXPECT_THROW(open_device_blocks(0, 1U << 30, 1U << 20), std::runtime_error);  // 1 PiB
}

}  // namespace
}  // namespace assay
