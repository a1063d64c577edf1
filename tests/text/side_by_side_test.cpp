#include "reports/side_by_side.hpp"

#include <gtest/gtest.h>

#include "reports/target_text.hpp"
#include "reports/text/text_reports.hpp"
#include "tests/text/case_list.hpp"

namespace assay {
namespace {

CaseList both_classes() {
  CaseList list;
  list.target("ebs-file", TargetKind::file_system, DeviceClass::ebs);
  list.target("store-file", TargetKind::file_system, DeviceClass::instance_store);
  for (const auto& [target, iops, p50] :
       {std::tuple{"ebs-file", 16000.0, 600e3}, std::tuple{"store-file", 48000.0, 90e3}}) {
    CaseResult& measured = list.read(target, 32, iops);
    CaseList::metric(measured, "latency/p50", p50, "ns");
  }
  return list;
}

TEST(SideBySide, GivesRatiosOfInstanceStoreToEbs) {
  const CaseList list = both_classes();
  const std::vector<SidePair> pairs = side_by_side(list.result);
  ASSERT_EQ(pairs.size(), 1U);
  EXPECT_DOUBLE_EQ(pairs[0].rate_ratio, 3);
  EXPECT_DOUBLE_EQ(pairs[0].p50_ratio.value(), 0.15);
  EXPECT_FALSE(pairs[0].p99_ratio) << "neither side has a p99";
  EXPECT_EQ(pair_text(list.result, pairs[0]), "ebs-file against store-file");
  EXPECT_EQ(side_cells(pairs[0]).size(), side_headings().size());
}

TEST(SideBySide, NeedsEqualParametersThatEndedWell) {
  CaseList list = both_classes();
  list.result.plan.cases[1].storage->queue_depth = 64;
  EXPECT_TRUE(side_by_side(list.result).empty());
  list = both_classes();
  list.result.cases[0].status = CaseStatus::failed;
  EXPECT_TRUE(side_by_side(list.result).empty());
  list = both_classes();
  list.result.plan.targets[1].device_class = DeviceClass::other;
  EXPECT_TRUE(side_by_side(list.result).empty());
}

TEST(SideBySide, OpenLoopsAreHeldAgainstThoseOfTheSameRate) {
  CaseList list;
  list.target("ebs-file", TargetKind::file_system, DeviceClass::ebs);
  list.target("store-file", TargetKind::file_system, DeviceClass::instance_store);
  StorageParameters open{Operation::read, Pattern::random, 4096, 128};
  open.arrival = Arrival::constant;
  for (const char* target : {"ebs-file", "store-file"}) {
    for (const double rate : {1000.0, 4000.0, 16000.0}) {
      open.rate_per_s = rate;
      list.add(target, "random-read", open, rate);
    }
    open.rate_percent = 50;
    open.rate_per_s = target == std::string("ebs-file") ? 8000 : 200e3;
    list.add(target, "random-read", open, open.rate_per_s);
    open.rate_percent = 0;
  }
  const std::vector<SidePair> pairs = side_by_side(list.result);
  ASSERT_EQ(pairs.size(), 4U);
  for (const std::size_t i : {0, 1, 2}) EXPECT_DOUBLE_EQ(pairs[i].rate_ratio, 1);
  EXPECT_DOUBLE_EQ(pairs[3].rate_ratio, 25);
  EXPECT_EQ(side_cells(pairs[0])[0], "random read 4k, constant arrivals at 1000/s");
  EXPECT_EQ(side_cells(pairs[3])[0],
            "random read 4k, constant arrivals at 50 % of the highest rate");
}

TEST(SideBySide, TakesTheSlowestOfSeveralAndSetsAgainstSets) {
  CaseList list = both_classes();
  list.target("store-file-2", TargetKind::file_system, DeviceClass::instance_store);
  list.read("store-file-2", 32, 32000);
  list.target("store-file-all", TargetKind::target_set, DeviceClass::instance_store).members = {
      "store-file", "store-file-2"};
  list.read("store-file-all", 32, 80000);
  std::vector<SidePair> pairs = side_by_side(list.result);
  ASSERT_EQ(pairs.size(), 1U) << "one volume is not compared with two stores at once";
  EXPECT_EQ(pairs[0].store.target->id, "store-file-2");
  list.target("ebs-file-all", TargetKind::target_set, DeviceClass::ebs).members = {"ebs-file"};
  list.read("ebs-file-all", 32, 20000);
  pairs = side_by_side(list.result);
  ASSERT_EQ(pairs.size(), 2U);
  EXPECT_EQ(pair_text(list.result, pairs[1]), "ebs-file-all against store-file-all");
  EXPECT_DOUBLE_EQ(pairs[1].rate_ratio, 4);
}

TEST(SideBySide, StaysWithOneStoreInEveryRow) {
  CaseList list = both_classes();
  list.target("store-file-2", TargetKind::file_system, DeviceClass::instance_store);
  list.read("store-file-2", 32, 60000);  // faster here, slower at two other depths
  for (const std::uint32_t depth : {1U, 8U}) {
    list.read("ebs-file", depth, 9000);
    list.read("store-file", depth, 20000);
    list.read("store-file-2", depth, 19000);
  }
  list.target("store-file-3", TargetKind::file_system, DeviceClass::instance_store);
  list.read("store-file-3", 32, 100);  // the slowest, and measured by one case only
  const std::vector<SidePair> pairs = side_by_side(list.result);
  ASSERT_EQ(pairs.size(), 3U);
  for (const SidePair& pair : pairs) EXPECT_EQ(pair.store.target->id, "store-file-2");
}

TEST(SideBySide, TheSlowestOfASetIsTheDiskThatItWas) {
  CaseList list = both_classes();
  list.target("store-file-2", TargetKind::file_system, DeviceClass::instance_store);
  list.read("store-file-2", 32, 30000);
  Target& slowest =
      list.target("store-slowest", TargetKind::slowest_of_set, DeviceClass::instance_store);
  slowest.members = {"store-file", "store-file-2"};
  for (const std::uint32_t depth : {1U, 8U}) {
    list.read("ebs-file", depth, 9000);
    list.read("store-slowest", depth, 18000)
        .method.emplace_back(std::string(slowest_entry), "store-file-2: by random reads");
  }
  const std::vector<SidePair> pairs = side_by_side(list.result);
  ASSERT_EQ(pairs.size(), 3U) << "that disk's own case and those on it as the slowest";
  EXPECT_EQ(pairs[0].store.target->id, "store-file-2");
  EXPECT_EQ(pairs[1].store.target->id, "store-slowest");
}

TEST(SideBySide, PrefersAFileAgainstAFileAndSaysWhereThereIsNone) {
  CaseList list = both_classes();
  list.target("store", TargetKind::block_device, DeviceClass::instance_store);
  list.read("store", 32, 10000);
  ASSERT_EQ(side_by_side(list.result).size(), 1U);
  EXPECT_EQ(side_by_side(list.result)[0].store.target->id, "store-file");
  list.target("ebs", TargetKind::block_device, DeviceClass::ebs);
  list.read("ebs", 32, 16000);
  ASSERT_EQ(side_by_side(list.result).size(), 2U);
  EXPECT_EQ(side_by_side(list.result)[1].store.target->id, "store");
  list.result.cases[1].status = CaseStatus::skipped;  // store-file
  const std::vector<SidePair> pairs = side_by_side(list.result);
  ASSERT_EQ(pairs.size(), 1U) << "a device against a device is enough";
  EXPECT_EQ(pair_text(list.result, pairs[0]), "ebs against store");
  list.result.cases[3].status = CaseStatus::skipped;  // ebs
  ASSERT_EQ(side_by_side(list.result).size(), 1U);
  EXPECT_EQ(pair_text(list.result, side_by_side(list.result)[0]),
            "ebs-file against store (one through a file system, the other not)");
}

TEST(Markdown, HasTheSideBySideTableOnlyWithBothClasses) {
  const std::string text = render_markdown(both_classes().result);
  EXPECT_NE(text.find("\n## EBS against instance store\n"), std::string::npos);
  EXPECT_NE(text.find("| ebs-file against store-file | random read 4k, queue depth 32 |"),
            std::string::npos)
      << text;
  EXPECT_EQ(render_markdown(four_disks().result).find("EBS against"), std::string::npos);
}

TEST(Markdown, HasTheEfficiencyOfSetsWithItsFormula) {
  const std::string text = render_markdown(four_disks().result);
  EXPECT_NE(text.find("efficiency = IOPS of all at once / sum of the IOPS of each alone"),
            std::string::npos);
  EXPECT_NE(text.find("| 65 % | disk-4 40.0 k IOPS | disk-1 80.0 k IOPS |"), std::string::npos)
      << text;
}

}  // namespace
}  // namespace assay
