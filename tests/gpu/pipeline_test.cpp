// Pipelines between real test files and fake GPUs.
#include <algorithm>
#include <chrono>
#include <thread>

#include "tests/gpu/pipeline_fixture.hpp"

namespace assay {
namespace {

TEST_F(Pipelines, EveryBlockThatIsReadComesToTheGpu) {
  Case item = case_of(Operation::read, {1});
  item.duration_s = 2;  // for enough samples beside a pause of the machine
  const CaseResult result = run_measured(item, 1, [this] { link_->opened.clear(); });
  ASSERT_EQ(result.status, CaseStatus::ok) << result.reason;
  const Metric* bandwidth = find_metric(result.metrics, "bandwidth");
  ASSERT_NE(bandwidth, nullptr);
  EXPECT_GT(bandwidth->value, 1e6);
  EXPECT_GE(bandwidth->spread->samples, 5U);
  EXPECT_EQ(find_metric(result.metrics, "flush/time"), nullptr);
  EXPECT_EQ(method_of(result, "pairs"), "one - GPU 1");
  EXPECT_EQ(method_of(result, "checked"), "4 blocks, byte by byte, between storage and GPU");
  EXPECT_EQ(link_->opened, std::vector<int>{1});
  ASSERT_TRUE(result.gpu_states);
  EXPECT_FALSE(result.gpu_states->at(0).unread.empty());  // no NVML, and that is said
}

TEST_F(Pipelines, DrivesRunAtOnceEachWithItsGpu) {
  const CaseResult result = run_measured(case_of(Operation::read, {0, 1}), 2, [] {});
  ASSERT_EQ(result.status, CaseStatus::ok) << result.reason;
  const double all = metric_value(result.metrics, "bandwidth").value_or(0);
  const double one = metric_value(result.metrics, "member/one/bandwidth").value_or(0);
  const double two = metric_value(result.metrics, "member/two/bandwidth").value_or(0);
  EXPECT_GT(one, 0);
  EXPECT_GT(two, 0);
  EXPECT_NEAR(all, one + two, 1e-6 * all);
  EXPECT_EQ(method_of(result, "pairs"), "one - GPU 0, two - GPU 1");
  expect_units_of_the_schema(result);
}

TEST_F(Pipelines, WhatTheGpuHoldsIsWrittenInBlocksThatAllDiffer) {
  std::atomic<std::uint64_t> bytes{0};
  std::atomic<bool> stop{false};
  PipelineLane moving(lane(Operation::write), fake_link(link_));
  std::jthread stopper([&] {
    while (bytes < 2 * file_bytes) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    stop = true;
  });
  EXPECT_EQ(moving.run(stop, bytes), "");
  flush_lane(lane(Operation::write));
  EXPECT_EQ(moving.check(), "");
  // Of four buffers those that no other can have overwritten: all, unless one was long on its way.
  EXPECT_GE(moving.checked(), 1U);
  EXPECT_LE(moving.checked(), 4U);
  EXPECT_EQ(stored_blocks().size(), file_bytes / 4096);
}

TEST_F(Pipelines, AWrittenCaseTellsTheFlush) {
  const CaseResult result = run_measured(case_of(Operation::write, {0}), 1, [] {});
  ASSERT_EQ(result.status, CaseStatus::ok) << result.reason;
  expect_units_of_the_schema(result);
  const Metric* flush = find_metric(result.metrics, "flush/time");
  ASSERT_NE(flush, nullptr);
  EXPECT_GT(flush->value, 100) << "a system call takes more nanoseconds";
}

TEST_F(Pipelines, DataThatChangesOnItsWayFailsTheCase) {
  link_->spoiled_byte = 5000;
  for (const Operation operation : {Operation::read, Operation::write}) {
    const CaseResult result = run(case_of(operation, {0}), 1);
    EXPECT_EQ(result.status, CaseStatus::failed);
    EXPECT_NE(result.reason.find("one: wrong data: what is stored at offset"), std::string::npos)
        << result.reason;
    EXPECT_TRUE(result.metrics.empty());
  }
}

TEST_F(Pipelines, ACopyThatFailsIsAReasonAndEndsTheOtherDrives) {
  link_->failure = "copy a block: unspecified launch failure";
  const CaseResult result = run(case_of(Operation::read, {0, 1}), 2);
  EXPECT_EQ(result.status, CaseStatus::failed);
  EXPECT_NE(result.reason.find("unspecified launch failure"), std::string::npos) << result.reason;
}

TEST_F(Pipelines, AShortReadNamesItsPlace) {
  LaneSpec spec = lane(Operation::read);
  spec.span_bytes *= 2;  // beyond the end of the file
  std::atomic<std::uint64_t> bytes{0};
  const std::atomic<bool> stop{false};
  EXPECT_EQ(PipelineLane(spec, fake_link(link_)).run(stop, bytes),
            "a read of 256k at offset 8388608 moved 0 bytes only");
  // What lies beyond the end comes back at once: up to three reads before it may be on their way.
  EXPECT_LE(bytes, file_bytes);
  EXPECT_GE(bytes, file_bytes - 3 * std::uint64_t{spec.block_bytes});
}

TEST_F(Pipelines, WhatAnotherBufferMayHaveWrittenIsNotCompared) {
  LaneSpec spec = lane(Operation::write);
  spec.span_bytes = 4 * std::uint64_t{block_bytes};
  const auto unlike = [](std::uint32_t, std::byte* to) {
    std::fill_n(to, block_bytes, std::byte{});
  };
  std::uint64_t checked = 0;
  // Of the fifth block and the first, which have one place, the first may have come last.
  EXPECT_EQ(check_last_blocks(spec, std::vector<std::uint64_t>{0, 4}, 5, unlike, checked), "");
  EXPECT_EQ(checked, 0U);
  EXPECT_NE(check_last_blocks(spec, std::vector<std::uint64_t>{1, 4}, 5, unlike, checked), "");
  EXPECT_EQ(checked, 1U);
}

TEST_F(Pipelines, WithoutAGpuTheCaseIsSkippedWithTheReason) {
  const CaseResult result = run(case_of(Operation::read, {7}), 1);
  EXPECT_EQ(result.status, CaseStatus::skipped);
  EXPECT_EQ(result.reason, "there is no GPU 7 among the 2 that CUDA shows");
}

TEST_F(Pipelines, AGpuThatHangsIsGivenUpAndLeftAlone) {
  link_->hangs = true;
  hang_s_ = 0.3;
  GpuBench bench(source());
  const Case item = case_of(Operation::read, {0});
  const auto one = std::span(members_).first(1);
  const CaseResult first = run_pipeline_case(bench, item, one, 3, {});
  EXPECT_EQ(first.status, CaseStatus::failed);
  EXPECT_NE(first.reason.find("GPU 0 hangs"), std::string::npos) << first.reason;
  EXPECT_TRUE(bench.has_hung());
  EXPECT_EQ(run_pipeline_case(bench, item, one, 3, {}).status, CaseStatus::skipped);
  link_->hangs = false;  // lets the thread end
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
}

}  // namespace
}  // namespace assay
