#include "reports/scaling.hpp"

#include <gtest/gtest.h>

#include "reports/depth_sweep.hpp"
#include "reports/key_metrics.hpp"
#include "reports/summary.hpp"
#include "reports/target_text.hpp"
#include "tests/text/case_list.hpp"

namespace assay {
namespace {

TEST(Scaling, IsAllAtOnceOverTheSumOfEachAlone) {
  const CaseList list = four_disks();
  const std::vector<SetScaling> all = scaling_of(list.result);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_DOUBLE_EQ(all[0].iops, 260000);
  EXPECT_DOUBLE_EQ(all[0].alone_iops.value(), 400000);
  EXPECT_DOUBLE_EQ(all[0].efficiency.value(), 0.65);
  ASSERT_EQ(all[0].members.size(), 4U);
  EXPECT_EQ(all[0].members[all[0].slowest].target->id, "disk-4");
  EXPECT_EQ(all[0].members[all[0].fastest].target->id, "disk-1");
}

TEST(Scaling, ClaimsNoEfficiencyWhereAMemberDidNotRunTheCaseAlone) {
  const CaseList list = four_disks();
  const SetScaling deep = scaling_of(list.result)[1];  // depth 64: disk-4 only, as the slowest
  EXPECT_FALSE(deep.efficiency);
  EXPECT_FALSE(deep.alone_iops);
  EXPECT_FALSE(deep.members[0].alone_iops);
  EXPECT_DOUBLE_EQ(deep.members[3].alone_iops.value(), 120000);
}

TEST(Scaling, ComparesOnlyEqualParameters) {
  for (const int change : {0, 1, 2, 3}) {
    CaseList list = four_disks();
    for (Case& item : list.result.plan.cases) {
      if (item.target != "disk-2") continue;
      if (change == 0) item.storage->block_size_bytes = 8192;
      if (change == 1) item.storage->direct = false;
      if (change == 2) item.storage->queue_depth = 9;
      if (change == 3) item.storage->threads = 4;  // a choice of the Plan, not of the suite
    }
    EXPECT_EQ(scaling_of(list.result)[0].efficiency.has_value(), change == 3) << change;
  }
}

TEST(Scaling, HasNoEfficiencyWhereARateWasOffered) {
  CaseList list;
  list.target("disk-1", TargetKind::block_device, DeviceClass::instance_store);
  list.target("disk-all", TargetKind::target_set, DeviceClass::instance_store).members = {"disk-1"};
  StorageParameters open{Operation::read, Pattern::random, 4096, 128};
  open.arrival = Arrival::constant;
  for (const char* target : {"disk-1", "disk-all"}) {
    for (const double rate : {1000.0, 4000.0}) {
      open.rate_per_s = rate;
      CaseList::metric(list.add(target, "random-read", open, rate), "member/disk-1/iops", rate,
                       "1/s");
    }
  }
  const std::vector<SetScaling> all = scaling_of(list.result);
  ASSERT_EQ(all.size(), 2U);
  for (const SetScaling& one : all) EXPECT_FALSE(one.efficiency.has_value());
}

TEST(Scaling, TakesNothingFromCasesThatFailed) {
  CaseList list = four_disks();
  list.result.cases[0].status = CaseStatus::failed;
  EXPECT_FALSE(scaling_of(list.result)[0].efficiency);
  list.result.cases[4].status = CaseStatus::failed;
  EXPECT_EQ(scaling_of(list.result).size(), 1U);
}

TEST(Scaling, ShowsTheNumaEffect) {
  CaseList list = four_disks();
  const SetScaling scaling = scaling_of(list.result)[0];
  ASSERT_EQ(scaling.nodes.size(), 2U);
  EXPECT_DOUBLE_EQ(scaling.nodes[0].iops_mean, 80000);
  EXPECT_DOUBLE_EQ(scaling.nodes[1].iops_mean, 50000);
  EXPECT_DOUBLE_EQ(numa_effect_percent(scaling).value(), 37.5);
  list.result.plan.targets[3].numa_node.reset();
  EXPECT_TRUE(scaling_of(list.result)[0].nodes.empty()) << "the node of one is not known";
  for (Target& target : list.result.plan.targets) target.numa_node = 0;
  EXPECT_FALSE(numa_effect_percent(scaling_of(list.result)[0]));
}

TEST(SlowestOfSet, IsNamedWithTheTargetThatItWas) {
  const CaseList list = four_disks();
  const Result& result = list.result;
  EXPECT_EQ(measured_on(result, *find_target(result.plan, "disk-slowest")),
            std::vector<std::string>{"disk-4"});
  EXPECT_TRUE(measured_on(result, *find_target(result.plan, "disk-4")).empty());
  for (const Verdict& verdict : verdicts(result)) {
    const bool named = verdict.sentence.rfind(
                           "measured on disk-4 (91.0 % of the mean rate of 4 targets over 1 "
                           "case); 4k random reads reach",
                           0) == 0;
    EXPECT_EQ(named, verdict.target->id == "disk-slowest") << verdict.sentence;
  }
}

TEST(SlowestOfSet, HasTheCasesThatItsMemberRanAloneInItsSweep) {
  const CaseList list = four_disks();
  const DepthSweep sweep = depth_sweep(list.result, "disk-slowest", "random-read");
  ASSERT_EQ(sweep.points.size(), 2U);
  EXPECT_EQ(sweep.points[0].queue_depth, 8U);
  EXPECT_EQ(sweep.points[1].queue_depth, 64U);
  std::size_t rows = 0;
  for (const KeyMetric& row : key_metrics(list.result))
    rows += row.target == "disk-slowest" ? 1 : 0;
  EXPECT_EQ(rows, 2U);
}

TEST(SummaryLines, PutSetsBeforeTheirMembers) {
  const CaseList list = four_disks();
  const std::vector<std::string> lines = summary_lines(list.result);
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_EQ(lines[1].rfind("disk-all: ", 0), 0U);
  EXPECT_EQ(lines[2].rfind("disk-slowest: measured on disk-4", 0), 0U);
  EXPECT_EQ(lines[3].rfind("disk-1: ", 0), 0U);
}

TEST(InMeasuredSet, IsAMemberOnceTheSetHasANumber) {
  CaseList list = four_disks();
  EXPECT_TRUE(in_measured_set(list.result, list.result.plan.targets[0]));
  EXPECT_FALSE(in_measured_set(list.result, list.result.plan.targets[4]));
  for (CaseResult& measured : list.result.cases) {
    if (measured.id.find("disk-all") != std::string::npos ||
        measured.id.find("slowest") != std::string::npos) {
      measured.status = CaseStatus::skipped;
    }
  }
  EXPECT_FALSE(in_measured_set(list.result, list.result.plan.targets[0]));
}

}  // namespace
}  // namespace assay
