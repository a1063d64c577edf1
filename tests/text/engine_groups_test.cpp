#include "reports/engine_groups.hpp"

#include <gtest/gtest.h>

#include "reports/case_text.hpp"
#include "tests/text/case_list.hpp"

namespace assay {
namespace {

CaseList engines() {
  CaseList list;
  list.target("disk", TargetKind::block_device, DeviceClass::other);
  for (const std::uint32_t depth : {1, 32}) list.read("disk", depth, 1000.0 * depth);
  StorageParameters polled = {Operation::read, Pattern::random, 4096, 1};
  polled.sqpoll = true;
  CaseResult& measured = list.add("disk", "random-read", polled, 1500);
  CaseList::metric(measured, "cpu/per-io", 900, "ns");
  CaseList::metric(measured, "syscalls/per-io", 0.01, "1");
  return list;
}

TEST(EngineGroups, HoldCasesThatDifferOnlyInTheWay) {
  const CaseList list = engines();
  const std::vector<EngineGroup> groups = engine_groups(list.result);
  ASSERT_EQ(groups.size(), 1U) << "depth 32 was run in one way only";
  ASSERT_EQ(groups[0].rows.size(), 2U);
  EXPECT_EQ(engine_text(*groups[0].rows[0].item->storage), "io_uring");
  EXPECT_FALSE(groups[0].rows[0].cpu_ns_per_io);
  EXPECT_EQ(engine_text(*groups[0].rows[1].item->storage), "io_uring, SQPOLL");
  EXPECT_DOUBLE_EQ(groups[0].rows[1].iops, 1500);
  EXPECT_DOUBLE_EQ(groups[0].rows[1].cpu_ns_per_io.value(), 900);
  EXPECT_DOUBLE_EQ(groups[0].rows[1].syscalls_per_io.value(), 0.01);
}

TEST(EngineGroups, NeedTwoWaysThatEndedWellOnOneTarget) {
  CaseList list = engines();
  list.result.cases[2].status = CaseStatus::skipped;
  EXPECT_TRUE(engine_groups(list.result).empty());
  list = engines();
  list.result.plan.cases[2].storage->block_size_bytes = 8192;
  EXPECT_TRUE(engine_groups(list.result).empty());
  list = engines();
  list.target("other", TargetKind::block_device, DeviceClass::other);
  list.result.plan.cases[2].target = "other";
  EXPECT_TRUE(engine_groups(list.result).empty());
  list = engines();
  list.result.plan.cases[2].storage->sqpoll = false;
  list.result.plan.cases[2].storage->threads = 4;
  EXPECT_TRUE(engine_groups(list.result).empty()) << "threads are no way into the kernel";
}

}  // namespace
}  // namespace assay
