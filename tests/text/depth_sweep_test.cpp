#include "reports/depth_sweep.hpp"

#include <gtest/gtest.h>

#include "reports/target_text.hpp"
#include "tests/html/synthetic_result.hpp"

namespace assay {
namespace {

std::vector<DepthPoint> points(const std::vector<double>& iops) {
  std::vector<DepthPoint> made;
  std::uint32_t depth = 1;
  for (const double value : iops) {
    DepthPoint point;
    point.queue_depth = depth;
    point.iops = value;
    made.push_back(point);
    depth *= 2;
  }
  return made;
}

TEST(Knee, IsTheFirstDepthWithNinetyPercentOfTheMaximum) {
  EXPECT_EQ(knee_index(points({10, 20, 40, 89, 90, 100, 100})), 4U);
  EXPECT_EQ(knee_index(points({95, 100, 100})), 0U);
}

TEST(Knee, IsOfTheMaximumAlsoWhereIopsFallAgain) {
  EXPECT_EQ(knee_index(points({10, 50, 100, 70, 60})), 2U);
}

TEST(Knee, IsNotReachedWhereIopsStillGrowAtTheLargestDepth) {
  EXPECT_FALSE(knee_index(points({10, 20, 40, 80})));
  EXPECT_EQ(knee_index(points({10, 20, 75, 80})), 2U);
}

TEST(Knee, NeedsTwoPointsAndSomeIo) {
  EXPECT_FALSE(knee_index({}));
  EXPECT_FALSE(knee_index(points({100})));
  EXPECT_FALSE(knee_index(points({0, 0})));
}

TEST(Peak, IsTheFirstOfEquals) { EXPECT_EQ(peak_index(points({1, 7, 7, 3})), 1U); }

TEST(DepthSweep, TakesTheBlockSizeWithMostDepthsAscending) {
  Result result;
  for (const auto& [block, depth] : std::vector<std::pair<std::uint32_t, std::uint32_t>>{
           {16384, 1}, {4096, 32}, {4096, 1}, {4096, 8}, {16384, 32}}) {
    Case item;
    item.id = std::to_string(block) + "/" + std::to_string(depth);
    item.workload = "random-read";
    item.target = "ebs";
    item.storage = StorageParameters{Operation::read, Pattern::random, block, depth};
    result.plan.cases.push_back(item);
    CaseResult measured;
    measured.id = item.id;
    measured.metrics = {{"iops", 100.0 * depth, "1/s", Direction::higher_is_better, {}}};
    result.cases.push_back(measured);
  }
  result.cases[1].status = CaseStatus::failed;
  const DepthSweep tie = depth_sweep(result, "ebs", "random-read");
  EXPECT_EQ(tie.block_size_bytes, 4096U);
  ASSERT_EQ(tie.points.size(), 2U);
  EXPECT_EQ(tie.points[0].queue_depth, 1U);
  EXPECT_EQ(tie.points[1].queue_depth, 8U);
  EXPECT_FALSE(tie.points[0].latency_ns_p99);
  EXPECT_TRUE(depth_sweep(result, "other", "random-read").points.empty());
}

TEST(DepthSweep, OfTheSyntheticResultHasSevenDepths) {
  const Result result = synthetic_result();
  const DepthSweep sweep = depth_sweep(result, "ebs-file", "random-read");
  ASSERT_EQ(sweep.points.size(), 7U);
  EXPECT_EQ(sweep.points[*knee_index(sweep.points)].queue_depth, 8U);
}

TEST(DepthSweep, OfTheSlowestOfASetTakesTheMemberThatThosePointsRanOn) {
  Result result;
  for (const char* id : {"disk-1", "disk-2", "disk-slowest"}) {
    Target target;
    target.id = id;
    target.chosen = true;
    result.plan.targets.push_back(target);
  }
  result.plan.targets[2].kind = TargetKind::slowest_of_set;
  result.plan.targets[2].members = {"disk-1", "disk-2"};
  const auto add = [&](const char* target, std::uint32_t depth, double iops, const char* ran_on,
                       bool verify) {
    Case item;
    item.id = std::to_string(result.plan.cases.size());
    item.workload = "random-read";
    item.target = target;
    item.storage = StorageParameters{Operation::read, Pattern::random, 4096, depth};
    item.storage->verify = verify;
    result.plan.cases.push_back(item);
    CaseResult measured;
    measured.id = item.id;
    measured.metrics = {{"iops", iops, "1/s", Direction::higher_is_better, {}}};
    if (*ran_on != 0) {
      measured.method.emplace_back(slowest_entry, std::string(ran_on) + ": fewer I/Os");
    }
    result.cases.push_back(measured);
  };
  add("disk-1", 1, 8000, "", false);
  add("disk-2", 1, 10000, "", false);
  add("disk-slowest", 32, 90000, "disk-1", false);
  add("disk-slowest", 1, 5000, "disk-2", true);  // which its verified cases ran on
  const DepthSweep sweep = depth_sweep(result, "disk-slowest", "random-read");
  ASSERT_EQ(sweep.points.size(), 2U);
  EXPECT_EQ(sweep.points[0].iops, 8000);
  EXPECT_EQ(sweep.points[1].iops, 90000);
}

}  // namespace
}  // namespace assay
