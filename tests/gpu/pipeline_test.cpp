// Pipelines between real test files and fake GPUs.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <set>
#include <thread>

#include "bench/gpu/pipeline_case.hpp"
#include "bench/measure/not_applicable.hpp"
#include "tests/gpu/fake_copier.hpp"

namespace assay {
namespace {

constexpr std::uint64_t file_bytes = 8U << 20;
constexpr std::uint32_t block_bytes = 256U << 10;

std::uint64_t now_ns() {
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch() /
                                    std::chrono::nanoseconds(1));
}

/// Two test files on the file system of the build, which is on a disk; /tmp often is not.
class Pipelines : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::current_path() / "assay-pipeline-XXXXXX").string();
    directory_ = mkdtemp(name.data());
    try {
      for (const char* id : {"one", "two"}) {
        Target target;
        target.id = id;
        target.path = directory_;
        target.chosen = true;
        target.span_bytes = file_bytes;
        sessions_.emplace_back(std::make_unique<StorageSession>(target, 7, RunControl{}));
        members_.push_back(sessions_.back().get());
      }
    } catch (const std::exception& error) {
      GTEST_SKIP() << "no direct I/O through io_uring here: " << error.what();
    }
  }
  void TearDown() override {
    if (!directory_.empty()) std::filesystem::remove_all(directory_);
  }

  GpuSource source() const {
    CudaInventory inventory;
    inventory.built_in = true;
    inventory.devices.resize(2);
    inventory.devices[1].index = 1;
    return {[inventory] { return inventory; },
            [](int) -> std::unique_ptr<GpuMemoryDevice> { return nullptr; },
            now_ns,
            "libno-such-nvml.so",
            hang_s_,
            fake_link(link_)};
  }

  static Case case_of(Operation operation, std::vector<std::uint32_t> gpus) {
    Case item;
    item.id = "pipeline/test";
    item.duration_s = 0.2;
    item.pipeline = PipelineParameters{operation, block_bytes, 4, std::move(gpus)};
    return item;
  }

  CaseResult run(const Case& item, std::size_t members) {
    GpuBench bench(source());
    return run_pipeline_case(bench, item, std::span(members_).first(members), 3, {});
  }

  LaneSpec lane(Operation operation) const {
    StorageParameters parameters;
    parameters.operation = operation;
    const int fd = dup(sessions_.front()->access(parameters).fd);
    return {std::make_shared<const FileHandle>(fd), file_bytes, operation, block_bytes, 4, 0, 11};
  }

  std::shared_ptr<FakeLink> link_ = std::make_shared<FakeLink>();
  double hang_s_ = 60;
  std::string directory_;
  std::vector<std::unique_ptr<StorageSession>> sessions_;
  std::vector<StorageSession*> members_;
};

std::string method_of(const CaseResult& result, const std::string& name) {
  for (const NamedText& entry : result.method) {
    if (entry.first == name) return entry.second;
  }
  return "";
}

TEST_F(Pipelines, EveryBlockThatIsReadComesToTheGpu) {
  const CaseResult result = run(case_of(Operation::read, {1}), 1);
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
  const CaseResult result = run(case_of(Operation::read, {0, 1}), 2);
  ASSERT_EQ(result.status, CaseStatus::ok) << result.reason;
  const double all = metric_value(result.metrics, "bandwidth").value_or(0);
  const double one = metric_value(result.metrics, "member/one/bandwidth").value_or(0);
  const double two = metric_value(result.metrics, "member/two/bandwidth").value_or(0);
  EXPECT_GT(one, 0);
  EXPECT_GT(two, 0);
  EXPECT_NEAR(all, one + two, 1e-6 * all);
  EXPECT_EQ(method_of(result, "pairs"), "one - GPU 0, two - GPU 1");
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
  moving.flush();
  EXPECT_EQ(moving.check(), "");
  EXPECT_EQ(moving.checked(), 4U);
  const AlignedMemory stored(file_bytes);
  const LaneSpec spec = lane(Operation::read);
  ASSERT_EQ(pread(spec.file->get(), stored.bytes().data(), file_bytes, 0),
            static_cast<ssize_t>(file_bytes));
  std::set<std::string> blocks;
  for (std::uint64_t at = 0; at < file_bytes; at += 4096) {
    blocks.insert({reinterpret_cast<const char*>(stored.bytes().data() + at), 4096});
  }
  EXPECT_EQ(blocks.size(), file_bytes / 4096);
}

TEST_F(Pipelines, AWrittenCaseTellsTheFlush) {
  const CaseResult result = run(case_of(Operation::write, {0}), 1);
  ASSERT_EQ(result.status, CaseStatus::ok) << result.reason;
  EXPECT_NE(find_metric(result.metrics, "flush/time"), nullptr);
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
