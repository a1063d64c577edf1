#include "bench/workload.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace assay {
namespace {

TEST(Workloads, NamesAreUniqueWithinAFamilyAndFound) {
  std::set<std::pair<Family, std::string_view>> seen;
  for (const Workload& workload : all_workloads()) {
    EXPECT_TRUE(seen.insert({workload.family, workload.name}).second) << workload.name;
    EXPECT_EQ(find_workload(workload.family, workload.name), &workload);
    EXPECT_FALSE(workload.description.empty());
  }
  EXPECT_EQ(find_workload(Family::gpu, "random-read"), nullptr);
}

TEST(Workloads, ReadShareFitsTheOperation) {
  for (const Workload& workload : all_workloads()) {
    if (workload.family != Family::storage) continue;
    // 0 of a mixed workload: the suite says the share.
    const bool mixed = workload.read_percent > 0 && workload.read_percent < 100;
    if (workload.name == "random-mixed") {
      EXPECT_EQ(workload.read_percent, 0U);
      continue;
    }
    EXPECT_EQ(workload.operation == Operation::mixed, mixed) << workload.name;
    EXPECT_EQ(workload.operation == Operation::read, workload.read_percent == 100);
    if (workload.durability != Durability::none) {
      EXPECT_EQ(workload.operation, Operation::write);
    }
  }
}

}  // namespace
}  // namespace assay
