#include <gtest/gtest.h>

#include <cerrno>

#include "bench/storage/storage_metrics.hpp"

namespace assay {
namespace {

LoopResult loop_of(std::uint64_t ios, std::uint64_t latency_ns) {
  LoopResult loop;
  for (std::uint64_t i = 0; i < ios; ++i) loop.reads.record(latency_ns);
  loop.ops = ios;
  loop.bytes = ios * 4096;
  loop.measured_s = 2;
  loop.ticks = {{0, 1, ios / 4, ios / 4 * 4096, {}}, {1, 1, ios * 3 / 4, ios * 3 / 4 * 4096, {}}};
  loop.finished = true;
  return loop;
}

StorageParameters depth_one() {
  return {Operation::read, Pattern::random, 4096, 1, 100, Durability::none};
}

double value(const CaseResult& result, const std::string& name) {
  const Metric* metric = find_metric(result.metrics, name);
  return metric == nullptr ? -1 : metric->value;
}

TEST(StorageMetrics, RatesAreOverTheWholeWindowAndSpreadOverTicks) {
  CaseResult result;
  describe_loop(loop_of(20'000, 100'000), depth_one(), result);
  EXPECT_EQ(result.status, CaseStatus::ok);
  EXPECT_DOUBLE_EQ(value(result, "iops"), 10'000);
  EXPECT_DOUBLE_EQ(value(result, "bandwidth"), 10'000 * 4096);
  const Metric* iops = find_metric(result.metrics, "iops");
  ASSERT_TRUE(iops->spread.has_value());
  EXPECT_DOUBLE_EQ(iops->spread->min, 5'000);
  EXPECT_DOUBLE_EQ(iops->spread->max, 15'000);
  EXPECT_EQ(result.samples.at(0).values.size(), 2U);
  EXPECT_NEAR(value(result, "latency/p50"), 100'000, 100'000.0 / 128);
  EXPECT_NEAR(value(result, "queue-depth/effective"), 1, 0.01);
  EXPECT_TRUE(result.flags.empty());
}

TEST(StorageMetrics, APercentileNeedsTenIosAboveIt) {
  CaseResult result;
  describe_loop(loop_of(1'000, 2'000'000), depth_one(), result);
  EXPECT_GE(value(result, "latency/p99"), 0);
  EXPECT_EQ(value(result, "latency/p99.9"), -1);
  EXPECT_EQ(value(result, "latency/max"), 2'000'000);
}

TEST(StorageMetrics, LittlesLawViolationIsFlagged) {
  CaseResult result;
  describe_loop(loop_of(20'000, 50'000), depth_one(), result);
  ASSERT_EQ(result.flags.size(), 1U);
  EXPECT_NE(result.flags[0].find("over 2 % off the queue depth"), std::string::npos);
  EXPECT_NEAR(value(result, "queue-depth/effective"), 0.5, 0.001);
}

TEST(StorageMetrics, FailedIosFailTheCaseAndAreNamed) {
  LoopResult loop = loop_of(20'000, 100'000);
  loop.errors = {{-EIO, 3}, {0, 1}};
  CaseResult result;
  describe_loop(loop, depth_one(), result);
  EXPECT_EQ(result.status, CaseStatus::failed);
  EXPECT_EQ(result.reason,
            "4 of 20004 I/Os failed: 3 EIO, 1 short; a short one met the end of the device or "
            "file: it was unplugged or cut");
  EXPECT_DOUBLE_EQ(value(result, "iops"), 10'000);
  EXPECT_EQ(result.errors.size(), 2U);
}

TEST(StorageMetrics, NothingCompletedIsAFailureInWords) {
  CaseResult result;
  LoopResult loop;
  loop.measured_s = 1;
  describe_loop(loop, depth_one(), result);
  EXPECT_EQ(result.status, CaseStatus::failed);
  EXPECT_NE(result.reason.find("no I/O completed"), std::string::npos);
}

}  // namespace
}  // namespace assay
