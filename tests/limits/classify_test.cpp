#include "reports/limits/classify.hpp"

#include <gtest/gtest.h>

#include "reports/target_text.hpp"
#include "tests/limits/limit_result.hpp"

namespace assay {
namespace {

using enum LimitKind;

TEST(Limits, WhatTheDeviceCountedDecides) {
  LimitResult made(DeviceClass::ebs);
  made.add_read(1, steady(1000));
  set_metric(made.add_read(32, steady(3000)), "exceeded/volume-iops", 96);
  set_metric(made.add_read(64, steady(3000)), "exceeded/instance-throughput", 60);
  set_metric(made.result.cases.back(), "exceeded/volume-throughput", 20);
  set_metric(made.add_read(128, steady(3000)), "exceeded/volume-iops", 4);
  classify_limits(made.result);
  EXPECT_EQ(made.kind(1), volume);
  EXPECT_EQ(made.limit(1).evidence,
            "the device counted that demand exceeded the volume's IOPS limit for 96 % of the case");
  EXPECT_EQ(made.kind(2), instance);
  EXPECT_NE(made.limit(2).evidence.find("the instance's throughput limit for 60 %"),
            std::string::npos);
  EXPECT_NE(made.kind(3), volume);
}

TEST(Limits, OfASetWhatAnyMemberCountedDecides) {
  LimitResult made(DeviceClass::ebs);
  CaseResult& all = made.add_read(128, steady(3600));
  for (const char* id : {"ebs-1", "ebs-2", "ebs-3"}) {
    all.histograms.push_back({std::string("member/") + id, {}});
    const double percent = id == std::string("ebs-3") ? 1 : 98;
    set_metric(all, std::string("member/") + id + "/exceeded/instance-iops", percent);
  }
  set_metric(all, "member/ebs-1/exceeded/volume-iops", 20);
  classify_limits(made.result);
  EXPECT_EQ(made.kind(0), instance);
  EXPECT_EQ(made.limit(0).evidence,
            "2 of 3 devices counted that demand exceeded the instance's IOPS limit for up to 98 % "
            "of the case");
}

TEST(Limits, ADeepQueueOfAConstantRateIsALimiterAndAShallowOneItsDepth) {
  LimitResult made;
  for (const auto& [depth, rate] :
       {std::pair{1U, 10e3}, std::pair{4U, 38e3}, std::pair{16U, 80e3}, std::pair{64U, 80'010.0}}) {
    made.add_read(depth, steady(rate));
  }
  classify_limits(made.result);
  EXPECT_EQ(made.kind(0), queue_depth);
  EXPECT_EQ(made.limit(0).evidence,
            "10.0 k IOPS at queue depth 1, 3.8 times as many at queue depth 4; each I/O takes "
            "100 us");
  EXPECT_EQ(made.kind(1), queue_depth);
  EXPECT_EQ(made.kind(2), host_rate_limiter);
  EXPECT_EQ(made.kind(3), host_rate_limiter);
  EXPECT_NE(made.limit(3).evidence.find("a constant 80.0 k IOPS"), std::string::npos)
      << made.limit(3).evidence;
}

TEST(Limits, OtherWorkloadsAtTheSameNumberAreSaid) {
  LimitResult made;
  for (const Operation operation : {Operation::read, Operation::write}) {
    for (const std::uint32_t depth : {1U, 16U, 64U}) {
      made.add({operation, Pattern::random, 4096, depth, operation == Operation::read ? 100U : 0U},
               steady(depth == 1 ? 900 : 2000));
    }
  }
  classify_limits(made.result);
  EXPECT_NE(made.limit(1).evidence.find("random write 4k levels off at the same rate"),
            std::string::npos)
      << made.limit(1).evidence;
  EXPECT_NE(made.limit(5).evidence.find("random read 4k levels off"), std::string::npos);
}

TEST(Limits, ALevelThatScattersIsTheDevice) {
  LimitResult made;
  made.add_read(1, {17e3, 18e3, 20e3});
  made.add_read(32, {90.2e3, 90.0e3, 91.8e3});
  made.add_read(64, {93.9e3, 91.8e3, 82.7e3});
  made.add_read(128, {92.2e3, 97.6e3, 94.8e3});
  classify_limits(made.result);
  for (const std::size_t i : {1, 2, 3}) {
    EXPECT_EQ(made.kind(i), device);
    EXPECT_NE(made.limit(i).evidence.find("no set rate shows"), std::string::npos);
  }
}

TEST(Limits, CasesOfAPlateauAreSaidToDifferByAsMuchAsTheyDo) {
  LimitResult made;
  made.add_read(32, {65.2e3, 65.0e3, 65.5e3});
  made.add_read(128, {69.5e3, 71.0e3, 70.0e3});  // the only one within 5 % of the highest rate
  classify_limits(made.result);
  EXPECT_NE(made.limit(1).evidence.find("cases at different load differ by 7.0 %"),
            std::string::npos)
      << made.limit(1).evidence;
}

TEST(Limits, ADepthJustBelowTheKneeIsSaidToLevelOff) {
  LimitResult made;
  // 92.3 is 20 % more than 76.9; it is 12 % more than 82.5, which is not within 10 % of it.
  const std::vector<std::pair<std::uint32_t, double>> rates{
      {1, 20e3}, {16, 76.9e3}, {32, 82.5e3}, {64, 91.9e3}, {128, 92.3e3}, {256, 91.6e3}};
  for (const auto& [depth, rate] : rates) made.add_read(depth, {rate, 1.01 * rate, 0.99 * rate});
  classify_limits(made.result);
  EXPECT_EQ(made.kind(1), queue_depth);
  for (const std::size_t i : {2, 3, 4, 5}) {
    EXPECT_EQ(made.kind(i), device) << made.limit(i).evidence;
    EXPECT_EQ(made.limit(i).evidence.find("does not level off"), std::string::npos);
  }
}

TEST(Limits, ARateThatFallsWhileMoreIsAskedForIsNotTheDevice) {
  LimitResult made;
  made.add_read(2, {900, 895, 899});  // a burst, and then what is allowed for good
  made.add_read(8, {310, 300, 300});
  made.add_read(32, {300, 300, 300});
  classify_limits(made.result);
  EXPECT_NE(made.kind(1), device);
  EXPECT_NE(made.kind(2), device);
}

TEST(Limits, ACaseAloneInWhichABucketRunsEmptyIsBoundByALimiter) {
  LimitResult made;
  made.add_read(64, {3000, 3000, 1040, 1000, 1001, 999, 1000, 1000});
  classify_limits(made.result);
  EXPECT_EQ(made.kind(0), host_rate_limiter);
  EXPECT_EQ(
      made.limit(0).evidence,
      "a burst of 2.0 s at 3.00 k IOPS, then a constant 1.00 k IOPS, as a bucket that has run "
      "empty sets it: 100 % of the 5 windows after it are within 0.5 %");
  LimitResult level;
  level.add_read(64, steady(1000));  // may be anything that serves at one speed
  classify_limits(level.result);
  EXPECT_EQ(level.kind(0), unknown);
}

TEST(Limits, TheCpusOfASetAreThoseOfAllItsThreads) {
  LimitResult made;
  CaseResult& measured = made.add_read(128, steady(500e3));
  set_metric(measured, "cpu/per-io", 3'000);  // 1.5 CPUs: of one thread too much, of eight a fifth
  for (int i = 0; i < 8; ++i) measured.histograms.push_back({"member/" + std::to_string(i), {}});
  classify_limits(made.result);
  EXPECT_NE(made.kind(0), cpu);
  made.result.cases[0].histograms.clear();
  classify_limits(made.result);
  EXPECT_EQ(made.kind(0), cpu);
}

TEST(Limits, CasesOnTheSlowestOfASetAreOneSweepWithThatDisksOwn) {
  LimitResult made;
  for (const char* id : {"disk2", "slowest"}) made.result.plan.targets.emplace_back().id = id;
  made.result.plan.targets[2].kind = TargetKind::slowest_of_set;
  made.result.plan.targets[2].members = {"disk", "disk2"};
  made.add_read(1, steady(10e3));
  made.add_read(128, {90e3, 95e3, 92e3});  // alone: more than at depth 1, and no end in sight
  made.add_read(32, {91e3, 88e3, 90e3});
  made.add_read(32, {50e3, 55e3, 45e3});  // of the other one
  for (const std::size_t i : {2, 3}) {
    made.result.plan.cases[i].target = "slowest";
    made.result.cases[i].method.emplace_back(slowest_entry, i == 2 ? "disk: x" : "disk2: x");
  }
  classify_limits(made.result);
  EXPECT_EQ(made.kind(0), queue_depth);
  EXPECT_EQ(made.kind(1), device);
  EXPECT_EQ(made.kind(2), device);
  EXPECT_EQ(made.kind(3), unknown);
}

TEST(Limits, CasesThatDifferInMoreThanDepthAreNoSweep) {
  LimitResult made;
  made.add_read(1, steady(10e3));
  made.add_read(16, steady(10e3));
  made.result.plan.cases.back().storage->direct = false;
  made.add_read(64, steady(10e3));
  made.result.plan.cases.back().storage->range_end_percent = 50;
  classify_limits(made.result);
  for (const std::size_t i : {0, 1, 2}) EXPECT_EQ(made.kind(i), unknown);
}

TEST(Limits, TheDeepestQueueWithoutAPlateau) {
  LimitResult grows;
  grows.add_read(1, steady(10e3));
  grows.add_read(16, steady(100e3));
  classify_limits(grows.result);
  EXPECT_EQ(grows.kind(0), queue_depth);
  EXPECT_EQ(grows.kind(1), unknown);
  EXPECT_EQ(
      grows.limit(1).evidence,
      "it does not level off: 10.0 k IOPS at queue depth 1, 100 k IOPS at queue depth 16, the "
      "most measured");
  LimitResult linear;
  linear.add_read(1, steady(10e3));
  linear.add_read(16, steady(155e3));
  classify_limits(linear.result);
  EXPECT_EQ(linear.kind(1), queue_depth);  // latency as at depth 1
}

TEST(Limits, BeyondTheHighestRateADeeperQueueGivesLess) {
  LimitResult made;
  made.add_read(1, steady(10e3));
  made.add_read(32, {80e3, 82e3, 81e3});
  made.add_read(128, {60e3, 62e3, 59e3});
  classify_limits(made.result);
  EXPECT_EQ(made.kind(1), device);
  EXPECT_EQ(made.kind(2), device);
}

TEST(Limits, ABusyMachineDoesNotBlameTheDevice) {
  LimitResult made;
  for (const std::uint32_t depth : {1U, 32U, 64U}) {
    made.add_read(depth, {70e3 + depth, 82e3, 75e3}).noise.foreign_cpu_percent = 89;
  }
  made.result.cases[2].noise.foreign_cpu_percent = 40;
  classify_limits(made.result);
  EXPECT_EQ(made.kind(1), unknown);
  EXPECT_NE(made.limit(1).evidence.find("89 % of their time with other processes"),
            std::string::npos)
      << made.limit(1).evidence;
  EXPECT_EQ(made.kind(2), device);
}

TEST(Limits, ABusyProcessIsBoundByItsCpu) {
  LimitResult made;
  set_metric(made.add_read(1, steady(500e3)), "cpu/per-io", 1900);
  set_metric(made.add_read(8, steady(500e3)), "cpu/per-io", 1500);  // 75 % of a CPU
  made.add_read(16, steady(500e3)).noise.steal_percent = 5;         // of 4 CPUs: 20 % of one
  set_metric(made.result.cases.back(), "cpu/per-io", 1500);
  set_metric(made.add_read(32, steady(500e3)), "cpu/per-io", 1990);
  made.result.plan.cases.back().storage->iopoll = true;
  set_metric(made.add_read(64, steady(500e3)), "cpu/per-io", 1990);  // half of two
  made.result.plan.cases.back().storage->threads = 2;
  classify_limits(made.result);
  EXPECT_EQ(made.kind(0), cpu);
  EXPECT_EQ(made.limit(0).evidence,
            "the process used 95 % of a CPU for each of its threads (1), 1.90 us an I/O");
  EXPECT_NE(made.kind(1), cpu);
  EXPECT_EQ(made.kind(2), cpu);
  EXPECT_NE(made.limit(2).evidence.find("the hypervisor took 20 % of one"), std::string::npos);
  EXPECT_NE(made.kind(3), cpu);
  EXPECT_NE(made.kind(4), cpu);
}

TEST(Limits, AnOpenLoopIsBoundByWhatWasAskedFor) {
  LimitResult made;
  StorageParameters storage{Operation::read, Pattern::random, 4096, 32};
  storage.arrival = Arrival::poisson;
  storage.rate_per_s = 1000;
  made.add(storage, steady(970));  // within what chance explains of so few arrivals
  made.add(storage, steady(600)).flags = {"saturated: 600 of the intended 1000 I/Os a second"};
  CaseResult& set = made.add(storage, steady(1990));  // two members, each at that rate
  set_metric(set, "rate/intended", 2000);
  classify_limits(made.result);
  EXPECT_EQ(made.kind(0), offered_rate);
  EXPECT_EQ(made.limit(0).evidence, "970 IOPS of the 1.00 k IOPS that were asked for");
  EXPECT_EQ(made.limit(2).evidence, "1.99 k IOPS of the 2.00 k IOPS that were asked for");
  EXPECT_EQ(made.kind(1), unknown);
  EXPECT_NE(made.limit(1).evidence.find("the intended rate was not reached"), std::string::npos);
}

TEST(Limits, EqualBytesASecondOverBlockSizesSaturate) {
  LimitResult made;
  for (const auto& [kib, rate] : {std::pair{128U, 8000.0}, std::pair{1024U, 1000.0}}) {
    made.add({Operation::read, Pattern::sequential, kib << 10, 16}, steady(rate, 4));
  }
  for (const auto& [kib, rate] : {std::pair{128U, 8000.0}, std::pair{1024U, 700.0}}) {
    made.add({Operation::write, Pattern::sequential, kib << 10, 16, 0}, steady(rate, 4));
  }
  classify_limits(made.result);
  EXPECT_EQ(made.kind(0), host_rate_limiter);
  EXPECT_NE(made.limit(0).evidence.find("blocks of 128k"), std::string::npos);
  EXPECT_EQ(made.kind(2), unknown);
  EXPECT_NE(made.limit(2).evidence.find("block sizes"), std::string::npos);
}

TEST(Limits, ACommitIsBoundByItsQueueWhereDeeperCommitsGiveMore) {
  LimitResult made;
  StorageParameters commit{Operation::write, Pattern::random, 4096, 1, 0, Durability::fdatasync};
  made.add(commit, steady(1000));
  made.add({Operation::write, Pattern::random, 4096, 32, 0}, steady(50e3));
  classify_limits(made.result);
  EXPECT_EQ(made.kind(0), unknown);  // writes that nobody waits for say nothing of it
  EXPECT_NE(made.limit(0).evidence.find("several at once give was not measured"),
            std::string::npos);
  EXPECT_EQ(made.kind(1), unknown);
  StorageParameters several = commit;
  several.queue_depth = 8;
  several.pattern = Pattern::sequential;
  made.add(several, steady(6000));
  classify_limits(made.result);
  EXPECT_EQ(made.kind(0), queue_depth);
}

TEST(Limits, WhatThePageCacheGivesIsNotWhatTheTargetDoes) {
  LimitResult made;
  StorageParameters storage{Operation::read, Pattern::random, 4096, 1};
  storage.engine = Engine::pread;
  made.add(storage, steady(1900));
  made.add_read(32, steady(3000));
  storage = {Operation::read, Pattern::random, 4096, 128};
  storage.direct = false;
  made.add(storage, steady(1e6));
  classify_limits(made.result);
  EXPECT_EQ(made.kind(0), unknown) << made.limit(0).evidence;
}

TEST(Limits, OnlyStorageCasesThatEndedOkHaveOne) {
  LimitResult made;
  made.add_read(1, steady(1000)).status = CaseStatus::failed;
  made.result.cases[0].limit = Limit{device, "from before"};
  Case memory;
  memory.id = "memory";
  memory.memory = MemoryParameters{};
  made.result.plan.cases.push_back(memory);
  made.result.cases.push_back({});
  made.result.cases.back().id = "memory";
  classify_limits(made.result);
  EXPECT_FALSE(made.result.cases[0].limit.has_value());
  EXPECT_FALSE(made.result.cases[1].limit.has_value());
}

TEST(Limits, EachKindHasItsWords) {
  EXPECT_EQ(limit_text(volume), "volume limit");
  EXPECT_EQ(limit_text(instance), "instance limit");
  EXPECT_EQ(limit_text(host_rate_limiter), "host rate limiter");
  EXPECT_EQ(limit_text(queue_depth), "queue depth");
  EXPECT_EQ(limit_text(unknown), "unknown");
}

/// The device is the same each time; only the bucket before it differs. Cases of one and of two
/// seconds, few depths, noise on the device.
TEST(Limits, ConfusionOverPlantedDevices) {
  RandomNumbers noise(11);
  int limiters_found = 0;
  int false_limiters = 0;
  int rounds = 0;
  for (int round = 0; round < 50; ++round) {
    for (const double rate : {0.0, 800.0, 6'000.0, 25'000.0}) {
      for (const int ticks : {1, 2}) {
        LimitResult made;
        for (const std::uint32_t depth : {1U, 8U, 32U, 64U, 128U}) {
          std::vector<double> rates = device_ticks(noise, depth, 80e-6, 60e3, 0.03, ticks);
          for (double& one : rates) {
            if (rate > 0 && one > rate) one = rate + std::floor(2 * noise.uniform());
          }
          made.add_read(depth, rates);
        }
        classify_limits(made.result);
        const bool named = made.kind(4) == host_rate_limiter;
        limiters_found += named && rate > 0 ? 1 : 0;
        false_limiters += named && rate == 0 ? 1 : 0;
        rounds += rate == 0 ? 1 : 0;
      }
    }
  }
  EXPECT_EQ(false_limiters, 0) << "of " << rounds;
  EXPECT_EQ(limiters_found, 3 * rounds);
}

}  // namespace
}  // namespace assay
