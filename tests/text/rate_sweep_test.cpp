#include "reports/rate_sweep.hpp"

#include <gtest/gtest.h>

#include "reports/key_metrics.hpp"
#include "tests/text/case_list.hpp"

namespace assay {
namespace {

StorageParameters at_rate(double percent, double per_s) {
  StorageParameters storage = {Operation::read, Pattern::random, 4096, 1024};
  storage.arrival = Arrival::poisson;
  storage.rate_percent = percent;
  storage.rate_per_s = per_s;
  return storage;
}

CaseList rates() {
  CaseList list;
  list.target("disk", TargetKind::block_device, DeviceClass::other);
  list.read("disk", 32, 50000);
  for (const double percent : {90.0, 10.0, 50.0}) {
    CaseResult& measured =
        list.add("disk", "random-read", at_rate(percent, 500 * percent), 499 * percent);
    CaseList::metric(measured, "latency/p99", percent * 1e4, "ns");
    CaseList::metric(measured, "issued/latency/p99", percent * 9e3, "ns");
    if (percent > 80) measured.flags = {"saturated: 44910 of the intended 45000 I/Os a second"};
  }
  return list;
}

TEST(RateSweeps, AscendAndTellIntendedFromIssueTime) {
  const CaseList list = rates();
  const std::vector<RateSweep> sweeps = rate_sweeps(list.result);
  ASSERT_EQ(sweeps.size(), 1U) << "a closed loop is no part of it";
  ASSERT_EQ(sweeps[0].points.size(), 3U);
  EXPECT_TRUE(sweeps[0].by_percent);
  EXPECT_DOUBLE_EQ(sweeps[0].points[0].percent, 10);
  EXPECT_DOUBLE_EQ(sweeps[0].points[0].offered_per_s, 5000);
  EXPECT_DOUBLE_EQ(sweeps[0].points[0].completed_per_s, 4990);
  EXPECT_DOUBLE_EQ(sweeps[0].points[1].intended.ns_p99.value(), 5e5);
  EXPECT_DOUBLE_EQ(sweeps[0].points[1].issued.ns_p99.value(), 4.5e5);
  EXPECT_FALSE(sweeps[0].points[1].intended.ns_p50);
  EXPECT_FALSE(sweeps[0].points[1].saturated);
  EXPECT_TRUE(sweeps[0].points[2].saturated);
}

TEST(RateSweeps, OfAMixAreOfItsReads) {
  CaseList list = rates();
  for (std::size_t i = 1; i < 4; ++i) {
    list.result.plan.cases[i].storage->operation = Operation::mixed;
    list.result.plan.cases[i].storage->read_percent = 70;
    CaseList::metric(list.result.cases[i], "read/latency/p99", 123, "ns");
  }
  EXPECT_DOUBLE_EQ(rate_sweeps(list.result)[0].points[0].intended.ns_p99.value(), 123);
}

TEST(RateSweeps, TakeTheRateOfAllMembersFromTheMetric) {
  CaseList list = rates();
  CaseList::metric(list.result.cases[2], "rate/intended", 20000, "1/s");
  EXPECT_DOUBLE_EQ(rate_sweeps(list.result)[0].points[0].offered_per_s, 20000);
}

TEST(RateSweeps, AreOneKeyMetricEach) {
  CaseList list = rates();
  const auto rows = [&] {
    std::vector<std::string> measurements;
    for (const KeyMetric& row : key_metrics(list.result)) measurements.push_back(row.measurement);
    return measurements;
  };
  const std::string closed = "random read 4k, queue depth 32";
  const std::string open = "random read 4k, poisson arrivals at ";
  const std::string of_highest = " % of the highest rate)";
  EXPECT_EQ(rows(), (std::vector<std::string>{closed, open + "25000/s (50" + of_highest +
                                                          " (the highest reached of 3 rates)"}));
  for (CaseResult& measured : list.result.cases) measured.flags = {"saturated: 1 of 2"};
  EXPECT_EQ(rows(), (std::vector<std::string>{closed, open + "5000/s (10" + of_highest +
                                                          " (none of 3 rates was reached)"}));
  list.result.cases.resize(2);  // one rate alone is no sweep
  EXPECT_EQ(rows(), (std::vector<std::string>{closed, open + "45000/s (90" + of_highest}));
}

TEST(RateSweeps, NeedTwoRatesOfTheSameIo) {
  CaseList list = rates();
  list.result.cases[1].status = CaseStatus::skipped;
  list.result.plan.cases[2].storage->block_size_bytes = 8192;
  EXPECT_TRUE(rate_sweeps(list.result).empty());
}

}  // namespace
}  // namespace assay
