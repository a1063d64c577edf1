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
  LimitResult held;
  for (const std::uint32_t depth : {1U, 32U, 128U}) {
    held.add_read(depth, steady(depth == 1 ? 40e3 : 835e3));
    held.result.plan.cases.back().storage->iopoll = true;
  }
  classify_limits(held.result);
  EXPECT_EQ(held.kind(2), unknown) << "a full thread is as constant as a limiter";
}

/// At each of two depths a case with four threads and one with a single thread, which is slower.
LimitResult slower_twins() {
  LimitResult made;
  for (const auto& [depth, threads, rate] :
       {std::tuple{32U, 4U, 950e3}, {32U, 1U, 400e3}, {128U, 4U, 1000e3}, {128U, 1U, 410e3}}) {
    made.add_read(depth, {0.97 * rate, 1.03 * rate, rate});
    made.result.plan.cases.back().storage->threads = threads;
  }
  return made;
}

TEST(LimitsOfThreads, PointsWithOtherNumbersOfThreadsAreNoCurve) {
  LimitResult made = slower_twins();
  classify_limits(made.result);
  EXPECT_EQ(made.kind(0), device) << made.limit(0).evidence;
  EXPECT_EQ(made.kind(2), device) << made.limit(2).evidence;
  EXPECT_NE(made.kind(1), queue_depth) << made.limit(1).evidence;
  EXPECT_EQ(made.limit(0).evidence.find("60"), std::string::npos) << made.limit(0).evidence;
}

TEST(LimitsOfThreads, OfEqualTwinsBothAreOnThePlateau) {
  LimitResult made;
  for (const auto& [depth, threads, rate] : {std::tuple{32U, 1U, 15990.0},
                                             {32U, 4U, 16000.0},
                                             {128U, 1U, 16010.0},
                                             {128U, 4U, 16005.0}}) {
    made.add_read(depth, steady(rate));
    made.result.plan.cases.back().storage->threads = threads;
  }
  classify_limits(made.result);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(made.kind(i), host_rate_limiter) << i;
}

TEST(LimitsOfThreads, OfASlowerTwinItIsSaidThatItIsOne) {
  LimitResult made = slower_twins();
  classify_limits(made.result);
  EXPECT_EQ(made.kind(1), unknown);
  EXPECT_EQ(made.limit(1).evidence,
            "400 k IOPS with 1 thread at queue depth 32, where another number of threads gets at "
            "least 15 % more");
}

TEST(LimitsOfParts, AChangeBetweenPartsIsNoBurst) {
  LimitResult made;
  CaseResult& measured = made.add_read(64, {16e3, 16e3, 16e3, 3e3, 3e3, 3e3, 3e3, 3e3, 3e3});
  classify_limits(made.result);
  EXPECT_EQ(made.kind(0), host_rate_limiter);
  measured.method.emplace_back("parts", "2, added up");
  classify_limits(made.result);
  EXPECT_NE(made.kind(0), host_rate_limiter) << made.limit(0).evidence;
}

}  // namespace
}  // namespace assay
