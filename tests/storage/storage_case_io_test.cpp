#include <fcntl.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "bench/measure/not_applicable.hpp"
#include "bench/storage/storage_case.hpp"
#include "bench/storage/storage_parts.hpp"
#include "tests/storage/measured.hpp"
#include "tests/storage/two_files.hpp"

namespace assay {
namespace {

constexpr std::uint64_t mib = 1U << 20;

class StorageCaseIo : public TwoFiles {
 protected:
  StorageCaseIo() : TwoFiles(16 * mib) {}

  static Case case_of(const StorageParameters& parameters) {
    Case item;
    item.id = "storage/one/test";
    item.target = "one";
    item.duration_s = 0.4;
    item.storage = parameters;
    return item;
  }
  static StorageParameters reads(std::uint32_t depth) {
    StorageParameters parameters;
    parameters.block_size_bytes = 4096;
    parameters.queue_depth = depth;
    return parameters;
  }
  CaseResult run(const StorageParameters& parameters) {
    return measured([&] { return sessions_[0]->run(case_of(parameters), {}); });
  }
};

double value(const CaseResult& result, const std::string& metric) {
  const Metric* found = find_metric(result.metrics, metric);
  return found == nullptr ? std::nan("") : found->value;
}

TEST_F(StorageCaseIo, EachOptionOfACaseCompletes) {
  std::vector<StorageParameters> all;
  const auto add = [&](auto&& change) {
    all.push_back(reads(8));
    change(all.back());
  };
  using Parameters = StorageParameters;
  add([](Parameters& one) { one.threads = 2; });
  add([](Parameters& one) { one.direct = false; });
  add([](Parameters& one) { one.pattern = Pattern::full_coverage; });
  add([](Parameters& one) {
    one.pattern = Pattern::zipf;
    one.zipf_theta = 1.2;
  });
  add([](Parameters& one) {
    one.pattern = Pattern::sequential;
    one.streams = 4;
    one.threads = 2;
  });
  add([](Parameters& one) {
    one.block_size_bytes = 65536;
    one.block_mix = {{4096, 50}, {65536, 50}};
    one.operation = Operation::mixed;
    one.read_percent = 50;
  });
  add([](Parameters& one) {
    one.range_begin_percent = 50;
    one.alignment_bytes = 4096;
    one.block_size_bytes = 16384;
  });
  add([](Parameters& one) {
    one.arrival = Arrival::poisson;
    one.rate_per_s = 500;
    one.threads = 2;
  });
  for (const StorageParameters& parameters : all) {
    const CaseResult result = run(parameters);
    EXPECT_EQ(result.status, CaseStatus::ok) << result.reason;
    EXPECT_GT(value(result, "iops"), 0);
  }
}

TEST_F(StorageCaseIo, VerifiedWritesAreReadBackAndAWriteBehindTheBackIsFound) {
  StorageParameters parameters = reads(8);
  parameters.operation = Operation::mixed;
  parameters.read_percent = 50;
  parameters.verify = true;
  CaseResult result = run(parameters);
  EXPECT_EQ(result.status, CaseStatus::ok) << result.reason;
  EXPECT_GT(value(result, "verify/checked"), 0);
  EXPECT_EQ(value(result, "verify/stale"), 0);

  // A case without headers overwrites blocks: the next verified one stamps all of them again.
  StorageParameters plain = reads(8);
  plain.operation = Operation::write;
  run(plain);
  result = run(parameters);
  EXPECT_EQ(result.status, CaseStatus::ok) << result.reason;

  // Somebody else writes zeros: the case fails and says where.
  const StorageSession::Access access = sessions_[0]->access(plain);
  void* zeros = nullptr;
  ASSERT_EQ(posix_memalign(&zeros, 4096, mib), 0);
  std::fill_n(static_cast<char*>(zeros), mib, '\0');
  for (std::uint64_t at = 0; at < 16 * mib; at += mib) {
    ASSERT_EQ(pwrite(access.fd, zeros, mib, static_cast<off_t>(at)), static_cast<ssize_t>(mib));
  }
  std::free(zeros);
  StorageParameters check = parameters;
  check.operation = Operation::read;
  check.read_percent = 100;
  result = run(check);
  EXPECT_EQ(result.status, CaseStatus::failed);
  EXPECT_NE(result.reason.find("not what was written last: corrupt at byte "), std::string::npos)
      << result.reason;
}

TEST_F(StorageCaseIo, SynchronousWritesGoThroughThePageCacheWhereThatIsAskedFor) {
  for (const bool direct : {true, false}) {
    StorageParameters parameters = reads(1);
    parameters.operation = Operation::write;
    parameters.durability = Durability::dsync;
    parameters.direct = direct;
    const int flags = fcntl(sessions_[0]->access(parameters).fd, F_GETFL);
    EXPECT_EQ(flags & O_DSYNC, O_DSYNC);
    EXPECT_EQ((flags & O_DIRECT) != 0, direct);
  }
}

TEST_F(StorageCaseIo, WhatWaitsInThePageCacheIsWrittenBackBeforeTheNextCase) {
  const auto told = [](const CaseResult& result) {
    return std::any_of(result.method.begin(), result.method.end(), [](const NamedText& entry) {
      return entry.first == "page cache" && entry.second.starts_with("written back after");
    });
  };
  StorageParameters parameters = reads(8);
  EXPECT_FALSE(told(sessions_[0]->run(case_of(parameters), {})));
  parameters.operation = Operation::write;
  EXPECT_FALSE(told(sessions_[0]->run(case_of(parameters), {})));
  parameters.direct = false;
  EXPECT_TRUE(told(sessions_[0]->run(case_of(parameters), {})));
}

TEST_F(StorageCaseIo, SeveralTargetsAreAddedUpAndKeptApart) {
  const std::vector<StorageSession*> both{sessions_[0].get(), sessions_[1].get()};
  const CaseResult result =
      measured([&] { return run_storage_case(case_of(reads(4)), both, 7, {}); },
               {"member/one/iops", "member/two/iops"});
  ASSERT_EQ(result.status, CaseStatus::ok) << result.reason;
  const double one = value(result, "member/one/iops");
  const double two = value(result, "member/two/iops");
  EXPECT_GT(one, 0);
  EXPECT_GT(two, 0);
  EXPECT_NEAR(value(result, "iops"), one + two, 1e-6 * (one + two));
}

TEST_F(StorageCaseIo, PartsPutTogetherAreWhatOneWouldHaveBeen) {
  Case item = case_of(reads(4));
  std::vector<CaseResult> parts;
  for (std::uint32_t round = 1; round <= 2; ++round) {
    const std::vector<StorageSession*> one{sessions_[0].get()};
    parts.push_back(measured([&] { return run_storage_case(item, one, 7 + round, {}); }));
    parts.back().round = round;
    parts.back().elapsed_s = 0.5;
    ASSERT_EQ(parts.back().status, CaseStatus::ok) << parts.back().reason;
  }
  const CaseResult whole = merge_parts(item, parts);
  EXPECT_EQ(whole.round, 0U);
  EXPECT_NEAR(value(whole, "iops"), (value(parts[0], "iops") + value(parts[1], "iops")) / 2, 1e-6);
  const auto count = [](const CaseResult& part) { return part.histograms.at(0).latency.count; };
  EXPECT_EQ(count(whole), count(parts[0]) + count(parts[1]));
  EXPECT_EQ(value(whole, "latency/max"),
            std::max(value(parts[0], "latency/max"), value(parts[1], "latency/max")));
  EXPECT_EQ(whole.ticks.size(), parts[0].ticks.size() + parts[1].ticks.size());
  EXPECT_NEAR(whole.ticks.back().start_s, 0.4, 1e-9);
  EXPECT_DOUBLE_EQ(whole.window_end_s, 0.8);
  EXPECT_NEAR(value(whole, "cpu/per-io"),
              (value(parts[0], "cpu/per-io") * static_cast<double>(count(parts[0])) +
               value(parts[1], "cpu/per-io") * static_cast<double>(count(parts[1]))) /
                  static_cast<double>(count(whole)),
              1);
  for (const Metric& metric : parts[0].metrics) {
    // A stall at the end of one part is none of the whole where the other part had one as long.
    const bool stall = metric.name == "latency/in-flight-at-end";
    if (stall && metric.value <= 2 * value(whole, "latency/max")) continue;
    EXPECT_NE(find_metric(whole.metrics, metric.name), nullptr) << metric.name;
  }
}

TEST_F(StorageCaseIo, ThreadsTakeTurnsAtAConstantRate) {
  // Each of the four begins an I/O a second: together they begin one each quarter of it, and not
  // the first four when the second is over.
  StorageParameters parameters = reads(8);
  parameters.arrival = Arrival::constant;
  parameters.rate_per_s = 4;
  parameters.threads = 4;
  Case item = case_of(parameters);
  item.duration_s = 0.7;
  const CaseResult result = measured([&] { return sessions_[0]->run(item, {}); });
  EXPECT_EQ(result.status, CaseStatus::ok) << result.reason;
  EXPECT_LE(value(result, "iops"), 2 / 0.7 + 1e-9);
}

TEST_F(StorageCaseIo, AFailedPartFailsTheCase) {
  const Case item = case_of(reads(1));
  std::vector<CaseResult> parts(2);
  parts[0].round = 1;
  parts[1].round = 2;
  parts[1].status = CaseStatus::failed;
  parts[1].reason = "3 of 9 I/Os failed: 3 EIO";
  const CaseResult whole = merge_parts(item, parts);
  EXPECT_EQ(whole.status, CaseStatus::failed);
  EXPECT_EQ(whole.reason, "part 2: 3 of 9 I/Os failed: 3 EIO");
}

TEST_F(StorageCaseIo, AStoppingRuleEndsACaseBeforeItsTime) {
  Case item = case_of(reads(1));
  item.duration_s = 60;
  item.confidence = ConfidenceRule{100, 1};
  const CaseResult result = sessions_[0]->run(item, {});
  EXPECT_EQ(result.status, CaseStatus::ok) << result.reason;
  EXPECT_LT(result.window_end_s, 59);
  EXPECT_GE(result.window_end_s, 1);
}

TEST_F(StorageCaseIo, WhatTheMachineLacksIsNotApplicable) {
  StorageParameters parameters = reads(1);
  parameters.engine = Engine::nvme_passthrough;
  EXPECT_THROW(sessions_[0]->run(case_of(parameters), {}), NotApplicable);
}

TEST_F(StorageCaseIo, ARangeWithoutAnAlignedPlaceIsNotMeasuredAtOffset0) {
  StorageParameters parameters = reads(1);
  parameters.range_begin_percent = 10;
  parameters.range_end_percent = 20;
  parameters.alignment_bytes = 16 * mib;
  EXPECT_THROW(sessions_[0]->run(case_of(parameters), {}), NotApplicable);
}

TEST_F(StorageCaseIo, AKernelThreadThatSubmitsSavesSystemCalls) {
  const std::string why = why_no_direct_uring(directory_, IORING_SETUP_SQPOLL);
  if (!why.empty()) GTEST_SKIP() << why;
  StorageParameters parameters = reads(8);
  parameters.sqpoll = true;
  const CaseResult result = run(parameters);
  ASSERT_EQ(result.status, CaseStatus::ok) << result.reason;
  EXPECT_LT(value(result, "syscalls/per-io"), 1);
}

}  // namespace
}  // namespace assay
