#include "runners/run/late_choices.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <utility>

#include "reports/target_text.hpp"

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

TEST_F(LateChoices, APartThatFailedMakesNoTargetSlow) {
  for (const char* member : {"a", "b", "c"}) {
    for (int part = 0; part < 2; ++part) {
      measured(member, "random-read/4k/qd1", *member == 'c' ? 95 : 100);
      if (*member == 'b' && part == 1) results_.back().status = CaseStatus::failed;
    }
  }
  const SlowestMember slowest = slowest_member(plan_, set_, results_);
  EXPECT_EQ(slowest.target, "c");
  EXPECT_EQ(slowest.reason, "96.6 % of the mean rate of 3 targets over 1 case");
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
  EXPECT_EQ(highest_rate(plan_, wanted, wanted.target, results_), 200);
  wanted.target = "c";
  EXPECT_EQ(highest_rate(plan_, wanted, wanted.target, results_), 0);
}

TEST_F(LateChoices, TheHighestRateOfTheSlowestIsWhatItReachedAloneToo) {
  Target slowest = set_;
  slowest.id = "slowest";
  slowest.kind = TargetKind::slowest_of_set;
  plan_.targets.push_back(slowest);
  StorageParameters plain;
  plain.block_size_bytes = 4096;
  measured("a", "random-read/4k/qd128", 400, plain);
  measured("b", "random-read/4k/qd128", 900, plain);
  measured("slowest", "random-read/4k/qd256", 300, plain);
  results_.back().method.emplace_back(slowest_entry, "a: 91 % of the mean rate");
  Case wanted;
  wanted.target = "slowest";
  wanted.storage = plain;
  EXPECT_EQ(highest_rate(plan_, wanted, "a", results_), 400);
  EXPECT_EQ(highest_rate(plan_, wanted, "c", results_), 0);
}

TEST_F(LateChoices, TheHighestRateIsOfTheSameSkewAndAlignment) {
  StorageParameters flat;
  flat.pattern = Pattern::zipf;
  flat.zipf_theta = 0.6;
  flat.block_size_bytes = 4096;
  StorageParameters steep = flat;
  steep.zipf_theta = 1.4;
  StorageParameters shifted = flat;
  shifted.alignment_bytes = 512;
  StorageParameters aligned = flat;
  aligned.alignment_bytes = 4096;
  measured("a", "zipf-read/4k/qd32/theta-0.6", 100, flat);
  measured("a", "zipf-read/4k/qd32/theta-1.4", 900, steep);
  measured("a", "zipf-read/4k/qd32/theta-0.6/align-512", 800, shifted);
  Case wanted;
  wanted.target = "a";
  for (const auto& [parameters, rate] :
       {std::pair{flat, 100}, {steep, 900}, {shifted, 800}, {aligned, 100}}) {
    wanted.storage = parameters;
    EXPECT_EQ(highest_rate(plan_, wanted, wanted.target, results_), rate);
  }
}

class RefinedRates : public LateChoices {
 protected:
  static StorageParameters at(double percent) {
    StorageParameters one;
    one.block_size_bytes = 4096;
    one.queue_depth = 1024;
    one.arrival = Arrival::poisson;
    one.rate_percent = percent;
    return one;
  }

  void point(double percent, double p99_ns) {
    measured("a", fmt::format("{:g}%", percent), 100, at(percent));
    results_.back().metrics.push_back(
        {"latency/p99", p99_ns, "ns", Direction::lower_is_better, {}});
  }

  std::optional<RefinedRate> next() const {
    Case wanted;
    wanted.target = "a";
    wanted.storage = at(0);
    wanted.storage->rate_refinement = 1;
    return refined_rate(plan_, wanted, results_);
  }
};

TEST_F(RefinedRates, GoWhereTheTailChangesByTheLargestFactor) {
  point(90, 9e6);
  point(10, 1e5);
  point(50, 1.2e5);
  const std::optional<RefinedRate> rate = next();
  ASSERT_TRUE(rate);
  EXPECT_EQ(rate->percent, 70);
  EXPECT_NE(rate->reason.find("between 50 % and 90 %"), std::string::npos) << rate->reason;
  point(70, 1.3e5);
  EXPECT_EQ(next().value().percent, 80);
  point(80, 8.9e6);
  EXPECT_EQ(next().value().percent, 75);
}

TEST_F(RefinedRates, AreOfTheSameLoopOnly) {
  point(10, 1e5);
  point(50, 2e5);
  StorageParameters other = at(90);
  other.block_size_bytes = 16384;
  measured("a", "16k", 100, other);
  results_.back().metrics.push_back({"latency/p99", 1e9, "ns", Direction::lower_is_better, {}});
  results_[0].status = CaseStatus::ok;
  EXPECT_EQ(next().value().percent, 30);
  results_[1].status = CaseStatus::failed;
  EXPECT_FALSE(next()) << "one point is no interval";
}

TEST_F(RefinedRates, EndWhereTheGridIsFine) {
  point(50, 1e5);
  point(51, 9e5);
  EXPECT_FALSE(next());
  point(60, 9.1e5);
  EXPECT_EQ(next().value().percent, 55.5);
}

TEST_F(RefinedRates, PartsCountWithTheirMean) {
  for (const double ns : {1e5, 3e5}) point(10, ns);
  for (const double ns : {2e5, 2e5}) point(50, ns);
  point(90, 3e5);
  EXPECT_EQ(next().value().percent, 70);
}

}  // namespace
}  // namespace assay
