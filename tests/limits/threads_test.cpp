#include <gtest/gtest.h>

#include <tuple>

#include "reports/limits/classify.hpp"
#include "tests/limits/limit_result.hpp"

namespace assay {
namespace {

using enum LimitKind;

TEST(LimitsOfThreads, ThreadsBeyondTheDepthDoNotRun) {
  LimitResult made;
  set_metric(made.add_read(1, steady(500e3)), "cpu/per-io", 1990);
  made.result.plan.cases.back().storage->threads = 4;
  set_metric(made.add_read(32, steady(900e3)), "cpu/per-io", 1000);
  made.result.plan.cases.back().storage->threads = 4;
  classify_limits(made.result);
  EXPECT_EQ(made.kind(0), cpu);
}

TEST(LimitsOfThreads, OfAnEngineThatPollsTheDeviceIsNotTold) {
  LimitResult made;
  for (const std::uint32_t depth : {1U, 32U, 64U}) {
    made.add_read(depth, {70e3 + depth, 82e3, 75e3});
    made.result.plan.cases.back().storage->sqpoll = true;
  }
  classify_limits(made.result);
  EXPECT_EQ(made.kind(2), unknown);
  EXPECT_NE(made.limit(2).evidence.find("a thread that polls is always busy"), std::string::npos);
}

TEST(LimitsOfThreads, PointsWithOtherNumbersOfThreadsAreNoCurve) {
  LimitResult made;
  for (const auto& [depth, threads, rate] :
       {std::tuple{32U, 4U, 950e3}, {32U, 1U, 400e3}, {128U, 4U, 1000e3}, {128U, 1U, 410e3}}) {
    made.add_read(depth, {0.97 * rate, 1.03 * rate, rate});
    made.result.plan.cases.back().storage->threads = threads;
  }
  classify_limits(made.result);
  EXPECT_EQ(made.kind(0), device) << made.limit(0).evidence;
  EXPECT_EQ(made.kind(2), device) << made.limit(2).evidence;
  EXPECT_NE(made.kind(1), queue_depth) << made.limit(1).evidence;
  EXPECT_EQ(made.limit(0).evidence.find("60"), std::string::npos) << made.limit(0).evidence;
}

}  // namespace
}  // namespace assay
