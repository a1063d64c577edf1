#include "runners/run/late_choices.hpp"

#include <gtest/gtest.h>

namespace assay {
namespace {

class LateChoices : public testing::Test {
 protected:
  void measured(const std::string& target, const std::string& rest, double iops,
                const StorageParameters& parameters = {}) {
    Case item;
    item.id = "storage/" + target + "/" + rest;
    item.target = target;
    item.storage = parameters;
    if (find_case(plan_, item.id) == nullptr) plan_.cases.push_back(item);
    CaseResult result;
    result.id = item.id;
    result.metrics.push_back({"iops", iops, "1/s", Direction::higher_is_better, {}});
    results_.push_back(result);
  }

  Plan plan_;
  Target set_ = [] {
    Target set;
    set.members = {"a", "b", "c"};
    return set;
  }();
  std::vector<CaseResult> results_;
};

TEST_F(LateChoices, TheSlowestIsThatOfCasesThatAllMembersRan) {
  for (const char* member : {"a", "b", "c"}) {
    measured(member, "random-read/4k/qd32", *member == 'b' ? 90 : 100);
    measured(member, "sequential-read/128k/qd8", *member == 'b' ? 95 : 100);
  }
  measured("a", "random-read/4k/qd1", 1);  // the others did not
  const SlowestMember slowest = slowest_member(plan_, set_, results_);
  EXPECT_EQ(slowest.target, "b");
  EXPECT_EQ(slowest.reason, "94.9 % of the mean rate of 3 targets over 2 cases");
}

TEST_F(LateChoices, WithoutACommonCaseTheFirstIsTakenAndSaidSo) {
  measured("b", "random-read/4k/qd32", 100);
  const SlowestMember slowest = slowest_member(plan_, set_, results_);
  EXPECT_EQ(slowest.target, "a");
  EXPECT_NE(slowest.reason.find("no case"), std::string::npos);
}

TEST_F(LateChoices, TheHighestRateIsOfTheSameIosOnTheSameTarget) {
  StorageParameters plain;
  plain.block_size_bytes = 4096;
  StorageParameters cached = plain;
  cached.direct = false;
  StorageParameters open = plain;
  open.arrival = Arrival::poisson;
  measured("a", "random-read/4k/qd32", 100, plain);
  measured("a", "random-read/4k/qd64", 190, plain);
  measured("a", "random-read/4k/qd64", 210, plain);  // the second part
  measured("a", "random-read/4k/qd64/page-cache", 9000, cached);
  measured("a", "random-read/4k/qd64/poisson", 8000, open);
  measured("b", "random-read/4k/qd64", 7000, plain);
  Case wanted;
  wanted.target = "a";
  wanted.storage = open;
  EXPECT_EQ(highest_rate(plan_, wanted, results_), 200);
  wanted.target = "c";
  EXPECT_EQ(highest_rate(plan_, wanted, results_), 0);
}

}  // namespace
}  // namespace assay
